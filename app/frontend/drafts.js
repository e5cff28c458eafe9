// Nothing typed is lost: a form with data-keep keeps its fields on this device until the server has them.
// The page after success says so with [data-kept]. Kept per person, so that a shared machine mixes nobody's words.

import { words } from "./words.js";

const longest = 30 * 86_400_000;

export function keepDrafts() {
  for (const done of document.querySelectorAll("[data-kept]")) forget(done.dataset.kept);
  for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
}

function keep(form) {
  const { keep: key, keepBase: base = "" } = form.dataset;
  const before = read(key);
  const fresh = JSON.stringify(values(form));
  if (before && JSON.stringify(before.values) !== fresh) {
    if (before.base === base) offer(form, key, before, true);
    else offer(form, key, before, false);
  }
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    write(key, { base, at: Date.now(), values: values(form) });
  };
  const later = () => { timer ||= setTimeout(save, 400); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.addEventListener("pagehide", () => timer && save());
}

function offer(form, key, kept, putBackNow) {
  const initial = values(form);
  const note = form.querySelector("[data-kept-note]");
  if (putBackNow) fill(form, kept.values);
  if (!note) return;
  const say = document.createElement("span");
  say.textContent = putBackNow ? words.kept : words.keptOther;
  const drop = act(words.forget, () => {
    forget(key);
    fill(form, initial);
    note.hidden = true;
  });
  const back = act(words.putBack, () => {
    fill(form, kept.values);
    note.hidden = true;
  });
  note.replaceChildren(say, ...(putBackNow ? [drop] : [back, drop]));
  note.hidden = false;
}

function act(label, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", press);
  return button;
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
}

function values(form) {
  return fields(form).map((field) => [field.name, ["checkbox", "radio"].includes(field.type) ? field.checked : field.value, field.value]);
}

function fill(form, kept) {
  for (const [name, content, value] of kept) {
    const field = fields(form).find((one) => one.name === name && (typeof content !== "boolean" || one.value === value));
    if (!field) continue;
    if (typeof content === "boolean") field.checked = content;
    else field.value = content;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function place(key) {
  return `keep:${document.body.dataset.person}:${key}`;
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(place(key)));
    return kept && Date.now() - kept.at < longest ? kept : null;
  } catch {
    return null;
  }
}

function write(key, kept) {
  try { localStorage.setItem(place(key), JSON.stringify(kept)); } catch { /* full or forbidden: the page itself still holds it */ }
}

function forget(key) {
  try { localStorage.removeItem(place(key)); } catch { /* nothing kept, nothing to forget */ }
}
