// The drawing board: a page in a frame that turns a diagram's source into a picture of twice its size.
// It stands alone because a drawing needs inline styles, which no page of the house allows; nothing can be loaded from it.

import mermaid from "mermaid";

const SCALE = 2;
const LONGEST = 4000;
const board = document.getElementById("board");
let number = 0;

mermaid.initialize({
  startOnLoad: false,
  securityLevel: "strict",
  htmlLabels: false,
  flowchart: { htmlLabels: false, useMaxWidth: false },
  theme: "neutral",
  fontFamily: '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
});

window.addEventListener("message", async (event) => {
  if (event.origin !== location.origin || event.source !== parent) return;
  const { order, source } = event.data;
  try {
    parent.postMessage({ order, picture: await drawn(source) }, location.origin);
  } catch (error) {
    parent.postMessage({ order, reason: String(error?.message ?? error) }, location.origin);
  }
});
parent.postMessage({ ready: true }, location.origin);

async function drawn(source) {
  await mermaid.parse(source);
  const { svg } = await mermaid.render(`diagram-${(number += 1)}`, source, board);
  const picture = sized(svg);
  return rastered(picture.text, picture.width, picture.height);
}

// The drawing's own size stands in its viewBox; a picture element needs it in pixels.
function sized(svg) {
  const root = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [, , width, height] = root.getAttribute("viewBox").split(/[\s,]+/).map(Number);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  root.style.maxWidth = "";
  return { text: new XMLSerializer().serializeToString(root), width, height };
}

async function rastered(svg, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SCALE, LONGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("toBlob"))), "image/png"));
}
