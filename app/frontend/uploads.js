// Pictures go up one by one while the person writes on; the form then carries only their ids.

import { csrfToken, words } from "./words.js";

export function uploads() {
  document.addEventListener("change", (event) => {
    const box = event.target.type === "file" && event.target.closest("[data-upload]");
    if (!box) return;
    send(box, [...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("click", (event) => event.target.closest("[data-upload-drop]")?.closest("li").remove());
  document.addEventListener("dragover", (event) => {
    const box = event.target.closest?.("[data-upload]");
    if (box) { event.preventDefault(); box.classList.add("drag-over"); }
  });
  document.addEventListener("dragleave", (event) => event.target.closest?.("[data-upload]")?.classList.remove("drag-over"));
  document.addEventListener("drop", (event) => {
    const box = event.target.closest?.("[data-upload]");
    if (!box) return;
    event.preventDefault();
    box.classList.remove("drag-over");
    send(box, [...event.dataTransfer.files]);
  });
}

async function send(box, files) {
  const state = box.querySelector("[data-upload-state]");
  let failed = null;
  for (const [index, file] of files.entries()) {
    state.textContent = `${words.uploading} ${index + 1} / ${files.length}`;
    failed = (await sendOne(box, file)) ?? failed;
  }
  state.textContent = failed ?? words.uploaded;
  state.classList.toggle("field-error", failed !== null);
}

async function sendOne(box, file) {
  const item = document.createElement("li");
  const picture = new Image();
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  item.append(picture, bar);
  box.querySelector("[data-upload-list]").append(item);
  const { asset, reason } = await post(box.dataset.upload, file, (part) => { bar.value = part * 100; });
  bar.remove();
  if (!asset) { item.remove(); return `${file.name}: ${reason}`; }
  const id = document.createElement("input");
  id.type = "hidden";
  id.name = box.dataset.uploadName;
  id.value = asset.id;
  item.append(id, dropButton());
  return null;
}

function dropButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "act act-quiet";
  button.dataset.uploadDrop = "";
  button.ariaLabel = words.removePicture;
  button.textContent = "×";
  return button;
}

// The kept picture as {asset}, or {reason}. XMLHttpRequest because fetch cannot tell how much of the body has gone out.
export function post(url, file, onPart) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file, file.name);
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onPart(event.loaded / event.total);
    request.onload = () => {
      const answer = request.response ?? {};
      const taken = request.status >= 200 && request.status < 300 && answer.id;
      resolve(taken ? { asset: answer } : { reason: answer.detail ?? words.uploadFailed });
    };
    request.onerror = () => resolve({ reason: words.uploadFailed });
    request.send(body);
  });
}
