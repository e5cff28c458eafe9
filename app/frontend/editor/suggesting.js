// While one suggests: what was taken out stays crossed out, what was put in is marked, block by block, a moment after the key.

import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const key = new PluginKey("suggesting");
const PAUSE = 150;

// `original()` gives the top-level nodes of the text as it stands.
export function suggesting(original) {
  return new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (change, shown) => change.getMeta(key) ?? (change.docChanged ? shown.map(change.mapping, change.doc) : shown),
    },
    props: { decorations: (state) => key.getState(state) },
    view(view) {
      let timer = 0;
      const show = () => {
        if (view.composing) { timer = setTimeout(show, PAUSE); return; }
        const marks = changes(original(), view.state.doc);
        view.dispatch(view.state.tr.setMeta(key, DecorationSet.create(view.state.doc, marks)).setMeta("addToHistory", false));
      };
      return {
        update(_, before) {
          if (before.doc.eq(view.state.doc)) return;
          clearTimeout(timer);
          timer = setTimeout(show, PAUSE);
        },
        destroy: () => clearTimeout(timer),
      };
    },
  });
}

function changes(before, doc) {
  const after = [];
  doc.forEach((node, at) => after.push({ node, at }));
  let from = 0;
  while (from < before.length && from < after.length && before[from].eq(after[from].node)) from += 1;
  let left = before.length;
  let right = after.length;
  while (left > from && right > from && before[left - 1].eq(after[right - 1].node)) { left -= 1; right -= 1; }
  const marks = [];
  for (const [old, fresh] of pairs(before.slice(from, left), after.slice(from, right))) {
    if (old && fresh) marks.push(...within(old, fresh));
    else if (fresh) marks.push(Decoration.node(fresh.at, fresh.at + fresh.node.nodeSize, { class: "suggest-add-block" }));
    else marks.push(dropped(old, after[right]?.at ?? doc.content.size));
  }
  return marks;
}

// Blocks that stayed as they are hold the row together; between them they are compared in their order.
function pairs(before, after) {
  const found = [];
  let at = 0;
  before.forEach((old, index) => {
    const same = after.findIndex((one, place) => place >= at && one.node.eq(old));
    if (same >= 0) {
      for (; at < same; at += 1) found.push([null, after[at]]);
      at = same + 1;
    } else if (at < after.length && !before.slice(index + 1).some((later) => later.eq(after[at].node))) {
      found.push([old, after[at]]);
      at += 1;
    } else {
      found.push([old, null]);
    }
  });
  for (; at < after.length; at += 1) found.push([null, after[at]]);
  return found;
}

function within(old, { node, at }) {
  if (!node.isTextblock || !old.isTextblock) {
    return node.eq(old) ? [] : [Decoration.node(at, at + node.nodeSize, { class: "suggest-add-block" })];
  }
  const start = old.content.findDiffStart(node.content);
  if (start === null) return [];
  const end = old.content.findDiffEnd(node.content);
  const overlap = Math.max(0, start - Math.min(end.a, end.b));
  const oldEnd = end.a + overlap;
  const newEnd = end.b + overlap;
  const marks = [];
  const gone = old.textBetween(start, oldEnd, "", "\ufffc");
  if (gone) marks.push(Decoration.widget(at + 1 + start, () => crossed(gone), { side: -1, key: `drop-${at}-${gone}` }));
  if (newEnd > start) marks.push(Decoration.inline(at + 1 + start, at + 1 + newEnd, { class: "suggest-add" }));
  return marks;
}

function dropped(old, at) {
  return Decoration.widget(at, () => {
    const line = crossed(old.textContent);
    line.classList.add("suggest-drop-block");
    return line;
  }, { side: -1, key: `gone-${at}-${old.textContent}` });
}

function crossed(words) {
  const element = document.createElement("del");
  element.className = "suggest-drop";
  element.textContent = words;
  element.contentEditable = "false";
  return element;
}
