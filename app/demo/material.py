"""What the demo is made of: company.json and the articles, read into plain values. README.md explains the fields."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PASSWORD = "qunsheng-demo"


@dataclass(frozen=True)
class Opinion:
    """What one reviewer says at one stage."""

    stage: str
    reviewer: str
    decision: str
    text: str


@dataclass(frozen=True)
class Story:
    """One article: its front matter and its Markdown, pictures still written `picture:FILE`."""

    key: str
    facts: dict[str, str]
    opinions: tuple[Opinion, ...]
    body: str

    @property
    def pictures(self) -> list[str]:
        """Files of the cover and of the body pictures, in order."""
        return [name for part in (self.facts["cover"], *self.facts["pictures"].split(",")) if (name := part.strip())]

    @property
    def fate(self) -> str:
        """The state it is brought to, without the stage."""
        return self.facts["fate"].partition(":")[0]

    @property
    def days_ago(self) -> int:
        return int(self.facts["days_ago"])


def company() -> dict[str, Any]:
    """Everything in company.json."""
    said: dict[str, Any] = json.loads((HERE / "company.json").read_text(encoding="utf-8"))
    return said


def stories() -> list[Story]:
    """The articles in the order of their numbers."""
    return [_story(path) for path in sorted((HERE / "articles").glob("*.md"))]


def picture(file: str) -> bytes:
    """The bytes of a picture."""
    return (HERE / "pictures" / file).read_bytes()


def picture_files() -> list[str]:
    """All pictures by name."""
    return sorted(path.name for path in (HERE / "pictures").iterdir())


def sign_ins() -> list[tuple[str, str, str, str]]:
    """Role, name, e-mail address and password of the people one may try the demo as."""
    return [
        (person["roles"][0], person["name"], person["email"], PASSWORD)
        for person in company()["people"] if person["demo_sign_in"]
    ]


def _story(path: Path) -> Story:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    pairs = [tuple(part.strip() for part in line.split(":", 1)) for line in head.splitlines() if line.strip()]
    opinions = tuple(
        Opinion(*(part.strip() for part in value.split("|", 3))) for name, value in pairs if name == "opinion"
    )
    return Story(path.stem, {name: value for name, value in pairs if name != "opinion"}, opinions, body.strip() + "\n")
