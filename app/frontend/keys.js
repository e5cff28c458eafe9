// Keyboard moves: / or Ctrl/⌘ K to the search; in a list with data-keys j and k move, Enter opens,
// and a letter presses the button of the row that carries data-key with that letter.

export function listKeys() {
  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") { search(event); return; }
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "/") { search(event); return; }
    const list = document.querySelector("[data-keys]");
    if (!list || document.querySelector("dialog[open]")) return;
    if (event.key === "j" || event.key === "k") { move(list, event.key === "j" ? 1 : -1); event.preventDefault(); return; }
    const row = document.activeElement?.closest?.("[data-row]");
    if (!row) return;
    const target = event.key === "Enter"
      ? document.activeElement === row && row.querySelector("[data-open]")
      : /^[a-z]$/.test(event.key) && row.querySelector(`[data-key="${event.key}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
}

function search(event) {
  const input = document.querySelector("[data-search]");
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
}

function move(list, by) {
  const rows = [...list.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const now = rows.indexOf(document.activeElement?.closest?.("[data-row]"));
  const next = now < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, now + by));
  rows[next].focus({ preventScroll: true });
  rows[next].scrollIntoView({ block: "nearest" });
}

function typing(element) {
  return element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], .cm-editor") != null;
}
