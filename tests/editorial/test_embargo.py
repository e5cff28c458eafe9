"""P6: nothing leaves before its embargo, on no channel."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import annotations, assets, embargo
from editorial.articles.anchors import Anchor
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.picture_uses import PictureUse
from editorial.audit import AuditEntry
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.conduct import cases
from editorial.conduct.cases import Subject
from editorial.errors import AlreadyLeft, EditorialError, Invalid, UnderEmbargo, WrongState
from editorial.notices import Notice
from editorial.outbox import attempts, deliveries
from editorial.outbox.attempts import Verdict
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Person
from editorial.release import embargoes, releases, veils
from editorial.review import sign_offs
from editorial.share_back import links
from editorial.share_back.spotlights import Spotlight
from editorial.topics import assignments, discussion, topics
from publishers.connector import Abilities, Connector
from publishers.dispatch import gate
from tests import factories

HOUR = timedelta(hours=1)
ZONE = "Asia/Shanghai"
HELD = frozenset({Purpose.DRAFT, Purpose.RELEASE, Purpose.MASS_SEND, Purpose.MANUAL, Purpose.SHARE, Purpose.SPOTLIGHT})
FREE = {
    Purpose.TAKE_DOWN: "takes something away that readers could see",
    Purpose.STORY_CALL: "belongs to no edition; of what came in it names nothing that is under embargo",
    Purpose.CLOSING: "belongs to no edition and names no article",
    Purpose.NOTICE: "goes to those who may see the article; its words are those of the notices room",
}


class Willing(Connector):
    """Would send anything at any time."""

    abilities = Abilities()
    rates = ()


def may_leave(session: Session, delivery: Delivery) -> bool:
    desk = gate.desk_for(session, [delivery], 1)
    return gate.may_leave(session, delivery, lambda *_: Willing(), desk)


def test_p6_every_purpose_is_held_or_says_why_not() -> None:
    assert HELD | set(FREE) == set(Purpose) and not HELD & set(FREE)


@pytest.mark.parametrize("mode", ["release", "mass_send", "draft", "manual"])
def test_p6_no_edition_is_scheduled_before_the_embargo(session: Session, people: dict[str, Person], mode: str) -> None:
    article, now = factories.signed_off(session, people), clock.now()
    embargoes.put(session, article, now + 2 * HOUR, zone=ZONE, by=people["desk_editor"])
    account = factories.account(session)
    edition = editions.plan(session, account=str(account.id), mode=mode, article_ids=[str(article.id)], by=people["publisher"])
    with pytest.raises(Invalid) as caught:
        releases.schedule(session, edition, now + HOUR, by=people["publisher"])
    assert [problem.field for problem in caught.value.problems] == ["publish_at"]
    assert sign_offs.standing(session, article) is not None, "an embargo is no part of the content"
    releases.schedule(session, edition, now + 2 * HOUR, by=people["publisher"])
    assert edition.state == EditionState.SCHEDULED


def _spotlight(session: Session, edition: Edition, people: dict[str, Person]) -> int:
    group, lead = factories.group(session, "lit"), edition.lead
    link = links.make_all(session, edition.id, [(lead.id, "https://mp.weixin.qq.com/s/one")], [group.id])[0]
    made = Spotlight(
        group_id=group.id, article_id=lead.id, person_id=people["contributor"].id, link_id=link.id, by_id=people["operator"].id,
        subject="本周聚光：周小满", text="《七十二小时的试车台》",
    )
    session.add(made)
    session.flush()
    return made.id


@pytest.mark.parametrize("purpose", sorted(HELD))
def test_p6_the_last_gate_holds_what_was_scheduled_before(session: Session, people: dict[str, Person], purpose: Purpose) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + 3 * HOUR)
    ends = clock.now() + 5 * HOUR
    embargoes.put(session, edition.lead, ends, zone=ZONE, by=people["desk_editor"])
    told = session.scalars(select(Notice).where(Notice.person_id == people["publisher"].id)).all()
    assert any("embargo" in notice.sentence for notice in told)
    owner = _spotlight(session, edition, people) if purpose == Purpose.SPOTLIGHT else edition.id
    delivery = deliveries.promise(session, Promise(
        purpose=purpose, lane="account:1", key=f"p6:{purpose}", owner_id=owner, target_kind="account", target_id=1,
        target_name="澄江", due_at=edition.publish_at or clock.now(), edition_id=edition.id,
    ))
    with clock.at(clock.now() + 3 * HOUR + timedelta(seconds=1)):
        assert not may_leave(session, delivery)
        assert (delivery.state, delivery.due_at, delivery.code) == (State.WAITING, ends, embargoes.HELD)
    # The end of it makes nothing late, however long it was.
    with clock.at(ends + timedelta(seconds=1)):
        assert embargoes.held(session, [delivery]) == {}


def test_p6_prolonged_it_holds_again_and_lifted_it_goes(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + HOUR)
    [draft, release] = releases.deliveries_of(session, edition)
    embargoes.put(session, edition.lead, clock.now() + 2 * HOUR, zone=ZONE, by=people["desk_editor"])
    with clock.at(clock.now() + 2 * HOUR - timedelta(minutes=1)):
        assert not may_leave(session, draft)
        embargoes.put(session, edition.lead, clock.now() + 10 * HOUR, zone=ZONE, by=people["desk_editor"])
    with clock.at(clock.now() + 3 * HOUR):
        assert not may_leave(session, draft)
        with pytest.raises(Invalid):
            embargoes.put(session, edition.lead, clock.now() + HOUR, zone=ZONE, by=people["desk_editor"])
        with pytest.raises(Invalid):
            embargoes.lift(session, edition.lead, reason=" ", by=people["editor_in_chief"])
        embargoes.lift(session, edition.lead, reason="甲方已经公布", by=people["editor_in_chief"])
        assert draft.due_at <= clock.now() and may_leave(session, draft)
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.thing == "article")).all()
    assert verbs.count("embargo") == 2 and verbs.count("lift_embargo") == 1
    assert release.state == State.WAITING


def test_p6_what_the_platform_has_is_past_holding(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people, at=clock.now() - timedelta(seconds=1))
    [draft, release] = releases.deliveries_of(session, edition)
    attempts.settle(session, attempts.claim(session, [draft])[0][1], State.SENT, Verdict("sent"))
    embargoes.put(session, edition.lead, clock.now() + HOUR, zone=ZONE, by=people["desk_editor"])
    embargoes.lift(session, edition.lead, reason="误设", by=people["editor_in_chief"])
    attempts.claim(session, [session.get_one(Delivery, release.id)])
    with pytest.raises(AlreadyLeft):
        embargoes.put(session, edition.lead, clock.now() + HOUR, zone=ZONE, by=people["desk_editor"])


def test_p6_only_what_may_still_go_out_takes_an_embargo(session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"])
    with pytest.raises(Invalid):
        embargo.put(session, article, clock.now() - HOUR, zone=ZONE, by=people["desk_editor"])
    with pytest.raises(WrongState):
        embargo.lift(session, article, reason="没有", by=people["editor_in_chief"])
    edition = factories.scheduled(session, people)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/one",))
    with pytest.raises(WrongState):
        embargo.put(session, edition.lead, clock.now() + HOUR, zone=ZONE, by=people["desk_editor"])


def test_p6_a_link_brought_too_early_leads_nowhere(session: Session, people: dict[str, Person]) -> None:
    """A person may publish by hand before the time and say so; the house does not carry it further."""
    edition = factories.scheduled(session, people, at=clock.now() + HOUR)
    embargoes.put(session, edition.lead, clock.now() + 2 * HOUR, zone=ZONE, by=people["desk_editor"])
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/early",))
    group = factories.group(session, "early")
    [link] = links.make_all(session, edition.id, [(edition.lead.id, "https://mp.weixin.qq.com/s/early")], [group.id])
    assert links.open_target(session, link.code) is None
    with pytest.raises(UnderEmbargo):
        embargo.check([edition.lead])
    with clock.at(clock.now() + 2 * HOUR):
        assert links.open_target(session, link.code) == "https://mp.weixin.qq.com/s/early"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_p6_no_order_of_acts_lets_anything_out_before_its_time(session: Session, people: dict[str, Person], seed: int) -> None:
    """The model knows one thing: the last end that was set for each article and not lifted."""
    dice, ends = random.Random(seed), dict[int, datetime]()
    account = factories.account(session)
    chosen = [factories.signed_off(session, people, title=f"第{number}篇") for number in range(4)]
    now, left = clock.now(), 0
    for _ in range(150):
        now += timedelta(minutes=dice.choice([0, 1, 7, 30]))
        article = dice.choice(chosen)
        with clock.at(now):
            try:
                with session.begin_nested():
                    _act(session, people, dice, article, ends, now, str(account.id))
            except EditorialError:
                session.expire_all()
            left += _let_out(session, ends, now)
    assert left > 0, "nothing ever left, so the property says nothing"


def _act(
    session: Session, people: dict[str, Person], dice: random.Random, article: Article, ends: dict[int, datetime], now: datetime,
    account: str,
) -> None:
    act = dice.choice(["put", "put", "lift", "plan", "schedule", "schedule", "unschedule", "cancel"])
    if act == "put":
        until = now + timedelta(minutes=dice.choice([10, 60, 240]))
        embargoes.put(session, article, until, zone=ZONE, by=people["desk_editor"])
        ends[article.id] = until
    elif act == "lift":
        embargoes.lift(session, article, reason="已经公布", by=people["editor_in_chief"])
        ends.pop(article.id, None)
    elif act == "plan":
        mode = dice.choice(["release", "mass_send", "draft", "manual"])
        editions.plan(session, account=account, mode=mode, article_ids=[str(article.id)], by=people["publisher"])
    else:
        edition = dice.choice(list(session.scalars(select(Edition).order_by(Edition.id.desc()).limit(3)).unique()) or [None])
        if edition is None:
            return
        if act == "schedule":
            at = now + timedelta(minutes=dice.choice([0, 5, 90]))
            releases.schedule(session, edition, at, by=people["publisher"])
            assert all(ends.get(place.article_id, at) <= at for place in edition.places)
        elif act == "unschedule":
            releases.unschedule(session, edition, by=people["publisher"])
        else:
            releases.give_up(session, edition, by=people["publisher"])


def _let_out(session: Session, ends: dict[int, datetime], now: datetime) -> int:
    """What the worker would send now; it comes back as not taken, so that the house goes on with it."""
    left = 0
    for delivery in list(session.scalars(select(Delivery).where(attempts.ready_to_start(now)).order_by(Delivery.id))):
        if may_leave(session, delivery):
            edition = session.get_one(Edition, delivery.edition_id)
            assert all(ends.get(place.article_id, now) <= now for place in edition.places)
            left += 1
            delivery.due_at = now + timedelta(minutes=20)
            session.flush()
    return left


def test_everything_that_leads_to_an_embargoed_article_is_veiled(session: Session, people: dict[str, Person]) -> None:
    article, other = (factories.article(session, people["contributor"], title=title) for title in ("绝密的并购", "泵房夜班"))
    things = [_leading(session, people, one) for one in (article, other)]
    assert not any(veils.is_veiled(session, *thing) for found in things for thing in found.items())
    article.embargo_until = clock.now() + timedelta(hours=1)
    session.flush()
    assert {thing for thing, number in things[0].items() if not veils.is_veiled(session, thing, number)} == set()
    assert {thing for thing, number in things[1].items() if veils.is_veiled(session, thing, number)} == set()
    assert set(things[0]) == set(veils.FOUND)
    with clock.at(article.embargo_until):
        assert not any(veils.is_veiled(session, *thing) for thing in things[0].items())
    assert not veils.is_veiled(session, "account", 1) and not veils.is_veiled(session, "article", None)


def _leading(session: Session, people: dict[str, Person], article: Article) -> dict[str, int]:
    """Of every kind of thing that a notice can be about one that leads to this article."""
    editor, writer = people["desk_editor"], people["contributor"]
    topic = topics.pitch(session, topics.Pitch(article.title), by=writer)
    topics.decide(session, topic, "approve", by=editor)
    task = assignments.offer(session, topic, person=writer, due_at=clock.now() + timedelta(days=2), by=editor)
    article.topic_id = topic.id
    thread = annotations.annotate(session, article, Anchor(0, 3, "新员工", "", ""), "谁？", by=editor)
    report = cases.report(session, Subject("article", article.id, article.title, "", writer), text="嘲讽", by=people["other"])
    sha256 = hashlib.sha256(article.title.encode()).hexdigest()
    picture = assets.keep(session, sha256=sha256, content_type="image/png", width=9, height=9, size=9)
    session.add(PictureUse(sha256=sha256, article_id=article.id, first_revision=1, last_revision=1))
    account = factories.account(session, f"wx{article.id:016d}")
    edition = editions.plan(session, account=str(account.id), mode="release", article_ids=[str(article.id)], by=people["publisher"])
    return {
        "article": article.id, "topic": topic.id, "assignment": task.id, "remark": thread.remarks[0].id, "report": report.id,
        "submission": session.scalars(select(ArticleSource.submission_id).where(ArticleSource.article_id == article.id)).one(),
        "topic_comment": discussion.comment(session, topic, "好", by=editor).id, "case": report.case_id,
        "edition": edition.id, "asset": picture.id,
    }
