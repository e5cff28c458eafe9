// The page where a house makes a theme: the phones, the warnings and the named errors follow every change of the form.

import { csrfToken, toast, words } from "./words.js";

const PAUSE = 120;
const making = document.querySelector("[data-theme-making]");
const form = making.querySelector("form#theme");
const frames = [...making.querySelectorAll(".theme-phone iframe")];
const weak = making.querySelector("[data-theme-weak]");
const fine = making.querySelector("[data-theme-fine]");
const count = making.querySelector("[data-theme-count]");
const switches = { light: making.querySelector("[data-theme-light]"), dark: making.querySelector("[data-theme-dark]") };
let side = "light";
let pages = null;
let waiting = 0;
let asked = null;

async function follow() {
  asked?.abort();
  asked = new AbortController();
  let answer;
  try {
    answer = await fetch(making.dataset.themeMaking, {
      method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csrfToken() }, signal: asked.signal,
    });
    if (!answer.ok && answer.status !== 422) throw new Error(String(answer.status));
    take(await answer.json());
  } catch (problem) {
    if (problem.name !== "AbortError") toast(words.failed, true);
  }
}

function take(told) {
  nameErrors(told.errors ?? {});
  if (told.errors) return;
  pages = told;
  draw();
  weak.replaceChildren(...told.weak.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  weak.hidden = told.weak.length === 0;
  fine.hidden = !weak.hidden;
  count.textContent = count.dataset.words.replace("{count}", told.count.toLocaleString());
  for (const field of form.querySelectorAll("[data-element]")) field.placeholder = told.generated[field.dataset.element];
}

// Only what is inside the page changes, so each phone keeps its place. It is written into the phone's own document:
// one parsed here would be under this page's policy, which allows no inline styles.
function draw() {
  if (!pages) return;
  const [head, inside] = pages[side].split("</style>");
  for (const frame of frames) {
    const page = frame.contentDocument;
    const style = page?.querySelector("style");
    if (!style) continue;
    style.textContent = head.split("<style>")[1];
    page.body.innerHTML = inside;
  }
}

function nameErrors(errors) {
  for (const field of form.querySelectorAll("input[name], select[name]")) {
    const wrong = errors[field.name];
    let line = document.getElementById(`${field.id}-error`);
    field.closest(".field")?.classList.toggle("field-wrong", Boolean(wrong));
    if (!wrong) {
      line?.remove();
      field.removeAttribute("aria-invalid");
      continue;
    }
    if (!line) {
      line = Object.assign(document.createElement("p"), { className: "field-error", id: `${field.id}-error` });
      field.after(line);
    }
    line.textContent = wrong;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
  }
}

function show(chosen) {
  side = chosen;
  for (const [name, button] of Object.entries(switches)) button.setAttribute("aria-pressed", String(name === chosen));
  draw();
}

function twinColours() {
  const full = (text) => (/^#[0-9a-f]{3}$/i.test(text) ? `#${[...text.slice(1)].map((digit) => digit + digit).join("")}` : text);
  for (const picker of making.querySelectorAll("[data-colour-of]")) {
    const field = document.getElementById(picker.dataset.colourOf);
    const match = () => { if (/^#[0-9a-f]{6}$/i.test(full(field.value))) picker.value = full(field.value); };
    picker.addEventListener("input", () => {
      field.value = picker.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    field.addEventListener("input", match);
    match();
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PAUSE);
});
for (const [name, button] of Object.entries(switches)) button.addEventListener("click", () => show(name));
for (const frame of frames) frame.addEventListener("load", draw);
twinColours();
if (!form.querySelector("[aria-invalid=true]")) follow();
