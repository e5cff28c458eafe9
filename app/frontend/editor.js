// The source view of an article: CodeMirror over a plain <textarea data-editor>, which stays the form's field.

import { EditorView, minimalSetup } from "codemirror";
import { markdown } from "@codemirror/lang-markdown";

for (const field of document.querySelectorAll("textarea[data-editor]")) mount(field);

function mount(field) {
  const view = new EditorView({
    doc: field.value,
    parent: insertAfter(field),
    extensions: [
      minimalSetup,
      markdown(),
      EditorView.lineWrapping,
      EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
      EditorView.contentAttributes.of(labels(field)),
      EditorView.updateListener.of((update) => update.docChanged && store(field, update.state)),
    ],
  });
  field.hidden = true;
  field.editorView = view;
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
  field.value = state.doc.toString();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function replaceAll(view, text) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
}
