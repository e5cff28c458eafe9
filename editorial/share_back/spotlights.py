"""The spotlight (聚光): one message puts one person and one article of theirs in the light of one group, once in seven days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, exists, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from editorial import audit, clock
from editorial.articles import embargo
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.revisions import Revision
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Dated, Numbered
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups.groups import Group, GroupState
from editorial.notices import tell, tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Attempt, Delivery, Promise, Purpose, State
from editorial.people.people import Person, Role, with_role
from editorial.review.sign_offs import SignOff
from editorial.share_back import freezes, links, noise
from editorial.share_back.links import TrackedLink
from editorial.share_back.noise import Held
from editorial.share_back.shares import LANE

APART = timedelta(days=7)
OUT = (ArticleState.PUBLISHED, ArticleState.CORRECTED)
BETWEEN_NAMES = re.compile(r"[\s,，、;；/&|·：:]+")
ONLY_DEPARTMENT = "They asked to be named by their department only."
NOT_NAMED = "Their name does not stand with the article."
HAS_LEFT = "Their account is closed."


class Spotlight(Numbered, Dated, Base):
    """One person, one group, one article. `subject` and `text` are the very words that were looked at before."""

    __tablename__ = "spotlight"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("tracked_link.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)

    group: Mapped[Group] = relationship(lazy="joined")
    article: Mapped[Article] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    link: Mapped[TrackedLink] = relationship()
    delivery: Mapped[Delivery | None] = relationship()

    __table_args__ = (Index("ix_spotlight_group", "group_id", "id"),)


@dataclass(frozen=True)
class Author:
    """Somebody whose story an article was made of. `name`: as it stands with the article; `why_not`: why they are not named."""

    person: Person
    article: Article
    name: str
    why_not: str = ""


def authors(session: Session, group: Group, limit: int, article_id: int | None = None) -> list[Author]:
    """Who can be put in the light with which published article, or why not: the group's newest articles, or one of any group."""
    wanted = Article.id == article_id if article_id else Article.group_id == group.id
    query = select(Article).where(Article.state.in_(OUT), wanted).order_by(Article.id.desc()).limit(limit)
    source = selectinload(Article.sources).joinedload(ArticleSource.submission)
    found = session.scalars(query.options(source)).unique().all()
    printed = _printed(session, [article.id for article in found])
    named: dict[tuple[int, int], Author] = {}
    for article in found:
        if embargo.embargoed(article, clock.now()):
            continue
        for one in article.sources:
            who, name = one.submission.contributor, one.submission.signature
            named.setdefault((article.id, who.id), Author(who, article, name, _why_not(who, name, printed.get(article.id, ""))))
    return list(named.values())


def free_from(session: Session, group: Group) -> datetime | None:
    """From when this group may have its next spotlight; none: now. What was called off before it left does not count."""
    may_stand = exists().where(
        Attempt.delivery_id == Delivery.id, Attempt.act == "send", Attempt.verdict.not_in(noise.NO_MESSAGE),
    )
    query = select(Delivery).join(Spotlight, Spotlight.delivery_id == Delivery.id).where(
        Spotlight.group_id == group.id, or_(Delivery.state != State.CALLED_OFF, may_stand),
    )
    last = session.scalar(query.order_by(Spotlight.id.desc()).limit(1))
    if last is None:
        return None
    now = clock.now()
    over = last.state in (State.SENT, State.CALLED_OFF) and last.settled_at is not None
    ends = (last.settled_at if over and last.settled_at else max(now, last.due_at)) + APART
    return ends if ends > now else None


def goes_at(session: Session, group: Group, zone: str) -> Held | None:
    """Why it would have to wait if it were pressed now, and until when; none: it goes at once."""
    wish = Delivery(purpose=Purpose.SPOTLIGHT, target_kind="group", target_id=group.id)
    return noise.held(noise.at_hand(session, [wish], zone), wish)


def promise(
    session: Session, group: Group, author: Author, subject: str, text: str, *, by: Person, zone: str = clock.DEFAULT_ZONE
) -> Spotlight:
    """Promise the message with these words, and tell the person. Raises Invalid naming `group`, `article` or `person`."""
    # Two who press at once: the second waits here and then finds the first's.
    session.execute(select(Group.id).where(Group.id == group.id).with_for_update())
    place = _place(session, author.article)
    problems = list(_problems(session, group, author, place, zone))
    if problems or place is None:
        raise Invalid(*problems)
    link = links.make_all(session, place.edition_id, [(place.article_id, place.permalink or "")], [group.id])[0]
    made = Spotlight(
        group_id=group.id, article_id=author.article.id, person_id=author.person.id, link_id=link.id, by_id=by.id,
        subject=subject, text=text,
    )
    session.add(made)
    session.flush()
    made.delivery_id = deliveries.promise(session, Promise(
        purpose=Purpose.SPOTLIGHT, lane=LANE, key=f"spotlight:{made.id}", owner_id=made.id, target_kind="group",
        target_id=group.id, target_name=group.name, due_at=clock.now(), edition_id=place.edition_id,
    )).id
    session.flush()
    details = {"spotlight": made.id, "article": author.article.id, "person": author.person.id}
    audit.record(session, "promise_spotlight", "group", group.id, by=by, details=details)
    tell(session, author.person, "You and “{title}” are put in the light in {group}.", cause=f"spotlight:{made.id}",
         thing="article", thing_id=author.article.id, title=author.article.title, group=group.name)
    return made


def cancel(session: Session, spotlight: Spotlight, *, by: Person) -> None:
    """Take it back before it leaves; the group's week is free again. Raises AlreadyLeft."""
    if spotlight.delivery is not None:
        deliveries.call_off(session, spotlight.delivery)
    audit.record(session, "cancel_spotlight", "group", spotlight.group_id, by=by, details={"spotlight": spotlight.id})


def get(session: Session, spotlight_id: int) -> Spotlight:
    """The spotlight with this id. Raises NotFound."""
    found = session.get(Spotlight, spotlight_id)
    if found is None:
        raise NotFound()
    return found


def of_group(session: Session, group: Group, limit: int) -> Sequence[Spotlight]:
    """The spotlights of a group, the newest first."""
    query = select(Spotlight).where(Spotlight.group_id == group.id).order_by(Spotlight.id.desc()).limit(limit)
    loaded = (joinedload(one) for one in (Spotlight.article, Spotlight.person, Spotlight.link, Spotlight.delivery))
    return session.scalars(query.options(*loaded)).unique().all()


def of_articles(session: Session, article_ids: Sequence[int]) -> Sequence[Spotlight]:
    """The spotlights that show one of these articles."""
    return session.scalars(select(Spotlight).where(Spotlight.article_id.in_(article_ids))).unique().all()


def of_delivery(session: Session, delivery: Delivery) -> Spotlight:
    """The spotlight that made this delivery."""
    return session.get_one(Spotlight, delivery.owner_id)


def stands(session: Session, spotlight: Spotlight) -> bool:
    """Whether what it says may still be said: the article is out, and the person is named with it."""
    found = authors(session, spotlight.group, 1, spotlight.article_id)
    return any(one.person.id == spotlight.person_id and not one.why_not for one in found)


def tell_trouble(session: Session, delivery: Delivery) -> None:
    """Whoever looks after the group must know that it needs them."""
    spotlight = of_delivery(session, delivery)
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        sentence, urgent = "“{title}” waits to be posted by hand in groups you look after.", False
    elif delivery.state in (State.NEEDS_PERSON, State.REFUSED):
        sentence, urgent = "“{title}” did not reach {group}: {reason}", True
    else:
        return
    group = spotlight.group
    keepers = [person for person in (group.steward or group.deputy,) if person is not None and person.active]
    tell_all(
        session, keepers or with_role(session, Role.OPERATOR), sentence, cause=f"{delivery.state}:{delivery.id}:{delivery.fence}",
        thing="group", thing_id=group.id, urgent=urgent, title=spotlight.subject, group=group.name, reason=delivery.reason,
    )


def _printed(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    """The line of authors that readers see, of each article: that of its newest sign-off."""
    query = select(Revision.article_id, Revision.author).join(
        SignOff, (SignOff.article_id == Revision.article_id) & (SignOff.revision == Revision.number)
    )
    return dict(session.execute(query.where(Revision.article_id.in_(article_ids)).order_by(SignOff.id)).all())


def _why_not(person: Person, name: str, printed: str) -> str:
    if not person.active:
        return HAS_LEFT
    if person.department is not None and name == person.department.name:
        return ONLY_DEPARTMENT
    return "" if name in (printed.strip(), *BETWEEN_NAMES.split(printed)) else NOT_NAMED


def _place(session: Session, article: Article) -> Place | None:
    """Where it came out last."""
    query = select(Place).join(Edition, Edition.id == Place.edition_id).where(
        Place.article_id == article.id, Edition.state == EditionState.PUBLISHED, Place.permalink.is_not(None),
    )
    return session.scalar(query.order_by(Place.id.desc()).limit(1))


def _problems(session: Session, group: Group, author: Author, place: Place | None, zone: str) -> list[Problem]:
    problems = []
    if group.state == GroupState.CLOSED:
        problems.append(Problem("group", "This group is closed."))
    ends = free_from(session, group)
    if ends is not None:
        day = clock.to_wall(ends, zone).strftime("%Y-%m-%d %H:%M")
        problems.append(Problem("group", "This group has had its spotlight of the week. The next can go from {day}.", {"day": day}))
    if place is None or author.article.state not in OUT or embargo.embargoed(author.article, clock.now()):
        problems.append(Problem("article", "Only an article that is out can be put in the light."))
    if freezes.frozen(session, [author.article.id]):
        problems.append(Problem("article", "Somebody objected to this article; nothing of it is spread until that is decided."))
    if author.why_not:
        problems.append(Problem("person", author.why_not))
    return problems
