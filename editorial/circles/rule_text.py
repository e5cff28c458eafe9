"""The written rule of a circle, made from its settings: what everybody reads before they join, and all that can follow."""

from __future__ import annotations

from dataclasses import dataclass, field

from editorial.circles.circles import Rule


@dataclass(frozen=True)
class Clause:
    """One sentence of the rule: a key of the message catalogue, and its values."""

    sentence: str
    params: dict[str, object] = field(default_factory=dict)


def clauses(rule: Rule) -> list[Clause]:
    """The rule, sentence by sentence, in the order in which things happen."""
    return [
        Clause("Everybody hands in a piece of their own every {days} days, by {time} on the last of them.",
               {"days": rule.days, "time": rule.due_time}),
        _lateness(rule),
        *_comments(rule),
        Clause("Holiday pauses move every due time by their length. Whoever comes in begins with the next round."),
        Clause("Who still owes something gets one reminder, {hours} hours before the due time.", {"hours": rule.remind_hours}),
        *_consequences(rule),
        Clause("Nothing else follows, and there is never money or points in it. You can leave at any time with one press."),
    ]


def _lateness(rule: Rule) -> Clause:
    if not rule.grace_days:
        return Clause("There are no days of grace: after the due time the round is missed.")
    return Clause("After the due time a piece is late; after {days} days of grace the round is missed.", {"days": rule.grace_days})


def _comments(rule: Rule) -> list[Clause]:
    if not rule.comments:
        return [Clause("Comments on the pieces of others are welcome and nobody's duty.")]
    return [
        Clause("Pieces of others that you comment on in each round: {count}. Yours gets as many comments. They are due with the "
               "next round, and the whole circle reads them.", {"count": rule.comments}),
        Clause("Comments that were not written are shown on the roster; nothing else follows from them."),
    ]


def _consequences(rule: Rule) -> list[Clause]:
    found = []
    if rule.off_after:
        found.append(Clause("Rounds missed in a row until the next one is off, in which nothing is due: {count}.",
                            {"count": rule.off_after}))
    if rule.out_after:
        found.append(Clause("Rounds missed in a row until one is out of the circle: {count}. The steward can take you back.",
                            {"count": rule.out_after}))
    return found or [Clause("Nobody has to go for missed rounds.")]
