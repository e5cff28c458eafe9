// The phone beside the text follows every key: asked of the real renderer, the older question given up,
// and only what changed is put into the frame that is there, so that nothing flickers and the reader's place stays.

import { csrfToken, toast } from "../words.js";

const PAUSE = 40;
const LONGEST_PAUSE = 100;

// `told(answer)` hears what the renderer says besides the page: findings, figures.
export function followInPhone(field, words, told) {
  const frame = document.getElementById(field.dataset.preview);
  const look = { dark: false };
  let timer = 0;
  let asking = null;
  let silent = false;
  let pause = PAUSE;
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await question(field, { dark: look.dark ? "1" : "" }, asking.signal);
      const began = performance.now();
      if (frame) show(frame, answer.page);
      told(answer);
      // A long article costs the phone time that the keys would miss: it follows a little later.
      pause = Math.min(LONGEST_PAUSE, Math.max(PAUSE, 3 * (performance.now() - began)));
      silent = false;
    } catch (error) {
      if (error.name === "AbortError" || silent) return;
      silent = true;
      toast(words.previewFailed, true);
    }
  };
  field.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  });
  field.form.addEventListener("change", (event) => {
    clearTimeout(timer);
    if (event.target.name) timer = setTimeout(ask, pause);
  });
  if (frame) switches(frame, look, ask);
  // A frame that is far down loads late, and then shows what was saved.
  frame?.addEventListener("load", ask);
  ask();
}

// What the server says of the form as it stands. Raises on any answer but a good one.
export async function question(field, more, signal) {
  const body = new FormData(field.form);
  body.delete("act");
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const answer = await fetch(field.dataset.editor, { method: "POST", body, signal, headers: { "X-CSRFToken": csrfToken() } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function switches(frame, look, ask) {
  const phone = frame.closest(".phone");
  document.querySelector("[data-phone-switches]")?.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (name === "phone-width") phone.dataset.width = value;
    if (name === "phone-look") {
      look.dark = value === "dark";
      phone.dataset.look = value;
      ask();
    }
  });
}

export function show(frame, page) {
  const shown = frame.contentDocument;
  if (!shown?.body || shown.URL === "about:blank") return;
  // Taken apart under the frame's own policy, which lets the article have its styles.
  const asked = shown.createElement("template");
  asked.innerHTML = page;
  const wanted = asked.content.querySelector("style");
  const style = shown.querySelector("head style");
  if (style && wanted && style.textContent !== wanted.textContent) style.textContent = wanted.textContent;
  for (const head of asked.content.querySelectorAll(":scope > meta, :scope > style")) head.remove();
  children(shown.body, asked.content);
}

// Makes `old` like `fresh`, touching only what differs: first from both ends, then the middle piece by piece.
function children(old, fresh) {
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  let from = 0;
  while (from < before.length && from < after.length && before[from].isEqualNode(after[from])) from += 1;
  let left = before.length;
  let right = after.length;
  while (left > from && right > from && before[left - 1].isEqualNode(after[right - 1])) { left -= 1; right -= 1; }
  for (; from < left && from < right; from += 1) {
    if (before[from].nodeType === 1 && before[from].nodeName === after[from].nodeName) {
      attributes(before[from], after[from]);
      children(before[from], after[from]);
    }
    else before[from].replaceWith(old.ownerDocument.adoptNode(after[from]));
  }
  for (let extra = from; extra < left; extra += 1) before[extra].remove();
  const next = before[left] ?? null;
  for (; from < right; from += 1) old.insertBefore(old.ownerDocument.adoptNode(after[from]), next);
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}
