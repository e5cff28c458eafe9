// Findings where they are: the renderer names a piece of the text, and that piece is underlined.

import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const key = new PluginKey("findings");

export function findings() {
  return new Plugin({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (change, shown) => change.getMeta(key) ?? shown.map(change.mapping, change.doc),
    },
    props: { decorations: (state) => key.getState(state) },
  });
}

export const finding = { show, place };

function show(view, found) {
  // A change of what is drawn would end the composition of a Chinese word.
  if (view.composing) {
    view.dom.addEventListener("compositionend", () => setTimeout(() => show(view, found)), { once: true });
    return;
  }
  const marks = found.map((one) => mark(view.state.doc, one)).filter(Boolean);
  if (marks.length || key.getState(view.state).find().length) {
    view.dispatch(view.state.tr.setMeta(key, DecorationSet.create(view.state.doc, marks)).setMeta("addToHistory", false));
  }
}

function mark(doc, { where, severity, message }) {
  const found = place(doc, where);
  if (!found) return null;
  const looks = { class: `found found-${severity}`, title: message };
  return found.node ? Decoration.node(found.from, found.to, looks) : Decoration.inline(found.from, found.to, looks);
}

// Where a piece of the author's text stands: {from, to}, with `node` for a picture; nothing if it is not found.
function place(doc, where) {
  const wanted = where.replace(/…$/, "");
  if (!wanted) return null;
  let found = null;
  doc.descendants((node, at) => {
    if (found) return false;
    if (node.type.name === "image" && (node.attrs.src.startsWith(wanted) || node.attrs.alt === wanted)) {
      found = { from: at, to: at + node.nodeSize, node };
    } else if (node.isTextblock) {
      found = within(node, at + 1, wanted);
    } else if (node.isText) {
      const link = node.marks.find((one) => one.type.name === "link");
      if (link?.attrs.href.startsWith(wanted)) found = { from: at, to: at + node.nodeSize };
    }
    return !found;
  });
  return found;
}

function within(block, start, wanted) {
  const text = block.textBetween(0, block.content.size, "\ufffc", "\ufffc");
  for (const words of [wanted, wanted.replace(/[*_`~#>]/g, "").trim()]) {
    const at = words ? text.indexOf(words) : -1;
    if (at >= 0) return { from: start + at, to: start + at + words.length };
  }
  return null;
}
