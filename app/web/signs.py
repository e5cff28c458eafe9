"""The small signs of every page, written by functions: a page draws a hundred of them, and a macro costs ten times as much."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape as quoted
from typing import Any

from flask import Flask
from flask_babel import get_locale, lazy_gettext
from markupsafe import Markup, escape

_ = lazy_gettext

STATES: dict[str, dict[str, tuple[str, str, Any]]] = {
    "submission": {
        "received": ("plain", "inbox", _("Received")),
        "triaged": ("work", "eye", _("Triaged")),
        "accepted": ("good", "circle-check", _("Accepted")),
        "banked": ("good", "archive", _("In the story bank")),
        "in_article": ("ready", "file-text", _("Became an article")),
        "returned": ("wait", "arrow-back-up", _("Returned for revision")),
        "declined": ("plain", "circle-x", _("Declined")),
        "withdrawn": ("plain", "logout", _("Withdrawn")),
        "merged": ("plain", "git-merge", _("Merged")),
    },
    "article": {
        "drafting": ("plain", "pencil", _("Draft")),
        "in_review": ("work", "eye-check", _("In review")),
        "in_proof": ("work", "writing", _("In proof")),
        "signed_off": ("ready", "rubber-stamp", _("Signed off")),
        "scheduled": ("ready", "calendar-time", _("Scheduled")),
        "publishing": ("wait", "progress", _("Publishing")),
        "published": ("good", "circle-check", _("Published")),
        "returned": ("wait", "arrow-back-up", _("Returned")),
        "rejected": ("plain", "circle-x", _("Rejected")),
        "awaiting_admin": ("wait", "shield-check", _("Waiting for the account administrator")),
        "outcome_unknown": ("wait", "help-circle", _("Outcome unknown")),
        "publish_failed": ("bad", "alert-circle", _("Not published")),
        "corrected": ("good", "pencil", _("Corrected")),
        "taken_down": ("plain", "ban", _("Taken down")),
        "archived": ("plain", "archive", _("Archived")),
        "withdrawn": ("plain", "logout", _("Withdrawn")),
    },
    "stage": {
        "waiting": ("plain", "clock", _("Waiting for a reviewer")),
        "claimed": ("work", "eye-check", _("Being reviewed")),
        "decided": ("good", "circle-check", _("Decided")),
        "reopened": ("wait", "refresh", _("Reopened")),
        "recused": ("plain", "hand-stop", _("Recused")),
        "overdue": ("bad", "alert-circle", _("Overdue")),
    },
    "decision": {
        "approve": ("good", "circle-check", _("Approved")),
        "approve_with_comment": ("good", "message-circle", _("Approved with comment")),
        "return": ("wait", "arrow-back-up", _("Returned")),
        "reject": ("plain", "circle-x", _("Rejected")),
    },
    "edition": {
        "planned": ("plain", "stack-2", _("Planned")),
        "scheduled": ("ready", "calendar-time", _("Scheduled")),
        "publishing": ("wait", "progress", _("Publishing")),
        "published": ("good", "circle-check", _("Published")),
        "needs_person": ("bad", "alert-circle", _("Needs a person")),
        "refused": ("bad", "ban", _("Refused")),
        "cancelled": ("plain", "circle-x", _("Cancelled")),
    },
    "delivery": {
        "waiting": ("plain", "clock", _("Waiting to go out")),
        "in_flight": ("wait", "send", _("Under way")),
        "accepted": ("wait", "hourglass", _("Handed over, confirmation awaited")),
        "sent": ("good", "circle-check", _("Sent")),
        "refused": ("bad", "ban", _("Refused")),
        "outcome_unknown": ("wait", "help-circle", _("Outcome unknown, being found out")),
        "needs_person": ("bad", "alert-circle", _("Needs a person")),
        "called_off": ("plain", "circle-x", _("Called off")),
    },
    "group": {
        "preparing": ("plain", "circle-dashed", _("Preparing")),
        "active": ("good", "circle-check", _("Active")),
        "dormant": ("wait", "player-pause", _("Dormant")),
        "closed": ("plain", "lock", _("Closed")),
        "handed_over": ("plain", "arrow-right", _("Handed over")),
    },
    "admission": {
        "waiting": ("wait", "clock", _("Waits for a decision")),
        "admitted": ("good", "circle-check", _("Let in")),
        "refused": ("plain", "circle-x", _("Not let in")),
        "withdrawn": ("plain", "arrow-back-up", _("Taken back")),
        "expired": ("plain", "hourglass", _("Run out")),
    },
    "level": {
        "automatic": ("good", "robot", _("Automatic")),
        "draft_only": ("wait", "pencil", _("Draft only")),
        "copy_only": ("wait", "copy", _("Copy only")),
    },
    "case": {
        "open": ("wait", "clock", _("Waits for a decision")),
        "awaiting_second": ("wait", "users-group", _("Waits for a second person")),
        "decided": ("good", "circle-check", _("Decided")),
        "appealed": ("work", "scale", _("Appealed")),
        "closed": ("plain", "circle-check", _("Appeal decided")),
    },
    "topic": {
        "proposed": ("plain", "bulb", _("Proposed")),
        "discussed": ("work", "message-circle", _("Discussed")),
        "approved": ("ready", "circle-check", _("Approved for work")),
        "assigned": ("work", "user", _("Assigned")),
        "in_progress": ("work", "pencil", _("In work")),
        "done": ("good", "circle-check", _("Done")),
        "shelved": ("plain", "archive", _("Shelved")),
        "rejected": ("plain", "circle-x", _("Not taken up")),
    },
    "assignment": {
        "offered": ("wait", "hourglass", _("Waits for an answer")),
        "assignment_accepted": ("work", "pencil", _("Accepted, being written")),
        "assignment_declined": ("plain", "arrow-back-up", _("Declined by the person")),
        "delivered": ("good", "file-text", _("Delivered")),
        "closed": ("good", "circle-check", _("Closed with its article")),
        "cancelled": ("plain", "circle-x", _("Taken back")),
        "overdue": ("bad", "alert-circle", _("Overdue")),
    },
    "story_call": {
        "open": ("work", "speakerphone", _("Collecting")),
        "closed": ("wait", "hourglass", _("Closed, summary to come")),
        "summed_up": ("good", "circle-check", _("Summed up")),
    },
    "call_story": {
        "handed_in": ("plain", "inbox", _("Received")),
        "adopted": ("ready", "circle-check", _("Adopted")),
        "published": ("good", "circle-check", _("Published")),
    },
    "circle": {
        "handed_in": ("good", "circle-check", _("Handed in on time")),
        "late": ("wait", "clock", _("Handed in late")),
        "waiting": ("work", "pencil", _("Not due yet")),
        "overdue": ("bad", "hourglass", _("Due, can still come late")),
        "missed": ("plain", "circle-x", _("Missed")),
        "excused": ("plain", "player-pause", _("Round off")),
    },
    "duty": {
        "written": ("good", "message-circle", _("Comment written")),
        "waiting": ("work", "pencil", _("Comment to be written")),
        "unwritten": ("plain", "circle-x", _("Comment not written")),
        "lapsed": ("plain", "circle", _("No comment needed")),
    },
    "finding": {
        "blocker": ("bad", "ban", _("Block")),
        "advice": ("wait", "info-circle", _("Advise")), "waived": ("good", "check", _("Let pass")),
    },
}
"""One word, one sign, one colour for a state, the same on every page: by kind and code, (tone, icon, word).

Tones: plain (at rest), work (people at it), ready (decided, on its way), good (done), wait (a machine or another is waited for),
bad (needs a person now; nothing else is red).
"""


def register(app: Flask, icons: str) -> None:
    """Hand the signs to Jinja; `icons` is the address of the built file of icons."""

    @lru_cache(maxsize=1000)
    def icon(name: str, label: str = "") -> Markup:
        told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        return Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>').format(told, icons, name)

    @lru_cache(maxsize=1000)
    def state_in(_language: str, kind: str, code: str) -> Markup:
        tone, sign, word = STATES[kind].get(code, ("plain", "circle", code))
        return Markup(f'<span class="state state-{tone}" data-state="{escape(code)}">{icon(sign)}{escape(word)}</span>')

    def state(kind: str, code: str) -> Markup:
        return state_in(get_locale().language, kind, str(code))

    app.jinja_env.globals.update(draw_icon=icon, draw_state=state, moment=moment, avatar=avatar, choices=choices)


def moment(iso: str, shown: str, relative: bool = False) -> Markup:
    """An instant: `iso` with its offset, `shown` in house time; `relative` lets the page say how long ago."""
    more = f' data-relative title="{escape(shown)}"' if relative else ""
    return Markup(f'<time class="figures" datetime="{escape(iso)}"{more}>{escape(shown)}</time>')


def avatar(name: str) -> Markup:
    """The initial of a Latin name, the given name of a Chinese one, in a circle."""
    initials = name[:1].upper() if name[:1] < "⺀" else name[-2:]
    return Markup(f'<span class="avatar-dot" aria-hidden="true">{escape(initials)}</span>')


def choices(pairs: Iterable[tuple[Any, Any]], chosen: Any = "") -> Markup:
    """The inside of a `select`: there may be a thousand groups to choose from."""
    marked = str(chosen)
    told = [(str(code), str(word)) for code, word in pairs]
    return Markup("".join([
        f'<option value="{quoted(code)}"{" selected" if code == marked else ""}>{quoted(word)}</option>' for code, word in told
    ]))
