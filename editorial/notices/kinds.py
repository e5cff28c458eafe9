"""What a notice is about and why it came: the catalogue that preferences, mails and the log share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """Ways to a person outside the product."""

    MAIL = "mail"
    CHAT = "chat"


@dataclass(frozen=True)
class Kind:
    """One kind. `channels`: where it goes unless the person chose otherwise; `private`: no text of it into a chat group.

    A kind that cannot be muted still counts at the bell of whoever switched off everything.
    """

    code: str
    words: str
    channels: frozenset[Channel] = frozenset()
    mutable: bool = True
    private: bool = False


MAIL = frozenset({Channel.MAIL})
OTHER = "other"
KINDS: dict[str, Kind] = {kind.code: kind for kind in (
    Kind("review", "An article waits for my decision", MAIL | {Channel.CHAT}),
    Kind("own_story", "What becomes of my stories", MAIL, private=True),
    Kind("inbox", "A story came in"),
    Kind("desk", "Work at the desk: topics, assignments, remarks", MAIL),
    Kind("correction", "Corrections and take-downs", MAIL),
    Kind("deadline", "Something of mine is late", MAIL | {Channel.CHAT}),
    Kind("trouble", "Something did not go out, or needs me", MAIL | {Channel.CHAT}, mutable=False),
    Kind("accounts", "State of the official accounts", MAIL),
    Kind("conduct", "Reports and cases", MAIL, private=True),
    Kind(OTHER, "Everything else"),
)}


@dataclass(frozen=True)
class Origin:
    """What the first word of a cause stands for (`thing/word` where it depends on the thing): the kind, and why one is told."""

    kind: str
    why: str


_STEWARD = "Because you look after this group or its posts."
_OWN = "Because you handed this story in."
_PART = "Because you wrote this or are its desk editor."
_GOES_OUT = "Because you see to it that what was promised goes out."
_ACCOUNTS = "Because you look after the official accounts."
_INBOX = "Because you work on the inbox."
_DECIDES = "Because your role includes this stage: {stage}."
_MODERATES = "Because you decide cases under the convention."
UNKNOWN = Origin(OTHER, "Because this concerns your work.")
ORIGINS: dict[str, Origin] = {
    "stage": Origin("review", _DECIDES),
    "aside": Origin("review", _DECIDES),
    "nobody": Origin("review", _PART),
    "late": Origin("deadline", _DECIDES),
    "emergency": Origin("desk", "Because every editor is told when something goes out in haste."),
    "embargo": Origin("desk", _GOES_OUT),
    "remark": Origin("desk", "Because you were named in a remark, or wrote in its thread."),
    "suggested": Origin("desk", _PART),
    "suggestion": Origin("desk", "Because you suggested it."),
    "assignment": Origin("desk", "Because you gave or were given this assignment."),
    "topic": Origin("desk", "Because you pitched this topic."),
    "correction": Origin("correction", "Because a correction needs your signature."),
    "correction_signed": Origin("correction", _GOES_OUT),
    "corrected": Origin("own_story", _OWN),
    "signed": Origin("own_story", _OWN),
    "return": Origin("own_story", _PART),
    "reject": Origin("own_story", _PART),
    "accepted": Origin("own_story", _OWN),
    "returned": Origin("own_story", _OWN),
    "declined": Origin("own_story", _OWN),
    "banked": Origin("own_story", _OWN),
    "merged": Origin("own_story", _OWN),
    "withdrawn": Origin("own_story", _OWN),
    "released": Origin("own_story", _OWN),
    "undone": Origin("own_story", _OWN),
    "unanswered": Origin("deadline", "Because it waits longer than we promised."),
    "published": Origin("own_story", _OWN),
    "taken_down": Origin("correction", _PART),
    "received": Origin("inbox", _INBOX),
    "lost_part": Origin("inbox", _INBOX),
    "lost_arrival": Origin("inbox", _INBOX),
    "stream": Origin("trouble", "Because you look after the settings."),
    "mailbox_off": Origin("trouble", "Because you look after the settings."),
    "taken_away": Origin("trouble", _GOES_OUT),
    "edition/by_hand": Origin("trouble", _STEWARD),
    "edition/waiting": Origin("trouble", _GOES_OUT),
    "edition/accepted": Origin("trouble", _GOES_OUT),
    "edition/needs_person": Origin("trouble", _GOES_OUT),
    "edition/refused": Origin("trouble", _GOES_OUT),
    "edition/outcome_unknown": Origin("trouble", _GOES_OUT),
    "story_call/by_hand": Origin("trouble", _STEWARD),
    "story_call/needs_person": Origin("trouble", _STEWARD),
    "story_call/refused": Origin("trouble", _STEWARD),
    "call_closed": Origin("deadline", "Because you opened this call for stories."),
    "mails_ended": Origin("trouble", _STEWARD),
    "link_dead": Origin("correction", _STEWARD),
    "group_ended": Origin("deadline", _STEWARD),
    "pause": Origin("accounts", _ACCOUNTS),
    "application": Origin("accounts", _ACCOUNTS),
    "group_review": Origin("deadline", _STEWARD),
    "playbook": Origin("deadline", _STEWARD),
    "group_task": Origin("deadline", _STEWARD),
    "group_roles": Origin("deadline", "Because you look after the groups."),
    "member": Origin(OTHER, "Because you are a member of this group."),
    "admission_asked": Origin("desk", "Because you decide who may join this group."),
    "admission": Origin("own_story", "Because you asked for it."),
    "membership_ended": Origin("own_story", "Because it is about you."),
    "handed_over": Origin("desk", "Because it passed to you from somebody who has left."),
    "author_asked": Origin("desk", "Because you decide who may become an author."),
    "author_request": Origin("own_story", "Because you asked for it."),
    "spotlight": Origin("own_story", _OWN),
    "tier_move": Origin("own_story", "Because it is about you."),
    "directory": Origin("desk", "Because you look after the people."),
    "departure": Origin("trouble", "Because you can say who takes over."),
    "resumed": Origin("accounts", _ACCOUNTS),
    "level": Origin("accounts", _ACCOUNTS),
    "canary": Origin("accounts", _ACCOUNTS),
    "case": Origin("conduct", _MODERATES),
    "second": Origin("conduct", _MODERATES),
    "appeal": Origin("conduct", _MODERATES),
    "decided": Origin("conduct", "Because it was decided about you."),
    "appeal_decided": Origin("conduct", "Because you appealed."),
    "rights": Origin("trouble", _GOES_OUT),
    "reported": Origin("conduct", "Because you reported it."),
    "own_robot": Origin("trouble", "Because you chose to be told there."),
    "channel_off": Origin("trouble", "Because you look after the settings."),
    "circle": Origin("desk", "Because you write in this circle."),
    "circle_rule": Origin("desk", "Because you are in this circle or look after it."),
    "link_used": Origin("desk", "Because you sent the link."),
}


def origin_of(cause: str, thing: str = "") -> Origin:
    """What the cause of a notice about a `thing` says about it."""
    word = cause.partition(":")[0]
    return ORIGINS.get(f"{thing}/{word}") or ORIGINS.get(word, UNKNOWN)


def kind_of(cause: str, thing: str = "") -> Kind:
    """The kind of a notice, by its cause."""
    return KINDS[origin_of(cause, thing).kind]
