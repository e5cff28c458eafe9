// The source view of an article: CodeMirror over a plain <textarea data-editor="PREVIEW ADDRESS">, which stays the form's field.
// While one types, the phone beside it follows; nothing leaves the page unsaved without a question.

import { EditorView, keymap } from "@codemirror/view";
import { Prec } from "@codemirror/state";
import { minimalSetup } from "codemirror";
import { markdown } from "@codemirror/lang-markdown";
import { csrfToken, toast } from "./words.js";

const PAUSE = 300;
const spoken = JSON.parse(document.getElementById("editor-words")?.textContent ?? "{}");

for (const field of document.querySelectorAll("textarea[data-editor]")) {
  mount(field);
  if (field.form) {
    guardUnsaved(field.form);
    if (field.dataset.editor) followInPhone(field);
  }
}

function mount(field) {
  const view = new EditorView({
    doc: field.value,
    parent: insertAfter(field),
    extensions: [
      minimalSetup,
      markdown(),
      EditorView.lineWrapping,
      Prec.high(keymap.of([{ key: "Mod-s", run: () => save(field.form) }])),
      EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
      EditorView.contentAttributes.of(labels(field)),
      EditorView.updateListener.of((update) => update.docChanged && store(field, update.state)),
    ],
  });
  field.hidden = true;
  field.required = false;
  field.editorView = view;
  // The draft keeper puts a kept text back into the field: show it here too.
  field.addEventListener("input", () => {
    if (field.value !== view.state.doc.toString()) replaceAll(view, field.value);
  });
  field.form?.addEventListener("reset", () => replaceAll(view, field.defaultValue));
}

function insertAfter(field) {
  const frame = document.createElement("div");
  frame.className = "source-editor form-control";
  field.after(frame);
  return frame;
}

// The page's label and error text belong to the hidden field: name them again for the visible one.
function labels(field) {
  const named = {};
  const label = field.labels?.[0];
  if (label) {
    label.id ||= `${field.id}-label`;
    named["aria-labelledby"] = label.id;
  }
  const described = field.getAttribute("aria-describedby");
  if (described) named["aria-describedby"] = described;
  if (field.readOnly) named.contenteditable = "false";
  return named;
}

// `input` bubbles, so that the draft keeper and the live preview see typing as in any other field.
function store(field, state) {
  if (field.value === state.doc.toString()) return;
  field.value = state.doc.toString();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function replaceAll(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}

function save(form) {
  form?.requestSubmit();
  return true;
}

function guardUnsaved(form) {
  const before = state(form);
  const note = form.querySelector("[data-save-state]");
  const saved = note?.textContent;
  let leaving = false;
  const changed = () => state(form) !== before;
  form.addEventListener("input", () => { if (note) note.textContent = changed() ? spoken.unsaved : saved; });
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
  // Enter in a one-line field would press the page's main act; here it only saves.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT" || event.target.type === "file") return;
    event.preventDefault();
    save(form);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save(form);
    }
  });
}

function state(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
}

// The answer is a whole page under a policy of its own; only its words are exchanged, so that the reader's place stays.
function followInPhone(field) {
  const frame = document.getElementById(field.dataset.preview);
  if (!frame) return;
  let timer = 0;
  let asking = null;
  let told = false;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const body = new FormData(field.form);
      body.delete("act");
      const answer = await fetch(field.dataset.editor, { method: "POST", body, signal: asking.signal, headers: { "X-CSRFToken": csrfToken() } });
      if (!answer.ok) throw new Error(String(answer.status));
      show(frame, await answer.text());
      told = false;
    } catch (error) {
      if (error.name !== "AbortError" && !told) {
        told = true;
        toast(spoken.previewFailed, true);
      }
    }
  };
  field.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

function show(frame, page) {
  const target = frame.contentDocument;
  if (!target?.body) return;
  const fresh = new DOMParser().parseFromString(page, "text/html");
  target.body.replaceChildren(...[...fresh.body.childNodes].map((node) => target.importNode(node, true)));
}
