// Besides the device, the server keeps what is typed; and it says who else has the article open, and what they saved.

import { csrfToken } from "../words.js";
import { windowId } from "../windows.js";

const PAUSE = 2000;
const LONGEST = 10_000;
const ASKED_EVERY = 8000;
const AGAIN = 5000;
const FIELDS = ["title", "body", "author", "digest", "source_url", "theme"];

// `changed()` tells whether something is not saved; `told(answer)` hears what the server knows of the article.
export function keepOnServer(form, words, changed) {
  const url = form.dataset.autosave;
  const note = form.querySelector("[data-save-state]");
  if (!url) return;
  let last = JSON.stringify(typed(form));
  let timer = 0;
  let since = 0;
  let dead = false;
  const send = async () => {
    timer = 0;
    since = 0;
    const now = JSON.stringify(typed(form));
    if (now === last || form.dataset.sent) return;
    const good = await call("PUT", url, { window: windowId(), base: Number(form.elements.base.value), fields: JSON.parse(now) });
    if (good) last = now;
    dead = !good;
    offline(dead, words);
    if (note && good && changed()) note.textContent = words.keptAt.replace("{time}", new Date().toTimeString().slice(0, 5));
    if (dead) timer = setTimeout(send, AGAIN);
  };
  form.addEventListener("input", () => {
    if (dead) return;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, Math.min(PAUSE, Math.max(0, since + LONGEST - Date.now())));
  });
  window.addEventListener("online", () => { clearTimeout(timer); send(); });
  window.addEventListener("offline", () => offline(true, words));
  form.addEventListener("qunsheng:saved", () => clearTimeout(timer));
}

export function beThere(form, words, changed, told) {
  const url = form.dataset.presence;
  const line = document.querySelector("[data-presence-line]");
  if (!url) return;
  let timer = 0;
  const ask = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    const answer = await call("POST", url, { window: windowId(), writing: changed() });
    if (answer) {
      if (line) show(line, answer, form, words);
      told(answer);
    }
    timer = setTimeout(ask, ASKED_EVERY);
  };
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pagehide", () => {
    const body = new FormData();
    body.set("csrf_token", csrfToken());
    body.set("window", windowId());
    navigator.sendBeacon?.(`${url}/end`, body);
  });
  ask();
}

function show(line, { others, revision, saved }, form, words) {
  const said = others.map(({ name, own, writing }) => {
    if (own) return words.ownWindow;
    return (writing ? words.isWriting : words.isHere).replace("{name}", name);
  });
  if (revision > Number(form.elements.base.value)) said.push(words.savedMeanwhile.replace("{name}", saved.by).replace("{time}", saved.at).replace("{number}", revision));
  const text = said.join(" ");
  if (line.lastElementChild.textContent !== text) line.lastElementChild.textContent = text;
  line.hidden = said.length === 0;
}

function offline(on, words) {
  const line = document.querySelector("[data-offline-line]");
  if (!line) return;
  line.lastElementChild.textContent = on ? words.offline : "";
  line.hidden = !on;
}

function typed(form) {
  const data = new FormData(form);
  return Object.fromEntries(FIELDS.filter((name) => data.has(name)).map((name) => [name, data.get(name)]));
}

async function call(method, url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json" };
  try {
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    return answer.ok && (answer.status === 204 ? {} : await answer.json());
  } catch {
    return false;
  }
}
