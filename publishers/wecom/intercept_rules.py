"""Rules of customer contact about words in chats (管理聊天敏感词). https://developer.work.weixin.qq.com/document/path/95130

Uncertain, and never tried against the real platform: what WeCom answers for a rule that it has not. So its list is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from publishers.connector import Refused
from publishers.wecom.api import Api
from publishers.wecom.errors import Gone

HERE = "/cgi-bin/externalcontact"
SORTS = {"phone": 1, "email": 2, "red_packet": 3}
"""`semantics_list`"""
STOPS, WARNS = 1, 2
"""`intercept_type`"""


@dataclass(frozen=True)
class Rule:
    """Words that WeCom stops or warns of, and whose messages it looks at."""

    name: str
    words: tuple[str, ...]
    sorts: tuple[str, ...]
    stops: bool
    users: tuple[str, ...]
    departments: tuple[str, ...]


class Kept:
    """One rule at WeCom. Every call raises one of the four words, those about a known rule Gone as well."""

    def __init__(self, api: Api, rule: Rule) -> None:
        self._api, self._rule = api, rule

    def add(self) -> str:
        """Make it; its id there."""
        rule = self._rule
        said = self._api.call("POST", f"{HERE}/add_intercept_rule", {
            **self._words(), "semantics_list": self._sorts(),
            "applicable_range": {"user_list": list(rule.users), "department_list": [int(one) for one in rule.departments]},
        })
        return str(said["rule_id"])

    def change(self, remote_id: str) -> None:
        """Put this version in its place; whose messages it looks at is said as a difference."""
        had = self._read(remote_id).get("applicable_range") or {}
        self._api.call("POST", f"{HERE}/update_intercept_rule", {
            "rule_id": remote_id, **self._words(), "extra_rule": {"semantics_list": self._sorts()},
            **self._difference(had.get("user_list") or [], had.get("department_list") or []),
        })

    def remove(self, remote_id: str) -> None:
        """Take it away; one that is not there counts as taken away."""
        try:
            self._api.call("POST", f"{HERE}/del_intercept_rule", {"rule_id": remote_id})
        except Refused:
            if remote_id in self._listed():
                raise

    def stands(self, remote_id: str) -> bool:
        """Whether WeCom has it just so."""
        return self._is_this(self._read(remote_id))

    def find(self) -> str | None:
        """The id of the rule with this name, "" when there is none; None when one has other words: a person must look."""
        named = [remote_id for remote_id, name in self._listed().items() if name == self._rule.name]
        return next((one for one in named if self._is_this(self._read(one))), None) if named else ""

    def _read(self, remote_id: str) -> dict[str, Any]:
        if remote_id not in self._listed():
            raise Gone("WeCom does not know this rule any more. It can be made anew.")
        said = self._api.call("POST", f"{HERE}/get_intercept_rule", {"rule_id": remote_id})
        return dict(said.get("rule") or {})

    def _listed(self) -> dict[str, str]:
        said = self._api.call("GET", f"{HERE}/get_intercept_rule_list")
        return {str(one["rule_id"]): str(one.get("rule_name", "")) for one in said.get("rule_list") or []}

    def _is_this(self, said: dict[str, Any]) -> bool:
        reach, extra = said.get("applicable_range") or {}, said.get("extra_rule") or {}
        return (
            said.get("rule_name") == self._rule.name
            and set(said.get("word_list") or []) == set(self._rule.words)
            and set(extra.get("semantics_list") or []) == set(self._sorts())
            and said.get("intercept_type") == (STOPS if self._rule.stops else WARNS)
            and set(reach.get("user_list") or []) == set(self._rule.users)
            and {str(one) for one in reach.get("department_list") or []} == set(self._rule.departments)
        )

    def _words(self) -> dict[str, Any]:
        rule = self._rule
        return {"rule_name": rule.name, "word_list": list(rule.words), "intercept_type": STOPS if rule.stops else WARNS}

    def _sorts(self) -> list[int]:
        return sorted(SORTS[one] for one in self._rule.sorts)

    def _difference(self, users: Sequence[str], departments: Sequence[int]) -> dict[str, Any]:
        had, wanted = (set(users), set(departments)), (set(self._rule.users), {int(one) for one in self._rule.departments})
        sides = {
            "add_applicable_range": (wanted[0] - had[0], wanted[1] - had[1]),
            "remove_applicable_range": (had[0] - wanted[0], had[1] - wanted[1]),
        }
        return {
            name: {"user_list": sorted(some), "department_list": sorted(others)}
            for name, (some, others) in sides.items() if some or others
        }
