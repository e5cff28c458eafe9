// The list beside the text and the passages in it: a press on one shows the other; new threads begin with a selection.

import { toast } from "../words.js";

const AROUND = 32;
const BEYOND = /[\ud800-\udbff]/;

export class Notes {
  // `desk` gives {text, selection(), notesShown(list), jumpTo(note), lit(note)}.
  constructor(desk, words) {
    this.desk = desk;
    this.words = words;
    this.saved = desk.field.dataset.suggest ?? desk.field.defaultValue;
    if (!this.list) return;
    document.addEventListener("click", (event) => this.pressed(event));
    document.addEventListener("mouseover", (event) => this.hovered(event));
    document.addEventListener("focusin", (event) => this.hovered(event));
    document.addEventListener("input", (event) => event.target.closest("#notes form") && this.whoIsTold(event.target));
    document.addEventListener("htmx:afterSwap", () => this.swapped());
    this.show();
    // Back from a decision on one of them: the next one is decided on.
    if (window.location.hash === "#notes") this.open();
  }

  get list() {
    return document.getElementById("notes");
  }

  items() {
    return [...this.list.querySelectorAll("[data-note]")].filter((item) => item.dataset.lost === undefined).map((item) => ({
      note: item.dataset.note, kind: item.dataset.note.split(":")[0],
      begin: units(this.saved, Number(item.dataset.begin)), end: units(this.saved, Number(item.dataset.end)),
      quote: item.dataset.quote, before: item.dataset.before, after: item.dataset.after, replacement: item.dataset.replacement ?? "",
    }));
  }

  show() {
    const same = this.desk.text === this.saved;
    this.desk.notesShown(this.items().map((item) => ({ ...item, ...(same ? {} : located(this.desk.text, item)) })));
    const count = document.querySelector("[data-notes-count]");
    if (count) count.textContent = String(this.list.querySelectorAll(".note-list > li:not(.note-done)").length);
  }

  swapped() {
    this.show();
    const made = this.list.dataset.made;
    if (made) this.choose(made, false);
  }

  // Somebody else said something: the list is fetched anew, unless one is writing in it.
  heard(stamp) {
    if (!this.list || this.list.dataset.stamp === stamp) return;
    const busy = this.list.contains(document.activeElement) || [...this.list.querySelectorAll("textarea")].some((field) => field.value);
    if (!busy) window.htmx.ajax("GET", this.list.dataset.notes, { target: "#notes", swap: "outerHTML" });
  }

  begin() {
    const chosen = this.desk.selection();
    if (!chosen || !chosen.quote.trim()) { toast(this.words.selectFirst); return; }
    const form = this.list.querySelector("[data-note-new]");
    for (const name of ["begin", "quote", "before", "after"]) form.elements[name].value = chosen[name];
    form.querySelector("[data-note-quoted]").textContent = chosen.quote.length > 80 ? `${chosen.quote.slice(0, 80)}…` : chosen.quote;
    form.hidden = false;
    this.open();
    form.elements.text.focus();
    form.scrollIntoView({ block: "nearest" });
  }

  // From the text to the list.
  choose(note, focus = true) {
    const item = this.list.querySelector(`[data-note="${note}"]`);
    if (!item) return;
    this.open();
    for (const other of this.list.querySelectorAll(".note-chosen")) other.classList.remove("note-chosen");
    item.classList.add("note-chosen");
    item.scrollIntoView({ block: "nearest" });
    if (focus) this.desk.lit(note);
  }

  open() {
    const choice = document.querySelector("[data-beside-notes]");
    if (choice) choice.checked = true;
  }

  pressed(event) {
    const item = event.target.closest("#notes [data-note]");
    if (item && event.target.closest("[data-note-jump]")) {
      this.choose(item.dataset.note);
      this.desk.jumpTo(item.dataset.note);
    }
    if (event.target.closest("[data-note-drop]")) {
      event.target.form.hidden = true;
      this.desk.focus();
    }
  }

  hovered(event) {
    const note = event.target.closest?.("#notes [data-note]")?.dataset.note ?? null;
    if (note !== this.over) this.desk.lit(note);
    this.over = note;
  }

  whoIsTold(field) {
    const line = field.form.querySelector("[data-note-told]");
    if (!line) return;
    const names = JSON.parse(this.list.dataset.colleagues);
    const spoken = JSON.parse(field.form.dataset.spoken ?? "[]");
    const named = [...names].sort((one, other) => other.length - one.length).filter((name) => new RegExp(`[@＠]${name}`).test(field.value));
    const told = [...new Set([...spoken, ...named])].filter((name) => name !== this.list.dataset.me);
    line.textContent = told.length ? this.words.willBeTold.replace("{names}", told.join("、")) : "";
  }
}

// Where a passage stands in a text that is not the saved one: by its words and what stands around them.
export function located(text, { begin, end, quote, before, after }) {
  if (!quote) {
    const beside = before.slice(-12);
    const at = beside.length < 6 ? -1 : text.indexOf(beside);
    return at < 0 ? { begin: null, end: null } : { begin: at + beside.length, end: at + beside.length };
  }
  let best = null;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const worth = alike(reversed(text.slice(Math.max(0, at - AROUND), at)), reversed(before)) + alike(text.slice(at + quote.length, at + quote.length + AROUND), after);
    const better = !best || worth > best.worth || (worth === best.worth && Math.abs(at - begin) < Math.abs(best.at - begin));
    if (better) best = { at, worth };
  }
  if (!best || quote.length + best.worth < 6) return { begin: null, end: null };
  return { begin: best.at, end: best.at + end - begin };
}

// The server counts characters, the browser units of UTF-16: they differ by what lies beyond, such as most emoji.
function units(text, characters) {
  return BEYOND.test(text) ? [...text].slice(0, characters).join("").length : characters;
}

function characters(text, at) {
  return BEYOND.test(text) ? [...text.slice(0, at)].length : at;
}

// A stretch of a text with what stands around it, as the server wants it.
export function quoted(text, { begin, end }) {
  return { begin: characters(text, begin), quote: text.slice(begin, end), before: text.slice(Math.max(0, begin - AROUND), begin), after: text.slice(end, end + AROUND) };
}

function alike(one, other) {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

function reversed(text) {
  return [...text].reverse().join("");
}
