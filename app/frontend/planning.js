// Help for those who plan and publish: order by dragging, and a typeset article on the clipboard as what it is.

import Sortable from "sortablejs";
import { toast, words } from "./words.js";

// [data-sort] in a form: dropped somewhere else, the form is sent in the new order.
export function ordering() {
  for (const list of document.querySelectorAll("[data-sort]")) {
    Sortable.create(list, {
      animation: 120,
      filter: "a, button",
      preventOnFilter: false,
      onEnd: (event) => event.oldIndex !== event.newIndex && list.closest("form").requestSubmit(),
    });
  }
}

// [data-order] holds pictures that have an order: dragged, or moved by the arrows that each of them is given.
export function orderedPictures() {
  for (const box of document.querySelectorAll("[data-order]")) {
    const list = box.querySelector("[data-upload-list]");
    const dress = () => {
      for (const item of list.children) {
        if (!item.querySelector("[data-step]")) item.append(arrow("up", "←", box), arrow("down", "→", box));
      }
    };
    new MutationObserver(dress).observe(list, { childList: true });
    dress();
    Sortable.create(list, { animation: 120, filter: "button, input", preventOnFilter: false });
    list.addEventListener("click", (event) => {
      const step = event.target.closest("[data-step]")?.dataset.step;
      if (!step) return;
      const item = event.target.closest("li");
      const other = step === "up" ? item.previousElementSibling : item.nextElementSibling;
      if (other) other[step === "up" ? "before" : "after"](item);
      event.target.closest("button").focus();
    });
  }
}

function arrow(step, sign, box) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "act act-quiet";
  button.dataset.step = step;
  button.ariaLabel = box.dataset[step === "up" ? "orderUp" : "orderDown"];
  button.textContent = sign;
  return button;
}

// [data-deed] says on the button what will happen and when, as the day and the time stand in the form.
export function deeds() {
  for (const words of document.querySelectorAll("[data-deed]")) {
    const { day, time } = words.closest("form").elements;
    const say = () => { words.textContent = [whenOf(day.value, time.value, words.dataset), words.dataset.deed].join(" ").trim(); };
    day.addEventListener("input", say);
    time.addEventListener("input", say);
    say();
  }
}

// The weekday alone within the coming week, else with its date; nothing while no day is given.
function whenOf(day, time, { weekdays, today }) {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return "";
  const away = (date - new Date(`${today}T00:00:00Z`)) / 86_400_000;
  const weekday = weekdays.split(",")[(date.getUTCDay() + 6) % 7];
  return [away >= 0 && away < 7 ? "" : day, weekday, time].filter(Boolean).join(" ");
}

// [data-until] counts down to an instant; then it says [data-over].
export function countdowns() {
  const all = [...document.querySelectorAll("[data-until]")];
  const show = () => {
    for (const one of all) {
      const left = Math.ceil((new Date(one.dataset.until) - Date.now()) / 1000);
      const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      one.textContent = left > 0 ? one.dataset.left.replace("{left}", clock) : one.dataset.over;
      one.hidden = false;
    }
  };
  if (all.length) { show(); setInterval(show, 1000); }
}

// [data-copy-html] names a <template>; programs that understand layout get the layout, others the plain text.
export function copyingLayout() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy-html]");
    if (!button) return;
    const done = await copyHtml(document.getElementById(button.dataset.copyHtml).innerHTML);
    toast(done ? words.copied : words.copyFailed, !done);
  });
}

async function copyHtml(html) {
  // Taken apart in a document of its own, where nothing runs and nothing is fetched.
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  try {
    const forms = { "text/html": html, "text/plain": parsed.innerText };
    const parts = Object.entries(forms).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]);
    return true;
  } catch {
    // Plain http on an intranet has no clipboard interface; copying a selection works there and keeps the layout.
    const shown = document.createElement("div");
    shown.className = "visually-hidden";
    shown.append(...parsed.childNodes);
    document.body.append(shown);
    const selection = window.getSelection();
    selection.selectAllChildren(shown);
    const done = document.execCommand("copy");
    selection.removeAllRanges();
    shown.remove();
    return done;
  }
}
