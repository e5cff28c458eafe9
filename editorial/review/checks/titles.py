"""Whether a title lures more than it tells: signs of clickbait with weights, and what it shares with its text."""

from __future__ import annotations

import re

from editorial.review.checks.rule import Rule

THRESHOLD, OVERLAP, LEAST = 2, 0.12, 200
_NOT_MEANT = re.compile(r"《[^》]*》|“[^”]{6,}”")
_EMPTY = frozenset("的了是在和与及有我你他她它们这那个一不就都也很把被让向从到为以对于之其而又或且")


def lures(rule: Rule, title: str) -> bool:
    """Whether the signs in a title weigh as much as the rule allows; what it merely quotes is not weighed."""
    return weight_of(rule, title) >= int(rule.settings.get("threshold", THRESHOLD))


def weight_of(rule: Rule, title: str) -> int:
    """The weights of all signs of the rule (`2=>pattern`) in a title."""
    said = _NOT_MEANT.sub("", title)
    signs = (sign.partition("=>") for sign in rule.listed("signs"))
    return sum(int(weight) for weight, _, pattern in signs if re.search(pattern, said))


def is_kept(rule: Rule, title: str, body: str) -> bool:
    """Whether a text of some length keeps what its title says, measured by shared pairs of characters."""
    pairs = _pairs(title)
    if len(body) < int(rule.settings.get("least", LEAST)) or len(pairs) < 4:
        return True
    return len(pairs & _pairs(body)) / len(pairs) >= float(rule.settings.get("overlap", OVERLAP))


def _pairs(text: str) -> set[str]:
    said = "".join(char if char.isalnum() and char not in _EMPTY else " " for char in text.lower())
    return {said[i:i + 2] for i in range(len(said) - 1) if " " not in said[i:i + 2]}
