"""Canaries in a browser: what ran, what was asked for, what moved out of its place.

Every vector calls `hit(number)` or reaches for `v<number>.foreign.example`; anything of that which happens is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Route

from publishers.rendering import allowed

SUNG = "CANARY"
PLANT = """
for (const name of ["hit", "alert", "confirm", "prompt", "print", "open"])
  window[name] = (...words) => { console.error("CANARY", name, String(words[0])); };
"""
OURS = ("127.0.0.1", "localhost")
COLUMN = 375

# Events that a reader's hand would cause, then everything in a column that is not where, or not what, it may be.
LOOK = """async ([elements, own]) => {
  const found = [];
  const say = (number, words) => found.push(`${number}: ${words}`);
  const events = ["mouseover", "pointerenter", "focus", "click", "error", "load", "toggle", "animationstart", "keydown", "input"];
  document.addEventListener("click", (event) => event.preventDefault(), true);
  document.addEventListener("submit", (event) => event.preventDefault(), true);
  for (const column of document.querySelectorAll(own)) {
    const number = column.dataset.number, room = column.getBoundingClientRect();
    for (const beside of column.parentNode.childNodes)
      if (beside.nodeType === Node.TEXT_NODE && beside.data.trim()) say(number, "words beside the column");
    for (const element of column.querySelectorAll("*")) {
      const name = element.localName;
      if (!(name in elements)) { say(number, `<${name}>`); continue; }
      if (!/xhtml|svg/.test(element.namespaceURI)) say(number, `${element.namespaceURI} ${name}`);
      for (const { name: attribute } of element.attributes)
        if (attribute !== "style" && !elements[name].includes(attribute.toLowerCase())) say(number, `<${name} ${attribute}>`);
      const leads = name === "a" && element.href;
      if (leads && !/^https?:[/][/]mp[.]weixin[.]qq[.]com[/?#]/.test(leads)) say(number, leads);
      const style = getComputedStyle(element);
      if (style.position !== "static") say(number, `position ${style.position}`);
      if (style.transform !== "none" || style.zIndex !== "auto") say(number, "moved");
      const loads = [style.backgroundImage, style.listStyleImage, style.content, style.cursor, style.filter, style.fill];
      if (/url/.test(loads.join())) say(number, "url");
      for (const event of events) element.dispatchEvent(new Event(event, { bubbles: true, cancelable: true }));
    }
    const scrolls = (element) => {
      for (let at = element.parentElement; at && at !== column; at = at.parentElement)
        if (["auto", "scroll", "hidden"].includes(getComputedStyle(at).overflowX)) return true;
      return false;
    };
    for (const element of column.querySelectorAll("*")) {
      const place = element.getBoundingClientRect();
      if (!place.width || !place.height || scrolls(element)) continue;
      // What is read above a word stands a little above the first line.
      const above = element.localName === "rt" ? 12 : 1;
      const wide = place.left < room.left - 1 || place.right > room.right + 1;
      if (wide || place.top < room.top - above || place.bottom > room.bottom + 1)
        say(number, `<${element.localName}> reaches out of its column`);
    }
    const once = column.innerHTML, again = document.createElement("div");
    again.innerHTML = once;
    if (again.innerHTML !== once) say(number, "another tree when parsed again");
  }
  await new Promise((done) => setTimeout(done, 50));
  return found;
}"""


class Watch:
    """Listens to all pages of a context from now on. `found` is what should not have happened.

    `may_load` says of a foreign address whether the text itself openly names a picture there.
    """

    def __init__(self, context: BrowserContext, may_load: Callable[[str], bool] = lambda _url: False) -> None:
        self.found: list[str] = []
        self._may_load = may_load
        context.add_init_script(PLANT)
        context.route(self._is_foreign, self._refuse)
        context.on("console", self._hear)
        context.on("dialog", lambda dialog: (self.found.append(f"dialog {dialog.message}"), dialog.dismiss()))
        context.on("page", lambda page: page.on("pageerror", lambda error: self._err(str(error))))

    def _is_foreign(self, url: str) -> bool:
        return urlsplit(url).hostname not in OURS

    def _refuse(self, route: Route, request: Request) -> None:
        if not (request.resource_type == "image" and self._may_load(request.url)):
            self.found.append(f"asked for {request.url}")
        route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        policy = re.search(r"Content Security Policy", message.text) and not re.search(r"(?:img|style)-src", message.text)
        if message.text.startswith(SUNG) or policy:
            self.found.append(message.text[:300])

    def _err(self, error: str) -> None:
        if "hit" in error:
            self.found.append(error[:200])


def misplaced(page: Page, own: str) -> list[str]:
    """What stands in the columns (selector `own`) that may not, by the number of its vector."""
    elements = {name: list(attributes) for name, attributes in allowed.ARTICLE.items()}
    found: list[str] = page.evaluate(LOOK, [elements, own])
    return found
