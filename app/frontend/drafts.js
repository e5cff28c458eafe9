// Nothing typed is lost: a form with data-keep keeps its fields on this device until the server has them.
// The page after success says so with [data-kept]. Kept per person and window, so that a shared machine mixes nobody's words
// and two windows do not write over each other.

import { others, windowId } from "./windows.js";
import { words } from "./words.js";

const longest = 30 * 86_400_000;

export function keepDrafts() {
  for (const done of document.querySelectorAll("[data-kept]")) forgetDraft(done.dataset.kept);
  for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
}

// The server has it: what this window kept of it is not needed any more.
export function forgetDraft(key) {
  remove(place(key));
  remove(older(key));
}

function keep(form) {
  const { keep: key, keepBase: base = "" } = form.dataset;
  const before = JSON.stringify(values(form));
  const differs = (left) => left && JSON.stringify(left.kept.values) !== before;
  const mine = kept(place(key));
  if (differs(mine)) offer(form, mine, mine.kept.base === base);
  // What a window left behind that is no more, unless this one has something of its own.
  if (!mine) others.then((living) => {
    const left = leftBehind(key, living);
    if (differs(left)) offer(form, left, left.kept.base === base && JSON.stringify(values(form)) === before);
  });
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    write(key, { base, at: Date.now(), values: values(form) });
  };
  const later = () => { timer ||= setTimeout(save, 400); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("pagehide", () => timer && save());
  document.addEventListener("visibilitychange", () => timer && document.hidden && save());
  if (form.dataset.keepNow !== undefined) save();
}

function leftBehind(key, living) {
  const gone = (name) => name === older(key) || (name.startsWith(`${older(key)}:`) && !living.has(name.split(":").pop()));
  return names().filter(gone).map(kept).filter(Boolean).sort((one, other) => other.kept.at - one.kept.at)[0] ?? null;
}

function kept(name) {
  const found = read(name);
  return found && { name, kept: found };
}

function offer(form, { name, kept }, putBackNow) {
  const initial = values(form);
  const note = form.querySelector("[data-kept-note]");
  if (putBackNow) fill(form, kept.values);
  if (!note) return;
  const say = document.createElement("span");
  say.textContent = putBackNow ? words.kept : words.keptOther;
  const drop = act(words.forget, () => {
    remove(name);
    fill(form, initial);
    note.hidden = true;
  });
  const back = act(words.putBack, () => {
    fill(form, kept.values);
    note.hidden = true;
  });
  note.replaceChildren(say, ...(putBackNow ? [drop] : [back, drop]));
  note.hidden = false;
}

function act(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
}

function values(form) {
  return fields(form).map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value, field.value]);
}

function fill(form, kept) {
  for (const [name, content, value] of kept) {
    const field = fields(form).find((one) => one.name === name && (typeof content !== "boolean" || one.value === value));
    if (!field) continue;
    if (typeof content === "boolean") field.checked = content;
    else field.value = content;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function older(key) {
  return `keep:${document.body.dataset.person}:${key}`;
}

function place(key) {
  return `${older(key)}:${windowId()}`;
}

function names() {
  try { return Object.keys(localStorage); } catch { return []; }
}

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return kept && Date.now() - kept.at < longest ? kept : null;
  } catch {
    return null;
  }
}

function write(key, kept) {
  const text = JSON.stringify(kept);
  try {
    localStorage.setItem(place(key), text);
  } catch {
    // The device's store is full: what is oldest goes, what is being typed stays.
    const all = names().filter((name) => name.startsWith("keep:") && name !== place(key));
    const oldest = all.sort((one, other) => (read(one)?.at ?? 0) - (read(other)?.at ?? 0));
    for (const name of oldest) {
      remove(name);
      try { localStorage.setItem(place(key), text); return; } catch { /* still full */ }
    }
  }
}

function remove(name) {
  try { localStorage.removeItem(name); } catch { /* nothing kept, nothing to forget */ }
}
