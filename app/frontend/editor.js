// The source view of an article: CodeMirror over a plain <textarea data-editor="PREVIEW ADDRESS">, which stays the form's field.
// While one types, the phone beside it follows; nothing leaves the page unsaved without a question.

import { EditorView, keymap } from "@codemirror/view";
import { Prec } from "@codemirror/state";
import { minimalSetup } from "codemirror";
import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { csrfToken, toast, words } from "./words.js";

const PAUSE = 300;
// Colours of the house's tokens, so that light and dark both can be read.
const looks = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: [tags.quote, tags.processingInstruction, tags.meta], color: "var(--muted)" },
  { tag: tags.monospace, fontFamily: "var(--font-figures)" },
]);
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
      syntaxHighlighting(looks),
      EditorView.lineWrapping,
      Prec.high(keymap.of([{ key: "Mod-s", run: () => save(field.form) }])),
      EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
      EditorView.contentAttributes.of(labels(field)),
      EditorView.domEventHandlers({ paste: takePictures, drop: takePictures }),
      EditorView.updateListener.of((update) => update.docChanged && store(field, update.state)),
    ],
  });
  if (!field.readOnly) view.dom.before(tools(view));
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
  const named = { tabindex: "0" };
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

function tools(view) {
  const bar = document.createElement("div");
  bar.className = "source-tools";
  bar.setAttribute("role", "toolbar");
  bar.ariaLabel = spoken.tools;
  const around = (before, after) => () => wrap(view, before, after);
  const each = (mark) => () => startLines(view, mark);
  for (const [label, press] of [
    [spoken.heading, each("## ")], [spoken.bold, around("**", "**")], [spoken.quote, each("> ")],
    [spoken.list, each("- ")], [spoken.link, around("[", "](https://)")],
  ]) bar.append(tool(label, press));
  bar.append(pictureTool(view));
  return bar;
}

function tool(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "act act-quiet";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

function pictureTool(view) {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = "image/*";
  picker.multiple = true;
  picker.hidden = true;
  picker.addEventListener("change", () => {
    insertPictures(view, [...picker.files]);
    picker.value = "";
  });
  const button = tool(spoken.picture, () => picker.click());
  button.append(picker);
  picker.addEventListener("click", (event) => event.stopPropagation());
  return button;
}

function wrap(view, before, after) {
  const { from, to } = view.state.selection.main;
  view.dispatch({
    changes: [{ from, insert: before }, { from: to, insert: after }],
    selection: { anchor: from + before.length, head: to + before.length },
  });
  view.focus();
}

function startLines(view, mark) {
  const { from, to } = view.state.selection.main;
  const first = view.state.doc.lineAt(from).number;
  const last = view.state.doc.lineAt(to).number;
  const changes = [];
  for (let line = first; line <= last; line += 1) changes.push({ from: view.state.doc.line(line).from, insert: mark });
  view.dispatch({ changes, selection: { anchor: to + mark.length * changes.length } });
  view.focus();
}

function takePictures(event, view) {
  const files = [...((event.clipboardData ?? event.dataTransfer)?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (files.length === 0) return false;
  event.preventDefault();
  if (event.type === "drop") view.dispatch({ selection: { anchor: view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length } });
  insertPictures(view, files);
  return true;
}

async function insertPictures(view, files) {
  for (const file of files) {
    toast(words.uploading);
    const body = new FormData();
    body.append("file", file, file.name);
    try {
      const answer = await fetch(spoken.uploadTo, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" } });
      const asset = await answer.json();
      if (!answer.ok) throw new Error(asset.detail);
      const { to } = view.state.selection.main;
      const end = view.state.doc.lineAt(to).to;
      const text = `\n\n![](${asset.url})\n`;
      view.dispatch({ changes: { from: end, insert: text }, selection: { anchor: end + 4 } });
    } catch (error) {
      toast(error.message && error.name === "Error" ? error.message : words.uploadFailed, true);
    }
  }
  view.focus();
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

// Written into the frame that is there already, under the policy it came with, so that the reader's place stays; no script runs in it.
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
  target.body.innerHTML = page;
}
