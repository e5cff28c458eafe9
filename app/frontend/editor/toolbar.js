// The tools above the text: buttons of the page ([data-do]), which act on the view that is shown.

import { bring, insertPictures, pictureFiles } from "./pictures.js";

const RICH = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  strike: (chain) => chain.toggleStrike(),
  code: (chain) => chain.toggleCode(),
  h2: (chain) => chain.toggleHeading({ level: 2 }),
  h3: (chain) => chain.toggleHeading({ level: 3 }),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  tasks: (chain) => chain.toggleTaskList(),
  quote: (chain) => chain.toggleBlockquote(),
  codeBlock: (chain) => chain.toggleCodeBlock(),
  rule: (chain) => chain.setHorizontalRule(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
  rowAfter: (chain) => chain.addRowAfter(),
  columnAfter: (chain) => chain.addColumnAfter(),
  dropRow: (chain) => chain.deleteRow(),
  dropColumn: (chain) => chain.deleteColumn(),
  dropTable: (chain) => chain.deleteTable(),
};
const SOURCE = {
  bold: (view) => view.wrap("**", "**"),
  italic: (view) => view.wrap("*", "*"),
  strike: (view) => view.wrap("~~", "~~"),
  code: (view) => view.wrap("`", "`"),
  h2: (view) => view.startLines("## "),
  h3: (view) => view.startLines("### "),
  bullets: (view) => view.startLines("- "),
  numbers: (view) => view.startLines("1. "),
  tasks: (view) => view.startLines("- [ ] "),
  quote: (view) => view.startLines("> "),
  codeBlock: (view) => view.insert("```\n\n```"),
  rule: (view) => view.insert("---"),
  table: (view) => view.insert("|  |  |\n|---|---|\n|  |  |"),
};
const ACTIVE = {
  bold: ["bold"], italic: ["italic"], strike: ["strike"], code: ["code"], h2: ["heading", { level: 2 }], h3: ["heading", { level: 3 }],
  bullets: ["bulletList"], numbers: ["orderedList"], tasks: ["taskList"], quote: ["blockquote"], codeBlock: ["codeBlock"], link: ["link"],
};

// `desk` gives what is shown: {rich, source}; `asked(name)` opens a dialog.
export function toolbar(bar, desk, words, asked) {
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do], [data-ask], [data-put]");
    if (!button) return;
    button.closest("details")?.removeAttribute("open");
    if (button.dataset.ask) asked(button.dataset.ask);
    else if (button.dataset.put) desk.put(button.dataset.put.replaceAll("\\n", "\n"));
    else act(button.dataset.do, desk);
  });
  // A press must not take the cursor out of the text.
  bar.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
  bar.addEventListener("change", (event) => {
    if (event.target.type !== "file") return;
    bringPictures(desk, pictureFiles(event.target), words);
    event.target.value = "";
  });
  walking(bar);
}

// Which tools are on where the cursor stands, looked at once a frame.
export function follow(bar, editor) {
  const buttons = [...bar.querySelectorAll("[data-do], [data-ask]")];
  const [table] = bar.parentElement.querySelectorAll("[data-when=table]");
  let waiting = 0;
  editor.on("transaction", () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      for (const button of buttons) {
        const asks = ACTIVE[button.dataset.do ?? button.dataset.ask];
        if (asks) button.setAttribute("aria-pressed", String(editor.isActive(...asks)));
      }
      if (table) table.hidden = !editor.isActive("table");
    });
  });
}

// Brings pictures into the view that is shown.
export function bringPictures(desk, files, words) {
  if (files.length === 0) return;
  if (!desk.source) { insertPictures(desk.rich.editor.view, files, words.uploadTo); return; }
  bring(files, words.uploadTo, () => ({ progress: () => {}, done: (asset) => desk.source?.insert(`![](${asset.url})`), failed: () => {} }));
}

function act(name, desk) {
  if (desk.source) SOURCE[name]?.(desk.source);
  else RICH[name](desk.rich.editor.chain().focus()).run();
}

// A toolbar is one stop of the Tab key; the arrows walk in it.
function walking(bar) {
  const stops = () => [...bar.querySelectorAll("button, summary")].filter((one) => one.checkVisibility?.() ?? true);
  for (const stop of stops().slice(1)) stop.tabIndex = -1;
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const all = stops();
    const at = all.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    all[at].tabIndex = -1;
    const next = all[(at + step + all.length) % all.length];
    next.tabIndex = 0;
    next.focus();
  });
}
