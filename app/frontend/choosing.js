// Many things to tick: a field that narrows them down, and how many are ticked, whatever is in sight.

import { words } from "./words.js";

export function choosing() {
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-choices]");
    if (!box) return;
    if (event.target.type === "search") narrow(box, event.target.value);
    else if (event.target.checked) turn(box);
    count(box);
  });
  document.addEventListener("keydown", (event) => {
    // Enter in the field looks, and does not send the form.
    if (event.key === "Enter" && event.target.closest("[data-choices]") && event.target.type === "search") event.preventDefault();
  });
  const all = () => document.querySelectorAll("[data-choices]").forEach(count);
  document.addEventListener("htmx:afterSettle", all);
  all();
}

function narrow(box, asked) {
  const parts = asked.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const label of box.querySelectorAll(".choice")) {
    const said = label.textContent.toLowerCase();
    label.hidden = !parts.every((part) => said.includes(part));
    shown += !label.hidden;
  }
  box.querySelector("[data-choices-none]").hidden = shown > 0;
}

// Whoever ticks one means these: the choice above follows.
function turn(box) {
  const choice = box.dataset.turns && box.closest("form").querySelector(`[name="${box.dataset.turns}"][value="${box.dataset.turnsTo}"]`);
  if (choice) choice.checked = true;
}

function count(box) {
  const line = box.querySelector("[data-choices-count]");
  const ticked = box.querySelectorAll("input[type=checkbox]:checked").length;
  if (line) line.textContent = words.chosen.replace("{count}", ticked);
  const tools = box.querySelector(".choice-tools");
  if (tools) tools.hidden = false;
}
