// The hand-in page holds the forms of all kinds of groups; that of the chosen group's kind is shown and sent. What was typed
// into the others stays in them, and an answer to a question of the same name goes along.

export function questions() {
  const kinds = document.getElementById("kinds-of-groups");
  const select = document.querySelector("#hand-in [name=origin_group]");
  if (!kinds || !select) return;
  const kindOf = JSON.parse(kinds.textContent);
  const sets = [...document.querySelectorAll("[data-questions]")];
  const show = () => {
    const chosen = kindOf[select.value];
    const before = sets.find((set) => !set.hidden);
    const after = sets.find((set) => set.dataset.questions === chosen);
    if (before === after) return;
    if (before && after) carry(before, after);
    for (const set of sets) set.hidden = set.disabled = set !== after;
  };
  select.addEventListener("input", show);
  select.addEventListener("change", show);
  // A browser that goes back fills the select in by itself.
  window.addEventListener("pageshow", show);
}

function carry(before, after) {
  const label = (field) => field.name.split(".").slice(2).join(".");
  const said = new Map([...before.elements].map((field) => [label(field), field.value]));
  for (const field of after.elements) if (!field.value) field.value = said.get(label(field)) ?? "";
}
