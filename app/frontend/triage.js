// The inbox by keyboard: the pane follows the list, a letter presses the answer that bears it, figures choose in a question.

export function triage() {
  document.addEventListener("click", (event) => {
    const asking = event.target.closest("[data-ask]");
    const dialog = asking && document.getElementById(asking.dataset.ask);
    if (dialog?.showModal) { event.preventDefault(); ask(dialog); return; }
    event.target.closest("[data-ask-leave]")?.closest("dialog").close();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-triage] [data-row]");
    if (row && event.target === row && !row.hasAttribute("aria-current")) follow(row);
  });
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) {
      if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.target.closest?.(".ask-answer form")?.requestSubmit();
      return;
    }
    const dialog = document.querySelector(".ask-answer[open]");
    if (dialog) { inQuestion(event, dialog); return; }
    if (document.querySelector("dialog[open]") || !document.querySelector("[data-triage], [data-answers]") || typing(event.target)) return;
    const target = /^[a-z?]$/.test(event.key) && document.querySelector(`[data-answer="${event.key}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
}

function ask(dialog) {
  dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), textarea, button")?.focus({ focusVisible: true });
}

// A figure chooses; Enter sends, also from a choice, where browsers do nothing.
function inQuestion(event, dialog) {
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    dialog.querySelector("form").requestSubmit(dialog.querySelector(".act-main, .act-danger-full"));
    return;
  }
  if (typing(event.target) || !/^[1-9]$/.test(event.key)) return;
  const choice = dialog.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
}

let waiting = 0;

// The text follows after a moment, so that running down the list does not ask for every one.
function follow(row) {
  for (const other of row.parentElement.children) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const page = row.querySelector("[data-open]").href;
    window.htmx.ajax("GET", `${page}&part=1`, { target: "#reading", swap: "outerHTML" });
    history.replaceState(history.state, "", page);
  }, 90);
}

function typing(element) {
  return element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") != null;
}
