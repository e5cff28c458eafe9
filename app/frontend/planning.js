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
