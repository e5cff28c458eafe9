// The hand-in page keeps what is typed on the server too, so that another device can go on with it.

import { csrfToken } from "./words.js";

const PAUSE = 2500;

export function serverDrafts() {
  const settings = document.getElementById("draft-keeper");
  if (!settings) return;
  const { form: id, url, kept, failed } = JSON.parse(settings.textContent);
  const form = document.getElementById(id);
  const note = form?.querySelector("[data-draft-state]");
  if (!form) return;
  let timer = 0;
  let last = JSON.stringify(fields(form));
  const save = async () => {
    timer = 0;
    const now = JSON.stringify(fields(form));
    if (now === last || form.dataset.sent) return;
    const done = await put(url, now);
    if (done) last = now;
    if (note) note.textContent = done ? `${kept} ${new Date().toTimeString().slice(0, 5)}` : failed;
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}

function fields(form) {
  const data = new FormData(form);
  const typed = { assets: data.getAll("assets") };
  for (const name of ["origin_group", "title", "body", "byline", "pen_name", "call"]) typed[name] = data.get(name) ?? "";
  // Of every kind of group, also of those that are not shown: another choice of group brings them back.
  const answers = [...form.elements].filter((field) => field.name.startsWith("answer.") && field.value);
  typed.answers = Object.fromEntries(answers.map((field) => [field.name.slice("answer.".length), field.value]));
  return typed;
}

async function put(url, body) {
  try {
    const answer = await fetch(url, { method: "PUT", body, headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() } });
    return answer.ok;
  } catch {
    return false;
  }
}
