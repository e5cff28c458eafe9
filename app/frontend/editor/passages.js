// What people said of passages, where the passages are: underlined words, crossed-out and inserted ones. They go with the text
// as it is typed; where they stand in the Markdown is asked only when somebody wants to know.

import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const key = new PluginKey("passages");

// `pressed(note)` hears which passage was pressed.
export function passages(pressed) {
  return new Plugin({
    key,
    state: {
      init: () => ({ set: DecorationSet.empty, lit: null }),
      apply: (change, { set, lit }) => {
        const told = change.getMeta(key) ?? {};
        return { set: told.set ?? (change.docChanged ? set.map(change.mapping, change.doc) : set), lit: "lit" in told ? told.lit : lit };
      },
    },
    props: {
      decorations(state) {
        const { set, lit } = key.getState(state);
        const found = lit ? set.find(undefined, undefined, (spec) => spec.note === lit && !spec.widget) : [];
        return found.length ? set.add(state.doc, found.map(({ from, to }) => Decoration.inline(from, to, { class: "note-lit" }))) : set;
      },
      handleClick(view, at) {
        const [found] = key.getState(view.state).set.find(at, at);
        if (found) pressed(found.spec.note);
        return false;
      },
    },
  });
}

// `notes` have {note, kind, from, to, replacement}; those that stand in the text already stay where they went with it.
export function showPassages(view, notes) {
  const { set } = key.getState(view.state);
  const standing = new Map(set.find().map((one) => [`${one.spec.note}${one.spec.widget ? "+" : ""}`, one]));
  const marks = notes.flatMap((note) => {
    const kept = [standing.get(note.note), standing.get(`${note.note}+`)].filter(Boolean);
    return kept.length ? kept : made(note);
  });
  quietly(view, { set: DecorationSet.create(view.state.doc, marks) });
}

export function light(view, note) {
  if (key.getState(view.state).lit !== note) quietly(view, { lit: note });
}

// Where the passages stand now: {note: {from, to}}.
export function standing(state) {
  const places = {};
  for (const { from, to, spec } of key.getState(state).set.find()) {
    places[spec.note] ??= { from, to };
    if (!spec.widget) places[spec.note] = { from, to };
  }
  return places;
}

function quietly(view, told) {
  view.dispatch(view.state.tr.setMeta(key, told).setMeta("addToHistory", false));
}

function made({ note, kind, from, to, replacement }) {
  if (from === null) return [];
  if (kind === "annotation") return [Decoration.inline(from, to, { class: "note-mark", "data-note-mark": note }, { note })];
  const marks = [];
  if (to > from) marks.push(Decoration.inline(from, to, { class: "suggest-drop", "data-note-mark": note }, { note }));
  const words = replacement.trim();
  if (words) marks.push(Decoration.widget(to, () => inserted(words, note), { note, widget: true, side: 1, key: note }));
  return marks;
}

export function inserted(words, note = "") {
  const element = document.createElement("ins");
  element.className = "suggest-add";
  element.textContent = words;
  element.contentEditable = "false";
  if (note) element.dataset.noteMark = note;
  return element;
}
