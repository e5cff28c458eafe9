// The rich view: the article as it reads, with its Markdown underneath. Typing changes one block, and one block is written anew.

import { Editor, Extension } from "@tiptap/core";
import { closeHistory } from "@tiptap/pm/history";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import { finding, findings } from "./marks.js";
import { light, passages, showPassages, standing } from "./passages.js";
import { Places } from "./places.js";
import { insert, insertBlock, pasting } from "./paste.js";
import { arrivals } from "./pictures.js";
import { extensions } from "./schema.js";
import { suggesting } from "./suggesting.js";
import { Text } from "./text.js";

// `labels` are attributes of the editable element; `changed(markdown)` is told of every change, `asked` opens dialogs.
export function richView(parent, { markdown, original, words, labels, changed, asked, pressed }) {
  const all = extensions(words);
  let text = null;
  let first = null;
  const around = [findings(), passages(pressed), arrivals(words), pasting(words, () => text)];
  if (original !== undefined) around.push(suggesting(() => (first ??= text.pasted(original))));
  const editor = new Editor({
    element: parent,
    injectCSS: false,
    extensions: [...all, houseKeys(asked), Extension.create({ name: "around", addProseMirrorPlugins: () => around })],
    editorProps: {
      attributes: { ...labels, class: "article-text" },
      handleClickOn: (view, at, node, nodeAt, event, direct) => direct && !node.attrs.alt && pictureClicked(view, node, nodeAt, asked),
      handleDoubleClickOn: (view, at, node, nodeAt, event, direct) => direct && pictureClicked(view, node, nodeAt, asked),
    },
    onUpdate: () => changed(text.write(editor.state.doc)),
  });
  text = new Text(editor.schema, all);
  const load = (source, kept) => {
    const { state } = editor;
    editor.view.dispatch(state.tr.replaceWith(0, state.doc.content.size, text.read(source)).setMeta("addToHistory", kept));
    editor.view.dispatch(closeHistory(editor.state.tr));
  };
  load(markdown, false);
  const places = new Places(text);
  return {
    editor,
    ...passagesOf(editor, places),
    focus: () => editor.commands.focus(),
    replace: (source) => load(source, true),
    markdown: () => text.write(editor.state.doc),
    insertMarkdown: (source) => insert(editor.view, text.pasted(source)),
    insertBlock: (source) => insertBlock(editor.view, text.pasted(source)),
    describe: (src, alt) => describe(editor.view, src, alt),
    show: (found) => finding.show(editor.view, found),
    jump: (where) => jump(editor, where),
  };
}

// Passages by their place in the Markdown.
function passagesOf(editor, places) {
  const { view } = editor;
  return {
    selection: () => {
      const { from, to } = view.state.selection;
      return from < to ? places.written(view.state.doc, from, to) : null;
    },
    showNotes: (notes) => showPassages(view, notes.map((note) => {
      const place = note.begin === null ? null : places.shown(view.state.doc, note.begin, note.end);
      return { ...note, from: place?.from ?? null, to: place?.to ?? null };
    })),
    forgetNotes: () => showPassages(view, []),
    noteRanges: () => Object.fromEntries(Object.entries(standing(view.state)).map(([note, { from, to }]) => [note, places.written(view.state.doc, from, Math.max(to, from + 1))])),
    light: (note) => light(view, note),
    jumpToNote: (note) => {
      const place = standing(view.state)[note];
      if (place) select(editor, place.from, place.from);
    },
  };
}

function select(editor, from, to) {
  const { tr, doc } = editor.state;
  editor.view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(from), doc.resolve(to))).scrollIntoView());
  editor.view.focus();
}

function pictureClicked(view, node, at, asked) {
  if (node.type.name !== "image") return false;
  view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, at)));
  asked("picture");
  return true;
}

function describe(view, src, alt) {
  const change = view.state.tr;
  view.state.doc.descendants((node, at) => {
    if (node.type.name === "image" && node.attrs.src === src) change.setNodeAttribute(at, "alt", alt);
  });
  if (change.docChanged) view.dispatch(change);
}

function jump(editor, where) {
  const place = finding.place(editor.state.doc, where);
  if (!place) return false;
  const { tr, doc } = editor.state;
  const selection = place.node ? NodeSelection.create(doc, place.from) : TextSelection.create(doc, place.from, place.to);
  editor.view.dispatch(tr.setSelection(selection).scrollIntoView());
  editor.view.focus();
  return true;
}

function houseKeys(asked) {
  return Extension.create({
    name: "houseKeys",
    priority: 1000,
    addKeyboardShortcuts() {
      return {
        "Mod-k": () => asked("link"),
        "Mod-Alt-m": () => asked("annotate") ?? true,
        "Mod-Shift-m": () => asked("formula"),
        "Mod-Shift-p": () => asked("picture"),
        Enter: () => this.editor.isActive("image") && asked("picture"),
      };
    },
    onCreate() {
      // The page's own Mod-K goes to the search.
      this.editor.view.dom.addEventListener("keydown", (event) => {
        if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") event.stopPropagation();
      });
    },
  });
}
