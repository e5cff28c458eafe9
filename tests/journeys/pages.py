"""What a browser can say of a page: noise, what axe finds, words that leaked, lines that stick out."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules/axe-core/axe.min.js"
SHOTS = ROOT / "test-results/pages"
HEAVY = ("serious", "critical")
# Names, formats and Latin words that are the same in both languages.
SAME_WORD = re.compile(r"[\W\d]*|[A-Z]{2,}|Markdown|Qunsheng|WeChat|[\w.+-]+@[\w.-]+|https?://\S+")
STATE_CODE = re.compile(r"\b(?:[a-z]+_)+(?:[a-z]+|\d)\b")
RAW = re.compile(
    r"\bNone\b|\bundefined\b|\bNaN\b|%\(\w+\)|\{\w+\}|<\w+ object|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-|\b[0-9a-f]{32,}\b"
)
# What a longer message cannot do without; most words of a page are Chinese and are spared the comparison.
ENGLISH = re.compile(r"[A-Za-z]+\W+[A-Za-z]+")

# Every run of words a person can read or hear, without what people wrote as source and without code.
WORDS = """() => {
  const found = [];
  const quiet = "script, style, noscript, code, pre, kbd, textarea, template, .cm-editor, [lang=en], [hidden]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim().replace(/\\s+/g, " ");
    if (words && !parent.closest(quiet)) found.push(words);
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt], [data-confirm]")) {
    if (element.closest("[lang=en], [hidden]")) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt", "data-confirm"]) {
      const words = (element.getAttribute(name) || "").trim().replace(/\\s+/g, " ");
      if (words) found.push(words);
    }
  }
  found.push(document.title);
  return found;
}"""
# What reaches beyond the window, and is not inside something that scrolls by itself.
STICKING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const inside = (element) => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
    return false;
  };
  const out = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room + 1 && !inside(e));
  const widths = `${document.documentElement.scrollWidth} > ${room}`;
  return out.map((e) => `${e.tagName.toLowerCase()}.${e.className}`).slice(-5).concat(widths);
}"""
# What is to be pressed and, on a phone, smaller than a thumb; links inside a sentence and what is not drawn are left out.
SMALL = """() => {
  const all = "main button, main .act, main summary, .top button, .top .act, .thumb-bar a, .side li a";
  const drawn = (e) => e.checkVisibility() && !e.closest("[hidden], .cm-editor, .visually-hidden");
  const small = [];
  for (const element of [...document.querySelectorAll(all)].filter(drawn)) {
    const { width, height } = element.getBoundingClientRect();
    const name = `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 20)}”`;
    if (width > 1 && (height < 43.5 || width < 43.5)) small.push(`${name} ${Math.round(width)}×${Math.round(height)}`);
  }
  return small;
}"""

# Fields whose first line the foot of their form covers when one goes through them; in a longer one the line follows the cursor.
BEHIND_THE_FOOT = """() => {
  const foot = document.querySelector(".form > .form-foot");
  return [...document.querySelectorAll(".form > .field :is(input, select, textarea)")].filter((field) => {
    if (!field.checkVisibility()) return false;
    field.focus();
    const { top, bottom } = field.getBoundingClientRect();
    return Math.min(bottom, top + 44) > foot.getBoundingClientRect().top + 1;
  }).map((field) => field.name);
}"""
# What scrolls away beneath these is not covered for good, though axe sees it covered where the page happens to stand.
PUT_FEET = """(position) => {
  for (const foot of document.querySelectorAll(".form-foot, .thumb-bar")) foot.style.position = position;
}"""


class Noise:
    """What the browser complained about since the last look."""

    def __init__(self, page: Page) -> None:
        self.said: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def take(self) -> list[str]:
        """The complaints, once."""
        said, self.said = self.said, []
        return said

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text}")


def theme(page: Page, name: str) -> None:
    """Light or dark, as the switch in the head does it."""
    page.evaluate(
        """async (name) => {
          document.documentElement.dataset.bsTheme = name;
          const fading = (one) => one.effect.getComputedTiming().endTime !== Infinity;
          do await new Promise(requestAnimationFrame); while (document.getAnimations().some(fading));
        }""", name,
    )


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical; of `rules` alone when some are named."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False}
    page.evaluate(PUT_FEET, "static")
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    result = page.evaluate("(options) => axe.run(document, options)", options)
    page.evaluate(PUT_FEET, "")
    return [
        f"{found['id']}: {found['help']}: " + "; ".join(f"{node['html'][:160]} {_why(node)}" for node in found["nodes"][:3])
        for found in result["violations"] if found["impact"] in HEAVY
    ]


def _why(node: dict[str, Any]) -> str:
    data = next((check["data"] for check in node["any"] if isinstance(check.get("data"), dict)), {})
    return f"({data['contrastRatio']}, {data['fgColor']} on {data['bgColor']})" if data.get("fgColor") else ""


def leaks(page: Page) -> list[str]:
    """English sentences, state codes and raw values on a page in Chinese."""
    found: list[str] = []
    for words in page.evaluate(WORDS):
        spoken = ENGLISH.search(words) and any(long in words for long in sentences())
        if spoken or words in english() or STATE_CODE.search(words) or RAW.search(words):
            found.append(words[:200])
    return sorted(set(found))


def left_in_chinese(page: Page) -> list[str]:
    """Words of the catalogue that a page in English still says in Chinese. Short ones may be names that people gave."""
    return sorted({words for words in page.evaluate(WORDS) if words in chinese() and len(words) > 3})


def sticking_out(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    out: list[str] = page.evaluate(STICKING_OUT)
    return out


def small_targets(page: Page) -> list[str]:
    """What a thumb would miss."""
    out: list[str] = page.evaluate(SMALL)
    return out


def shoot(page: Page, name: str) -> None:
    """A picture of the whole page under test-results/pages."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@cache
def english() -> frozenset[str]:
    """Every message of the catalogue that is said differently in Chinese."""
    return frozenset(msgid for msgid, chinese in _messages() if msgid != chinese and not SAME_WORD.fullmatch(msgid))


@cache
def chinese() -> frozenset[str]:
    """Every Chinese text of the catalogue."""
    return frozenset(text for msgid, text in _messages() if text != msgid)


@cache
def sentences() -> tuple[str, ...]:
    """The longer messages, which may stand in the midst of other words."""
    return tuple(msgid for msgid in english() if len(msgid.split()) >= 4 and not re.search(r"%\(|\{", msgid))


@cache
def _messages() -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for path in sorted((ROOT / "app/translations/zh/LC_MESSAGES").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="zh"):
                ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
                texts = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
                found += [(msgid, texts[0]) for msgid in ids if msgid and texts and texts[0]]
    return tuple(found)
