// What every page needs: partial updates, local state, and small helps that work on whatever is on the page,
// now or after a partial update. Everything listens on the document; a page asks for a help by a data- attribute.

import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import { movingInCalendar } from "./calendar.js";
import { choosing } from "./choosing.js";
import { crops } from "./crops.js";
import { keepDrafts } from "./drafts.js";
import { imports } from "./imports.js";
import { merging } from "./merging.js";
import { listKeys } from "./keys.js";
import { questions } from "./questions.js";
import { copyingLayout, countdowns, deeds, orderedPictures, ordering } from "./planning.js";
import { pictureNames } from "./picture_names.js";
import { saving } from "./saving.js";
import { printing } from "./printing.js";
import { serverDrafts } from "./server_drafts.js";
import { triage } from "./triage.js";
import { uploads } from "./uploads.js";
import { csrfToken, toast, words } from "./words.js";

const root = document.documentElement;

function themeSwitch() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.bsTheme); } catch { /* private windows may forbid it */ }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    let chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch { /* as above */ }
    if (!chosen) root.dataset.bsTheme = event.matches ? "dark" : "light";
  });
}

function drawer() {
  const side = document.getElementById("side");
  const opener = document.querySelector("[data-drawer-open]");
  if (!side || !opener) return;
  const set = (open) => {
    document.body.classList.toggle("drawer-open", open);
    opener.setAttribute("aria-expanded", String(open));
    document.querySelector(".stage").inert = open;
    (open ? side.querySelector("a") : opener).focus();
  };
  opener.addEventListener("click", () => set(true));
  document.addEventListener("click", (event) => event.target.closest("[data-drawer-close]") && set(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("drawer-open")) set(false);
  });
}

function menus() {
  const close = (menu) => { menu.open = false; };
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) close(menu);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
    if (menu) { close(menu); menu.querySelector("summary").focus(); }
  });
}

// A press on [data-confirm] asks once; only "yes" lets the press through.
function confirmations() {
  const box = document.getElementById("ask");
  let asked = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || !box?.showModal || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    asked = button;
    box.querySelector("#ask-sentence").textContent = button.dataset.confirm;
    box.querySelector("[data-ask-yes]").textContent = button.dataset.confirmYes || button.textContent.trim();
    box.returnValue = "no";
    box.showModal();
  }, true);
  box?.addEventListener("close", () => {
    const button = asked;
    asked = null;
    if (!button) return;
    if (box.returnValue !== "yes") { button.focus(); return; }
    button.dataset.confirmed = "1";
    button.click();
    delete button.dataset.confirmed;
  });
}

// A form is sent once: a second press while the first is under way does nothing.
function sendOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-once]");
    if (!form || event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    event.submitter?.classList.add("at-work");
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".at-work")) {
      button.classList.remove("at-work");
      button.removeAttribute("aria-disabled");
    }
  };
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-once]");
    if (form) release(form);
  });
}

function copying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const done = await copy(button.dataset.copy);
    const shown = button.querySelector("[data-copy-words]");
    if (!done || !shown) { toast(done ? words.copied : words.copyFailed, !done); return; }
    button.dataset.before ??= shown.textContent;
    shown.textContent = words.copied;
    toast(words.copied);
    setTimeout(() => { shown.textContent = button.dataset.before; }, 2500);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Plain http on an intranet has no clipboard interface; the old command still works there.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function counting() {
  const show = (input) => {
    let counter = input.parentElement.querySelector(".field-count");
    if (!counter) {
      counter = document.createElement("p");
      counter.className = "field-count";
      input.after(counter);
    }
    counter.textContent = input.maxLength > 0 ? `${input.value.length} / ${input.maxLength}` : String(input.value.length);
  };
  document.addEventListener("input", (event) => event.target.matches("[data-count]") && show(event.target));
  const all = () => document.querySelectorAll("[data-count]").forEach(show);
  document.addEventListener("htmx:afterSettle", all);
  all();
}

function relativeTimes() {
  const speak = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" });
  const units = [["minute", 60], ["hour", 3600], ["day", 86400]];
  const refresh = () => {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
      const size = Math.abs(seconds);
      if (Number.isNaN(seconds) || size > 6 * 86400) continue;
      const [unit, length] = units[size < 3600 ? 0 : size < 86400 ? 1 : 2];
      time.textContent = speak.format(Math.round(seconds / length), unit);
    }
  };
  refresh();
  setInterval(refresh, 30_000);
  document.addEventListener("htmx:afterSettle", refresh);
}

function smallThings() {
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".flash")?.remove());
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-filters] select")) event.target.form.requestSubmit();
  });
  const wrong = document.querySelector("[aria-invalid=true]") || document.querySelector("[data-first-error]");
  wrong?.focus();
}

function partialUpdates() {
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.selfRequestsOnly = true;
  htmx.config.historyCacheSize = 0;
  // A refused form comes back as a page with its errors (422) or with what somebody else changed (409): show it.
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "(409|422)", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ];
  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRFToken"] = csrfToken(); });
  document.addEventListener("htmx:responseError", () => toast(words.failed, true));
  document.addEventListener("htmx:sendError", () => toast(words.offline, true));
}

themeSwitch();
drawer();
menus();
confirmations();
pictureNames();
questions();
keepDrafts();
serverDrafts();
saving();
merging();
sendOnce();
copying();
counting();
relativeTimes();
listKeys();
ordering();
movingInCalendar();
copyingLayout();
countdowns();
deeds();
orderedPictures();
uploads();
crops();
choosing();
imports();
triage();
printing();
smallThings();
partialUpdates();
window.htmx = htmx;
window.Alpine = Alpine;
window.qunsheng = { toast };
Alpine.start();
