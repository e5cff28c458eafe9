// The source view: CodeMirror over the same Markdown, for whoever likes to write it by hand.

import { markdown } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";
import { minimalSetup } from "codemirror";
import { tags } from "@lezer/highlight";

// Colours of the house's tokens, so that light and dark both can be read.
const looks = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "600" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: [tags.quote, tags.processingInstruction, tags.meta], color: "var(--muted)" },
  { tag: tags.monospace, fontFamily: "var(--font-figures)" },
]);
const setMarks = StateEffect.define();
const marks = StateField.define({
  create: () => Decoration.none,
  update: (now, change) => change.effects.reduce((kept, effect) => (effect.is(setMarks) ? effect.value : kept), now.map(change.changes)),
  provide: (field) => EditorView.decorations.from(field),
});

const setNotes = StateEffect.define();
const noteMarks = StateField.define({
  create: () => Decoration.none,
  update: (now, change) => change.effects.reduce((kept, effect) => (effect.is(setNotes) ? effect.value : kept), now.map(change.changes)),
  provide: (field) => EditorView.decorations.from(field),
});

// `labels` are attributes of the editable element; `changed(text)` is told of typing, `taken(event)` of pictures.
export function sourceView(parent, { text, labels, changed, taken }) {
  const view = new EditorView({
    doc: text,
    parent,
    extensions: [
      minimalSetup,
      markdown(),
      syntaxHighlighting(looks),
      marks,
      noteMarks,
      EditorView.lineWrapping,
      EditorView.cspNonce.of(document.querySelector("script[nonce]")?.nonce ?? ""),
      EditorView.contentAttributes.of(labels),
      EditorView.domEventHandlers({ paste: taken, drop: taken }),
      EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
    ],
  });
  return {
    focus: () => view.focus(),
    destroy: () => view.destroy(),
    replace: (markdownText) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: markdownText } }),
    wrap: (before, after) => wrap(view, before, after),
    startLines: (mark) => startLines(view, mark),
    insert: (block) => insertBlock(view, block),
    selection: () => {
      const { from, to } = view.state.selection.main;
      return from < to ? { begin: from, end: to } : null;
    },
    showNotes: (notes) => view.dispatch({ effects: setNotes.of(noted(notes)) }),
    noteRanges: () => ranges(view),
    light: () => {},
    jumpToNote: (note) => {
      const place = ranges(view)[note];
      if (place) { view.dispatch({ selection: { anchor: place.begin }, effects: EditorView.scrollIntoView(place.begin, { y: "center" }) }); view.focus(); }
    },
    show: (findings) => view.dispatch({ effects: setMarks.of(marked(view, findings)) }),
    jump: (where) => jump(view, where),
  };
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

function insertBlock(view, block) {
  const end = view.state.doc.lineAt(view.state.selection.main.to).to;
  view.dispatch({ changes: { from: end, insert: `\n\n${block}\n` }, selection: { anchor: end + 2 + block.length } });
  view.focus();
}

function marked(view, findings) {
  const text = view.state.doc.toString();
  const ranges = [];
  for (const { where, severity, message } of findings) {
    const from = where ? text.indexOf(where) : -1;
    if (from >= 0) ranges.push(Decoration.mark({ class: `found found-${severity}`, attributes: { title: message } }).range(from, from + where.length));
  }
  return Decoration.set(ranges, true);
}

function noted(notes) {
  const standing = notes.filter(({ begin, end }) => begin !== null && end > begin);
  return Decoration.set(standing.map(({ note, kind, begin, end }) => Decoration.mark({
    class: kind === "annotation" ? "note-mark" : "suggest-drop", attributes: { "data-note-mark": note }, note,
  }).range(begin, end)), true);
}

function ranges(view) {
  const found = {};
  view.state.field(noteMarks).between(0, view.state.doc.length, (from, to, mark) => { found[mark.spec.note] = { begin: from, end: to }; });
  return found;
}

function jump(view, where) {
  const from = view.state.doc.toString().indexOf(where);
  if (from < 0) return false;
  view.dispatch({ selection: { anchor: from, head: from + where.length }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
  return true;
}
