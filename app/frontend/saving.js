// A form with data-save is sent without leaving the page: when the server does not answer, cannot write or the line is dead,
// everything typed stays where it is, and it is sent again as soon as that is possible.

import { forgetDraft } from "./drafts.js";
import { windowId } from "./windows.js";
import { words } from "./words.js";

const PAUSES = [1000, 2000, 4000, 8000, 15_000];

export function saving() {
  for (const form of document.querySelectorAll("form[data-save]")) new Saving(form);
}

class Saving {
  constructor(form) {
    this.form = form;
    this.failures = 0;
    this.timer = 0;
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.timer && this.send());
    window.addEventListener("offline", () => this.say(words.lineDead));
  }

  submitted(event) {
    if (event.defaultPrevented || this.asUsual) return;
    event.preventDefault();
    if (this.under) return;
    this.submitter = event.submitter;
    this.send();
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.under = true;
    this.busy(true);
    const answer = await this.answer();
    this.under = false;
    if (answer.status >= 200 && answer.status < 300) { this.done(await answer.json()); return; }
    this.busy(false);
    if (answer.status === 0 || answer.status === 429 || answer.status >= 500) this.again(answer.status);
    else if (answer.status === 400 || answer.status === 401) this.say(words.signInAgain);
    else this.sendAsUsual();
  }

  async answer() {
    const body = new FormData(this.form);
    if (this.submitter?.name) body.set(this.submitter.name, this.submitter.value);
    body.set("window", windowId());
    const url = this.submitter?.hasAttribute("formaction") ? this.submitter.formAction : this.form.action;
    try {
      return await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      return { status: 0 };
    }
  }

  done({ location: where, taken }) {
    for (const key of [this.form.dataset.keep, this.form.dataset.keepAlso]) if (key && taken) forgetDraft(key);
    this.form.dispatchEvent(new Event("qunsheng:saved"));
    // Only the part after # may differ: then the page would stay as it is.
    const there = new URL(where, window.location.href);
    if (there.pathname === window.location.pathname && there.hash) { window.location.hash = there.hash; window.location.reload(); }
    else window.location.assign(where);
  }

  again(status) {
    const pause = PAUSES[Math.min(this.failures, PAUSES.length - 1)];
    this.failures += 1;
    this.timer = setTimeout(() => this.send(), pause);
    this.say(status === 507 ? words.diskFull : status ? words.cannotSave : words.noAnswer);
  }

  // The server has something to say that is a page of its own: a wrong field, what somebody else saved.
  sendAsUsual() {
    this.asUsual = true;
    this.form.dispatchEvent(new Event("qunsheng:saved"));
    const named = document.createElement("input");
    named.type = "hidden";
    named.name = "window";
    named.value = windowId();
    this.form.append(named);
    if (this.submitter?.isConnected) {
      this.submitter.dataset.confirmed = "1";
      this.form.requestSubmit(this.submitter);
    } else {
      this.form.requestSubmit();
    }
  }

  busy(on) {
    const button = this.submitter;
    button?.classList.toggle("at-work", on);
    if (on) button?.setAttribute("aria-disabled", "true");
    else button?.removeAttribute("aria-disabled");
  }

  say(sentence) {
    let line = document.querySelector("[data-not-saved]");
    if (!line) {
      line = document.createElement("p");
      line.className = "not-saved";
      line.dataset.notSaved = "";
      line.setAttribute("role", "alert");
      document.body.append(line);
    }
    line.textContent = sentence;
  }
}
