// A picture on its way up. Small ones go in one request; larger ones piece by piece, so that a lost connection costs a
// piece and a closed page nothing: the file waits in this browser's own store and goes on when the page is open again.

import { csrfToken, words } from "./words.js";

const PIECE = 256 * 1024;
const PAUSES = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const PATIENCE = 15 * 60_000;
const KEPT = 24 * 3600_000;

// The kept picture as {asset}, or {reason}. onPart is told the share that has arrived, and false while the line is dead.
export function post(url, file, onPart, mark = null) {
  return file.size <= PIECE ? inOne(url, file, onPart) : inPieces(file, onPart, mark);
}

// Goes on with what a page that was closed has left: calls back with each file and the way to send the rest.
export async function goOn(place, back) {
  for (const left of await everything()) {
    if (Date.now() - left.at > KEPT) forget(left.id);
    else if (left.mark?.place === place) back(left.mark, left.file, (onPart) => rest(left.id, left.file, onPart));
  }
}

async function inPieces(file, onPart, mark) {
  const begun = await call("POST", "/uploads", JSON.stringify({ size: file.size }), { "Content-Type": "application/json" });
  if (begun.status !== 201) return { reason: begun.said.detail ?? words.uploadFailed };
  if (mark) await keep({ id: begun.said.id, file, mark, at: Date.now() });
  return rest(begun.said.id, file, onPart);
}

async function rest(id, file, onPart) {
  const outcome = await pieces(`/uploads/${id}`, file, onPart);
  forget(id);
  return outcome;
}

async function pieces(url, file, onPart) {
  let offset = null;
  let failures = 0;
  let lastGood = Date.now();
  while (Date.now() - lastGood < PATIENCE) {
    const answer = offset === null ? await call("GET", url) : await piece(url, file, offset, onPart);
    if (answer.status === 201) return { asset: answer.said };
    if (answer.status === 200 || answer.status === 204) {
      if (answer.said.asset) return { asset: answer.said.asset };
      offset = answer.offset;
      failures = 0;
      lastGood = Date.now();
      onPart(offset / file.size);
    } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
      return { reason: answer.said.detail ?? words.uploadFailed };
    } else {
      offset = null;
      onPart(false);
      await pause(PAUSES[Math.min(failures++, PAUSES.length - 1)]);
    }
  }
  return { reason: words.uploadFailed };
}

function piece(url, file, offset, onPart) {
  const body = file.slice(offset, offset + PIECE);
  const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
  return call("PATCH", url, body, headers, (loaded) => onPart((offset + Math.min(loaded, body.size)) / file.size));
}

async function inOne(url, file, onPart) {
  const body = new FormData();
  body.append("file", file, file.name);
  const answer = await call("POST", url, body, {}, (loaded, total) => onPart(loaded / total));
  const taken = answer.status >= 200 && answer.status < 300 && answer.said.id;
  return taken ? { asset: answer.said } : { reason: answer.said.detail ?? words.uploadFailed };
}

// XMLHttpRequest because fetch cannot tell how much of the body has gone out. Status 0: nobody answered.
function call(method, url, body = null, headers = {}, onLoaded = null) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries({ "X-CSRFToken": csrfToken(), Accept: "application/json", ...headers })) {
      request.setRequestHeader(name, value);
    }
    request.responseType = "json";
    request.timeout = 60_000;
    if (onLoaded) request.upload.onprogress = (event) => event.lengthComputable && onLoaded(event.loaded, event.total);
    const answered = () => resolve({
      status: request.status, said: request.response ?? {}, offset: Number(request.getResponseHeader("Upload-Offset")),
    });
    request.onload = answered;
    request.onerror = request.ontimeout = () => resolve({ status: 0, said: {} });
    request.send(body);
  });
}

// A while, or less when the line comes back.
function pause(milliseconds) {
  return new Promise((resolve) => {
    const done = () => { window.removeEventListener("online", done); clearTimeout(timer); resolve(); };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
  });
}

function store(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("qunsheng-uploads", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "id" });
    // Private windows may forbid it: then a closed page forgets, and nothing else is lost.
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const request = act(opening.result.transaction("files", mode).objectStore("files"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
      request.transaction.oncomplete = () => opening.result.close();
    };
  });
}

function keep(left) {
  return store("readwrite", (files) => files.put(left));
}

function forget(id) {
  return store("readwrite", (files) => files.delete(id));
}

async function everything() {
  return (await store("readonly", (files) => files.getAll())) ?? [];
}
