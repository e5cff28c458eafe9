// The form around the text: nothing leaves the page unsaved without a question, and Mod-S saves.

// Returns whether something is not saved.
export function guardUnsaved(form, words) {
  const before = state(form);
  const note = form.querySelector("[data-save-state]");
  const saved = note?.textContent;
  let leaving = false;
  const changed = () => state(form) !== before;
  let timer = 0;
  // Reading the whole form is not for every key.
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (note) note.textContent = changed() ? words.unsaved : saved; }, 200);
  });
  form.addEventListener("submit", (event) => { leaving ||= !event.defaultPrevented; });
  form.addEventListener("qunsheng:saved", () => { leaving = true; });
  window.addEventListener("pageshow", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && changed()) event.preventDefault(); });
  // Enter in a one-line field would press the page's main act; here it only saves.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.tagName !== "INPUT" || event.target.type === "file") return;
    if (event.target.closest("dialog")) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  return changed;
}

function state(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrf_token"));
}
