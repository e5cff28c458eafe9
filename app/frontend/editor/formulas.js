// A formula is written in TeX and shown as readers will see it: by the same renderer that sets the article.

import { question, show } from "./phone.js";

const PAUSE = 120;

export function formulaDialog(field, desk) {
  return (box) => {
    const { tex, own } = box.querySelector("form").elements;
    const frame = box.querySelector("iframe");
    const marked = () => (own.checked ? `$$\n${tex.value.trim()}\n$$` : `$${tex.value.trim()}$`);
    const here = desk.source ? null : present(desk.rich.editor);
    tex.value = here?.tex ?? "";
    own.checked = here?.own ?? false;
    if (!frame.src) frame.src = frame.dataset.src;
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (!box.open) return;
        const answer = await question(field, { body: tex.value.trim() ? marked() : "", title: "", author: "", bare: "1" }).catch(() => null);
        if (answer) show(frame, answer.page);
        box.querySelector("[data-formula-said]").textContent = tex.value.trim() ? answer?.found[0]?.message ?? "" : "";
      }, PAUSE);
    };
    box.querySelector("form").oninput = look;
    frame.onload = look;
    look();
    return () => { if (tex.value.trim()) put(desk, here, own.checked, marked()); };
  };
}

// The formula the cursor stands in: a source block of its own, or a literal within a line.
function present(editor) {
  const { $from } = editor.state.selection;
  if ($from.parent.type.name === "sourceBlock" && $from.parent.attrs.kind === "formula") {
    return { tex: bare($from.parent.textContent), own: true, from: $from.before(), to: $from.after() };
  }
  const literal = [$from.nodeAfter, $from.nodeBefore].find((node) => node?.marks.some((mark) => mark.type.name === "literal"));
  if (!literal || !/^(\$|\\\()/.test(literal.text)) return null;
  const start = $from.start();
  const at = start + $from.parent.textBetween(0, $from.parent.content.size, "\ufffc", "\ufffc").indexOf(literal.text);
  return { tex: bare(literal.text), own: false, from: at, to: at + literal.text.length };
}

function bare(formula) {
  return formula.trim().replace(/^(\$\$?|\\[([])|(\$\$?|\\[)\]])$/g, "").trim();
}

function put(desk, here, own, markdown) {
  if (here) desk.rich.editor.chain().focus().setTextSelection({ from: here.from, to: here.to }).run();
  desk.put(markdown, own);
}
