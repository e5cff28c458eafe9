// Pictures go up one by one while the person writes on; the form then carries only their ids. Each is asked for its words.

import { goOn, post } from "./sending.js";
import { csrfToken, toast, words } from "./words.js";

export { post };

export function uploads() {
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.uploadAlt) { describe(event.target); return; }
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
  goOn(place(), (mark, file, rest) => {
    const box = document.querySelector(`[data-upload][data-upload-name="${mark.name}"]`);
    if (box) finish(box, [file], (_, onPart) => rest(onPart));
  });
}

function place() {
  return `${document.body.dataset.person}:${location.pathname}`;
}

function send(box, files) {
  const mark = { place: place(), name: box.dataset.uploadName };
  return finish(box, files, (file, onPart) => post(box.dataset.upload, file, onPart, mark));
}

async function finish(box, files, sending) {
  const state = box.querySelector("[data-upload-state]");
  let failed = null;
  state.classList.remove("field-error");
  for (const [index, file] of files.entries()) {
    const say = (part) => { state.textContent = sentence(part, index, files); };
    say(0);
    failed = (await sendOne(box, file, say, sending)) ?? failed;
  }
  state.textContent = failed ?? words.uploaded;
  state.classList.toggle("field-error", failed !== null);
}

function sentence(part, index, files) {
  if (part === false) return words.uploadWaiting;
  const size = files[index].size / 1_048_576;
  const which = files.length > 1 ? `${index + 1} / ${files.length} · ` : "";
  return `${words.uploading} ${which}${Math.round(part * 100)} % · ${(part * size).toFixed(1)} / ${size.toFixed(1)} MB`;
}

async function sendOne(box, file, say, sending) {
  const item = document.createElement("li");
  const picture = new Image();
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.ariaLabel = file.name;
  item.append(picture, bar);
  box.querySelector("[data-upload-list]").append(item);
  const { asset, reason } = await sending(file, (part) => {
    if (part !== false) bar.value = part * 100;
    say(part);
  });
  bar.remove();
  URL.revokeObjectURL(picture.src);
  if (!asset) { item.remove(); return `${file.name}: ${reason}`; }
  picture.src = asset.small_url ?? asset.url;
  const id = document.createElement("input");
  id.type = "hidden";
  id.name = box.dataset.uploadName;
  id.value = asset.id;
  item.append(id, dropButton(), altField(asset));
  id.dispatchEvent(new Event("change", { bubbles: true }));
  return null;
}

function altField(asset) {
  const field = document.createElement("input");
  field.type = "text";
  field.maxLength = 300;
  field.className = "upload-alt";
  field.dataset.uploadAlt = `/assets/${asset.id}/alt-text`;
  field.placeholder = words.describePicture;
  field.ariaLabel = words.describePicture;
  field.value = asset.alt_text ?? "";
  return field;
}

async function describe(field) {
  const body = new URLSearchParams({ alt_text: field.value });
  const answer = await fetch(field.dataset.uploadAlt, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() } }).catch(() => null);
  if (!answer?.ok) toast(words.failed, true);
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
