"""What every kind of connector can do: pages offer nothing else, and docs/connectors*.md hold it as a table.

`python -m app.abilities` writes the tables into those pages anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from app.application_ways import ABILITIES
from publishers.connector import Abilities
from publishers.dingtalk.robot import Robot as DingTalk
from publishers.feishu.robot import Robot as Feishu
from publishers.mail.group import GroupMail
from publishers.others import Other
from publishers.share_kit import ShareKit
from publishers.webhook.endpoint import Endpoint
from publishers.wecom.robot import Robot as WeCom

KINDS: dict[str, Abilities] = {
    **{connector.kind: connector.abilities for connector in (WeCom, DingTalk, Feishu)}, **ABILITIES,
    **{connector.kind: connector.abilities for connector in (GroupMail, Endpoint, Other, ShareKit)},
}
DOCS = Path(__file__).parents[1] / "docs"
PAGES = {"connectors.md": 0, "connectors.zh-CN.md": 1}
TABLE = re.compile(r"^\| (?:connector|连接方式) \|.*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Flag:
    """One column of the table: the field of Abilities, and its heading in English and Chinese."""

    field: str
    heads: tuple[str, str]


FLAGS = (
    Flag("sends_cards", ("links", "发链接")),
    Flag("several_cards", ("several articles in one message", "一条多篇")),
    Flag("receives", ("brings stories in", "可收稿")),
    Flag("needs_person", ("a person posts", "须由人发")),
    Flag("confirms", ("confirmed", "有回执")),
    Flag("repeats_safely", ("a repeat shows nothing twice", "重发不重复")),
    Flag("recalls", ("can be recalled", "可撤回")),
    Flag("counts_reads", ("tells who read", "已读统计")),
    Flag("per_minute", ("messages a minute", "每分钟条数")),
)


def table(language: int) -> str:
    """The table in Markdown, a row for each kind; `language` 0 English, 1 Chinese."""
    heads = [("connector", "连接方式")[language], *(flag.heads[language] for flag in FLAGS)]
    lines = [f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    for kind, able in KINDS.items():
        cells = [_cell(getattr(able, flag.field), language) for flag in FLAGS]
        lines.append(f"| `{kind}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def written(page: str, text: str) -> str:
    """The text of a page with its table as the connectors have it now."""
    return TABLE.sub(lambda _: table(PAGES[page]), text, count=1)


def _cell(value: bool | int | None, language: int) -> str:
    if isinstance(value, bool):
        return "✓" if value else "–"
    return ("no limit", "不限")[language] if value is None else str(value)


def main() -> None:
    """Write both pages."""
    for page in PAGES:
        path = DOCS / page
        path.write_text(written(page, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
