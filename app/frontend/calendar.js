// Moving in the calendar: by dragging, or with Alt and an arrow key. What moved is kept at once and can be undone.

import Sortable from "sortablejs";
import { csrfToken, toast } from "./words.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const UNDO_SECONDS = 20;
// What another day of one thing changes: the days with their conflicts, what has no time yet, what is left of the quota.
const PARTS = ["calendar-days", "calendar-beside", "calendar-quotas"];

let kept = Promise.resolve();
let moves = 0;

// [data-calendar] holds lists of a day, [data-day], and one without a day; a thing that may move has [data-move], the address
// that keeps it, and [data-may-wait] if it may also stand without a day.
export function movingInCalendar() {
  const box = document.querySelector("[data-calendar]");
  if (!box) return;
  draggable(box);
  box.addEventListener("keydown", (event) => {
    const thing = event.altKey && event.key in STEPS && event.target.closest("[data-move]");
    if (!thing) return;
    event.preventDefault();
    const from = thing.closest("[data-day]").dataset.day;
    const day = from ? after(from, STEPS[event.key]) : box.dataset.soon;
    listOf(box, day)?.append(thing);
    event.target.focus();
    keep(box, thing, from, { day });
  });
}

function draggable(box) {
  for (const list of box.querySelectorAll("[data-day]")) {
    Sortable.create(list, {
      group: { name: "calendar", put: (to, _from, item) => to.el.dataset.day !== "" || "mayWait" in item.dataset },
      draggable: "[data-move]",
      animation: 120,
      delay: 150,
      delayOnTouchOnly: true,
      onEnd: ({ from, to, item }) => from !== to && keep(box, item, from.dataset.day, { day: to.dataset.day }),
    });
  }
}

// One after the other; what the server refuses goes back to where it was, with its reason.
function keep(box, thing, from, wanted) {
  moves += 1;
  kept = kept.then(async () => {
    const answer = await send(thing.dataset.move, wanted);
    moves -= 1;
    if (answer.ok) told(box, thing.dataset.move, answer);
    else { listOf(box, from)?.append(thing); toast(answer.said || box.dataset.failed, true); }
    if (moves === 0) await refresh(box, thing.dataset.move);
  });
  return kept;
}

function told(box, address, answer) {
  const line = document.createElement("p");
  line.className = "toast-line";
  line.textContent = [answer.said, ...answer.against].join(" ");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "act";
  undo.textContent = box.dataset.undo;
  undo.addEventListener("click", async () => {
    line.remove();
    const back = await send(address, { day: answer.before, time: answer.time ?? "" });
    toast(back.ok ? box.dataset.undone : back.said || box.dataset.failed, !back.ok);
    await refresh(box, address);
  });
  line.append(" ", undo);
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), UNDO_SECONDS * 1000);
}

async function send(address, wanted) {
  try {
    const body = new URLSearchParams({ ...wanted, csrf_token: csrfToken() });
    const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
    const read = await response.json();
    return response.ok ? { ok: true, ...read } : { ok: false, said: read.detail };
  } catch {
    return { ok: false, said: "" };
  }
}

// The page as it is now, put in place of what stands here; one stays on the thing one moved.
async function refresh(box, address) {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (moves > 0) return;
  for (const id of PARTS) {
    const part = fresh.getElementById(id);
    if (part) document.getElementById(id)?.replaceWith(part);
  }
  draggable(box);
  box.querySelector(`[data-move="${address}"] :is(a, summary)`)?.focus();
}

const listOf = (box, day) => box.querySelector(`[data-day="${day}"]`);

function after(day, days) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}
