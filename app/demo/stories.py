"""A demo story's way from the group to the sign-off, and the stories that are only handed in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.material import Opinion, Story
from app.typesetting import blockers, typeset
from editorial import clock
from editorial.articles import adopting, articles
from editorial.articles.articles import Article
from editorial.articles.workflow import Move
from editorial.groups.kinds import Filled
from editorial.intake import submissions, triage
from editorial.intake.submissions import Submission
from editorial.people.people import Person
from editorial.review import revising, stages

HOUR = timedelta(hours=1)
ADOPTED, REVISED, SUBMITTED, BETWEEN_OPINIONS = 2 * HOUR, 3 * HOUR, 4 * HOUR, 22 * HOUR
BEFORE_PUBLICATION = timedelta(days=6)
PUBLISHED = ("published", "corrected", "taken_down")


class Kept(NamedTuple):
    """A picture in the media store."""

    sha256: str
    url: str


class Stories:
    """Puts stories on the agenda. `pictures` are those in the media store by file name; `articles` the ids made so far."""

    def __init__(self, agenda: Agenda, cast: Cast, zone: str) -> None:
        self._agenda, self._cast, self._zone = agenda, cast, zone
        self.pictures: dict[str, Kept] = {}
        self.articles: dict[str, int] = {}
        self._today = clock.to_wall(clock.now(), zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

    def wall(self, days: float, at: str) -> datetime:
        """The instant at wall time `at` (HH:MM), `days` after today."""
        hour, minute = map(int, at.split(":"))
        return clock.from_wall(self._today + timedelta(days=days, hours=hour, minutes=minute), self._zone)

    def tell(self, story: Story) -> datetime:
        """Put a story on the agenda; returns when its review has ended."""
        number = int(story.key[:2])
        handed_in = self.wall(-story.days_ago, f"{8 + number % 5:02d}:{number * 7 % 60:02d}")
        if story.fate in PUBLISHED:
            handed_in -= BEFORE_PUBLICATION
        self._agenda.add(handed_in, lambda session: self._hand_in(session, story))
        self._agenda.add(handed_in + ADOPTED, lambda session: self._adopt(session, story))
        self._agenda.add(handed_in + REVISED, lambda session: self._revise(session, story))
        instant = handed_in + REVISED
        if story.fate == "withdrawn":
            instant = handed_in + 2 * BETWEEN_OPINIONS
            self._agenda.add(instant, lambda session: self._withdraw(session, story))
        elif story.fate != "drafting":
            instant = self._review(story, handed_in + SUBMITTED)
        self._agenda.add(instant, lambda session: None, closing=story.key)
        return instant

    def after_publication(self, story: Story, published: datetime) -> None:
        """What became of a story once it was out."""
        fates = {
            "corrected": (40 * HOUR, Move.CORRECT, "correction"),
            "taken_down": (14 * HOUR, Move.TAKE_DOWN, "reason"),
        }
        if story.fate in fates:
            later, step, why = fates[story.fate]
            self._agenda.add(published + later, lambda session: self._step(session, story, step, story.facts[why]))

    def only_handed_in(self, said: dict[str, Any]) -> None:
        """A submission that is no article: waiting for the desk, or already decided on."""
        instant = clock.now() - said["hours_ago"] * HOUR
        self._agenda.add(instant, lambda session: self._receive(session, said))
        if said["state"] != "received":
            self._agenda.add(instant + said["hours_ago"] * HOUR / 4, lambda session: self._decide_on(session, said))

    def article(self, session: Session, key: str) -> Article:
        """The article of a story."""
        return articles.get(session, self.articles[key])

    def _review(self, story: Story, submitted: datetime) -> datetime:
        self._agenda.add(submitted, lambda session: self._submit(session, story))
        instant = submitted
        for opinion in story.opinions:
            instant += BETWEEN_OPINIONS
            self._agenda.add(instant, partial(self._opine, story=story, opinion=opinion))
        return instant

    def _hand_in(self, session: Session, story: Story) -> None:
        submissions.receive(
            session, title=story.facts["title"], body=self._body(story), origin_group=story.facts["origin_group"],
            by=self._contributor(session, story), byline=story.facts["author"],
            pictures=[self.pictures[file].sha256 for file in story.pictures], nonce=story.key,
        )

    def _adopt(self, session: Session, story: Story) -> None:
        submission = session.scalars(select(Submission).where(Submission.nonce == story.key)).one()
        editor = self._cast.get(session, story.opinions[0].reviewer) if story.opinions else self._cast.first(session, "desk_editor")
        self.articles[story.key] = adopting.adopt(session, submission, by=editor, body=submission.body).article.id

    def _revise(self, session: Session, story: Story) -> None:
        """The contributor adds the digest, so that every reviewer stays free to review."""
        article = self.article(session, story.key)
        content = articles.newest(session, article).content.changed(digest=story.facts["digest"])
        revising.revise(session, article, content, base=article.revision, by=article.contributor)

    def _submit(self, session: Session, story: Story) -> None:
        article = self.article(session, story.key)
        problems = blockers(session, articles.newest(session, article).content)
        stages.submit(session, article, by=article.editor or article.contributor, blockers=problems)

    def _opine(self, session: Session, story: Story, opinion: Opinion) -> None:
        article = self.article(session, story.key)
        ending = opinion.decision in ("return", "reject")
        stages.decide(
            session, article, stage=opinion.stage, decision=opinion.decision, revision=article.revision,
            by=self._cast.get(session, opinion.reviewer), typeset=typeset(session, articles.newest(session, article).content),
            text=f"{opinion.text}\n{story.facts['reason']}" if ending else opinion.text,
        )

    def _withdraw(self, session: Session, story: Story) -> None:
        article = self.article(session, story.key)
        articles.withdraw(session, article, by=article.contributor, reason=story.facts["reason"])

    def _step(self, session: Session, story: Story, step: Move, reason: str) -> None:
        article = self.article(session, story.key)
        articles.move(session, article, step, by=self._cast.first(session, "editor_in_chief"), text=reason)
        article.reason = reason

    def _receive(self, session: Session, said: dict[str, Any]) -> None:
        by = self._cast.get(session, said["contributor"])
        names = {"pen_name": "江边客", "department": by.department.name if by.department else by.name}
        submissions.receive(
            session, title=said["title"], body=said["text"], origin_group=said["group"], by=by, nonce=said["title"],
            byline=names.get(said["byline"], by.name), pictures=[self.pictures[file].sha256 for file in said["pictures"]],
            filled=Filled(_answers(said["answers"])) if "answers" in said else None,
        )

    def _decide_on(self, session: Session, said: dict[str, Any]) -> None:
        submission = session.scalars(select(Submission).where(Submission.nonce == said["title"])).one()
        editor = self._cast.first(session, "desk_editor")
        if said["state"] == "declined":
            triage.decline(session, submission, by=editor, reason=said["reason"])
        elif said["state"] == "returned":
            triage.return_for_revision(session, submission, by=editor, reason=said["reason"])
        else:
            triage.withdraw(session, submission, by=submission.contributor)

    def _contributor(self, session: Session, story: Story) -> Person:
        return self._cast.get(session, story.facts["contributor"])

    def _body(self, story: Story) -> str:
        return re.sub(r"\(picture:([^)\s]+)\)", lambda found: f"({self.pictures[found[1]].url})", story.body)


def _answers(said: dict[str, str | int]) -> dict[str, str]:
    """Answers as they are typed; a number stands for a day, counted from that of the hand-in."""
    today = clock.to_wall(clock.now()).date()
    return {label: text if isinstance(text, str) else (today + timedelta(days=text)).isoformat() for label, text in said.items()}
