"""The numbers in brackets: links and footnotes counted together in the order of their first mention (quirks 16, 17)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Note:
    """One entry of the list at the article's end. `text` is HTML for a link and Markdown for a footnote."""

    number: int
    text: str
    url: str = ""


@dataclass
class References:
    """The one numbering of an article."""

    notes: list[Note] = field(default_factory=list)
    _by_url: dict[str, int] = field(default_factory=dict)
    _by_name: dict[str, int] = field(default_factory=dict)

    def link(self, url: str, text: str) -> int:
        """The number of an address; the same address keeps its number."""
        number = self._by_url.get(url)
        if number is None:
            number = self._by_url[url] = self._add(text, url)
        return number

    def footnote(self, name: str, text: str) -> int:
        """The number of a footnote; mentioned twice it keeps its number."""
        number = self._by_name.get(name)
        if number is None:
            number = self._by_name[name] = self._add(text, "")
        return number

    def _add(self, text: str, url: str) -> int:
        self.notes.append(Note(len(self.notes) + 1, text, url))
        return len(self.notes)
