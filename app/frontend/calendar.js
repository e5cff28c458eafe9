// Moving in the calendar: by dragging, or with Alt and an arrow key. What moved is kept at once and can be undone.

import Sortable from "sortablejs";
import { csrfToken, toast } from "./words.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const UNDO_SECONDS = 12;

// [data-calendar] holds days, [data-day]; a thing on one that may move has [data-move], the address that keeps it.
export function movingInCalendar() {
  const box = document.querySelector("[data-calendar]");
  if (!box) return;
  for (const day of box.querySelectorAll("[data-day]")) {
    Sortable.create(day, {
      group: "calendar",
      draggable: "[data-move]",
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      onEnd: (event) => event.from !== event.to && keep(box, event.item, event.from, event.to.dataset.day),
    });
  }
  box.addEventListener("keydown", (event) => {
    const thing = event.altKey && event.key in STEPS && event.target.closest("[data-move]");
    if (!thing) return;
    event.preventDefault();
    const from = thing.closest("[data-day]");
    const day = after(from.dataset.day, STEPS[event.key]);
    place(box, thing, day);
    keep(box, thing, from, day);
  });
}

// Kept on the server; what it refuses goes back to where it was, with its reason.
async function keep(box, thing, from, day) {
  const answer = await send(thing.dataset.move, day);
  if (!answer.ok) {
    place(box, thing, from.dataset.day);
    toast(answer.said || box.dataset.failed, true);
    return;
  }
  if (!place(box, thing, day)) thing.hidden = true;
  thing.querySelector("a, summary")?.focus();
  told(box, thing, answer);
}

function told(box, thing, answer) {
  const line = document.createElement("p");
  line.className = "toast-line";
  line.textContent = [answer.said, ...answer.against].join(" ");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "act";
  undo.textContent = box.dataset.undo;
  undo.addEventListener("click", async () => {
    line.remove();
    const back = await send(thing.dataset.move, answer.before);
    if (!back.ok) { toast(back.said || box.dataset.failed, true); return; }
    thing.hidden = false;
    place(box, thing, answer.before);
    toast(box.dataset.undone);
  });
  line.append(" ", undo);
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), UNDO_SECONDS * 1000);
}

async function send(address, day) {
  try {
    const body = new URLSearchParams({ day, csrf_token: csrfToken() });
    const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const read = await response.json();
    return response.ok ? { ok: true, ...read } : { ok: false, said: read.detail };
  } catch {
    return { ok: false, said: "" };
  }
}

// In the order of its times, plans without one first. False: that day is not on this page.
function place(box, thing, day) {
  const list = box.querySelector(`[data-day="${day}"]`);
  if (!list) return false;
  const at = timeOf(thing);
  const next = [...list.children].find((other) => other !== thing && timeOf(other) > at);
  list.insertBefore(thing, next ?? null);
  return true;
}

const timeOf = (thing) => thing.querySelector(".day-entry-time")?.textContent.trim().slice(0, 5) ?? "";

function after(day, days) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
