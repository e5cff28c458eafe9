// A diagram is drawn in the author's browser and goes into the article as a picture. Its source stays beside the picture
// as a remark in the Markdown, which no reader gets, so that it can be drawn anew.

import { bring } from "./pictures.js";

const PAUSE = 300;
const REMARK = /^<!-- mermaid\n([\s\S]*?)\n?-->$/;
const EXAMPLE = "graph LR\n  A[来稿] --> B[三审]\n  B --> C[发布]";

export function diagramDialog(desk, words) {
  let board = null;
  return (box) => {
    const { source, alt } = box.querySelector("form").elements;
    const picture = box.querySelector("img");
    const said = box.querySelector("[data-diagram-said]");
    const here = desk.source ? null : present(desk.rich.editor);
    source.value = here?.source ?? EXAMPLE;
    alt.value = here?.alt ?? "";
    let drawn = null;
    let timer = 0;
    board ??= new Board(box.querySelector("iframe"));
    const draw = async () => {
      const answer = await board.draw(source.value);
      if (!answer) return;
      drawn = answer.picture ?? null;
      said.textContent = answer.reason ?? "";
      box.querySelector("button[value=done]").disabled = !drawn;
      if (drawn) picture.src = URL.createObjectURL(drawn);
    };
    source.oninput = () => {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE);
    };
    draw();
    return () => { if (drawn) put(desk, here, { source: source.value, alt: alt.value.trim() || words.diagram, drawn }, words); };
  };
}

// The frame in which diagrams are drawn; of several orders only the last one's answer counts.
class Board {
  constructor(frame) {
    this.frame = frame;
    this.order = 0;
    this.answers = new Map();
    this.ready = new Promise((resolve) => {
      window.addEventListener("message", (event) => {
        if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
        if (event.data.ready) resolve();
        else this.answers.get(event.data.order)?.(event.data);
      });
    });
    frame.src = frame.dataset.src;
  }

  async draw(source) {
    const order = (this.order += 1);
    await this.ready;
    if (order !== this.order) return null;
    const answer = await new Promise((resolve) => {
      this.answers.set(order, resolve);
      this.frame.contentWindow.postMessage({ order, source }, location.origin);
    });
    this.answers.delete(order);
    return order === this.order ? answer : null;
  }
}

// The diagram at the cursor: its remark, and the picture in the block after it.
function present(editor) {
  const { $from } = editor.state.selection;
  const { doc } = editor.state;
  for (const index of [$from.index(0), $from.index(0) - 1]) {
    const remark = doc.maybeChild(index);
    const found = remark?.type.name === "sourceBlock" && REMARK.exec(remark.textContent);
    if (!found) continue;
    const picture = doc.maybeChild(index + 1);
    const image = picture?.childCount === 1 && picture.firstChild.type.name === "image" ? picture.firstChild : null;
    const from = $from.posAtIndex(index, 0);
    return { source: found[1].replaceAll("--&gt;", "-->"), alt: image?.attrs.alt, from, to: from + remark.nodeSize + (image ? picture.nodeSize : 0) };
  }
  return null;
}

function put(desk, here, { source, alt, drawn }, words) {
  const lines = source.split("\n").filter((line) => line.trim()).join("\n").replaceAll("-->", "--&gt;");
  const file = new File([drawn], "diagram.png", { type: "image/png" });
  const done = (asset) => {
    if (here) desk.rich.editor.chain().focus().setTextSelection({ from: here.from, to: here.to }).run();
    desk.put(`<!-- mermaid\n${lines}\n-->\n\n![${alt.replace(/[[\]\\]/g, "\\$&")}](${asset.url})`, true);
  };
  bring([file], words.uploadTo, () => ({ progress: () => {}, done, failed: () => {} }));
}
