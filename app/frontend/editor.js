// The article's text: a rich view over a plain <textarea data-editor="PREVIEW ADDRESS">, which stays the form's field and holds
// the Markdown; a source view in its place when asked for; the phone beside it follows.

import { copyForWeChat } from "./editor/copying.js";
import { dialogs } from "./editor/dialogs.js";
import { guardUnsaved } from "./editor/form.js";
import { beThere, keepOnServer } from "./editor/keeping.js";
import { Notes, quoted } from "./editor/notes.js";
import { followInPhone } from "./editor/phone.js";
import { pictureFiles } from "./editor/pictures.js";
import { richView } from "./editor/rich.js";
import { bringPictures, follow, toolbar } from "./editor/toolbar.js";

const words = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");

class Desk {
  constructor(field) {
    this.field = field;
    this.found = [];
    this.frame = document.createElement("div");
    this.frame.className = "writing form-control";
    field.after(this.frame);
    field.hidden = true;
    field.required = false;
    this.asked = dialogs(field, this, words);
    this.bar = document.querySelector("[data-editor-tools]");
    this.showRich();
    this.frame.before(this.bar);
    this.notes = new Notes(this, words);
    this.bar.querySelector("[data-ask=annotate]").hidden = !this.notes.list;
    toolbar(this.bar, this, words, (name) => this.ask(name));
    // The draft keeper puts a kept text back into the field: show it here too.
    field.addEventListener("input", () => { if (field.value !== this.text) this.replace(field.value); });
    field.form.addEventListener("reset", () => this.replace(field.defaultValue));
    this.importing();
    this.findingsPressed();
  }

  showRich() {
    this.text = this.field.value;
    this.rich = richView(this.frame, {
      markdown: this.text, original: this.field.dataset.suggest, words, labels: labels(this.field), changed: (text) => this.store(text),
      asked: (name) => this.ask(name), pressed: (note) => this.notes.choose(note),
    });
    follow(this.bar, this.rich.editor);
  }

  ask(name) {
    if (name === "source") this.turn();
    else if (name === "annotate") this.notes.list && this.notes.begin();
    else this.asked(name);
  }

  get view() {
    return this.source ?? this.rich;
  }

  // Where the passages people speak of stand is known by whichever view is shown; the other one is told when it comes.
  selection() {
    const chosen = this.view.selection();
    return chosen && quoted(this.text, chosen);
  }

  notesShown(notes) {
    this.shown = notes;
    this.view.showNotes(notes);
  }

  lit(note) {
    this.view.light(note);
  }

  jumpTo(note) {
    this.view.jumpToNote(note);
  }

  notesWent() {
    const places = this.view.noteRanges();
    return (this.shown ?? []).map((note) => ({ ...note, begin: null, end: null, ...places[note.note] }));
  }

  // `input` bubbles, so that the draft keeper and the live preview see typing as in any other field.
  store(text) {
    if (this.text === text) return;
    this.text = text;
    this.field.value = text;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  replace(text) {
    this.text = text;
    this.view.replace(text);
    if (this.shown) this.notes.show();
  }

  // From the article to its source and back. What was not touched is the same afterwards.
  async turn() {
    const button = this.bar.querySelector("[data-ask=source]");
    const rich = this.rich.editor.view.dom;
    const notes = this.notesWent();
    if (this.source) {
      this.source.destroy();
      this.source = null;
      this.rich.forgetNotes();
      this.rich.replace(this.text);
    } else {
      const { sourceView } = await import("./editor/source.js");
      this.source = sourceView(this.frame, {
        text: this.text, labels: labels(this.field), changed: (text) => this.store(text), taken: (event) => this.taken(event),
      });
    }
    rich.hidden = this.source !== null;
    this.bar.classList.toggle("for-source", this.source !== null);
    button.setAttribute("aria-pressed", String(this.source !== null));
    this.view.show(this.found);
    this.notesShown(notes);
    this.focus();
  }

  focus() {
    this.view.focus();
  }

  // Markdown at the cursor; `own` begins a block of its own.
  put(markdown, own = true) {
    if (this.source) this.source.insert(markdown);
    else if (own) this.rich.insertBlock(markdown);
    else this.rich.insertMarkdown(markdown);
    this.focus();
  }

  pickPictures() {
    this.bar.querySelector("[data-pictures]").click();
  }

  taken(event) {
    const files = pictureFiles(event.clipboardData ?? event.dataTransfer);
    if (files.length === 0) return false;
    event.preventDefault();
    bringPictures(this, files, words);
    return true;
  }

  // What the renderer said of the text as it stands.
  told({ findings, found, count }) {
    this.found = found;
    this.view.show(found);
    const list = document.getElementById("findings");
    if (list && list.dataset.shown !== findings) list.innerHTML = findings.trim();
    if (list) list.dataset.shown = findings;
    const line = document.querySelector("[data-text-count]");
    if (line) line.textContent = count;
  }

  // What the import panel brings, at the cursor; and the descriptions it asks for.
  importing() {
    const taken = (name, take) => this.field.addEventListener(name, (event) => {
      event.preventDefault();
      take(event.detail);
    });
    taken("qunsheng:insert", ({ markdown }) => this.put(markdown, true));
    taken("qunsheng:alt", ({ url, alt }) => {
      if (this.source) this.source.replace(this.text.replace(new RegExp(`!\\[[^\\]]*\\](?=\\(${url}[\\s)])`, "g"), () => `![${alt.replace(/[[\]\\]/g, "\\$&")}]`));
      else this.rich.describe(url, alt);
    });
  }

  findingsPressed() {
    document.getElementById("findings")?.addEventListener("click", (event) => {
      const where = event.target.closest("[data-jump]")?.dataset.jump;
      if (where) this.view.jump(where);
    });
  }
}

// The page's label and error text belong to the hidden field: name them again for the visible one.
function labels(field) {
  const named = { role: "textbox", "aria-multiline": "true", tabindex: "0" };
  const label = field.labels?.[0];
  if (label) {
    label.id ||= `${field.id}-label`;
    named["aria-labelledby"] = label.id;
  }
  const described = field.getAttribute("aria-describedby");
  if (described) named["aria-describedby"] = described;
  return named;
}

for (const field of document.querySelectorAll("textarea[data-editor]")) {
  const desk = new Desk(field);
  field.desk = desk;
  const changed = guardUnsaved(field.form, words);
  keepOnServer(field.form, words, changed);
  beThere(field.form, words, changed, ({ notes }) => desk.notes.heard(notes));
  followInPhone(field, words, (answer) => desk.told(answer));
  copyForWeChat(field, words);
}
