"""From the calendar to the groups: editions, schedules, shares, links, clicks, search (promises P1, P3, P7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial import clock
from editorial.articles import search
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import AlreadyLeft, AlreadyPlaced, Invalid, NotSignedOff, WrongState
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.share_back import clicks, shares
from editorial.share_back.clicks import Counts, Hit
from editorial.vault import vault
from tests import factories
from tests.conftest import SECRET, make_settings

People = dict[str, Person]


def planned(session: Session, people: People, chosen: list[Article], **more: str) -> Edition:
    """An edition of these articles on a new account."""
    account = more.pop("account", "") or str(factories.account(session).id)
    words = {"mode": "release", **more}
    return editions.plan(session, account=account, article_ids=[str(one.id) for one in chosen], by=people["publisher"], **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 8])
def test_one_to_eight_articles_in_order(session: Session, people: People, count: int) -> None:
    chosen = [factories.article(session, people["contributor"], title=f"第{number}篇") for number in range(count)]
    edition = planned(session, people, chosen)
    assert [(place.position, place.article_id) for place in edition.places] == list(enumerate([one.id for one in chosen], start=1))


@pytest.mark.parametrize(("ids", "field"), [
    ([], "articles"), (["1"] * 2, "articles"), ([str(number) for number in range(1, 10)], "articles"), (["999"], "articles"),
    (["eins"], "articles"),
])
def test_other_numbers_are_refused_by_field(session: Session, people: People, ids: list[str], field: str) -> None:
    for number in range(9):
        factories.article(session, people["contributor"], title=f"第{number}篇")
    account = str(factories.account(session).id)
    with pytest.raises(Invalid) as refused:
        editions.plan(session, account=account, mode="release", article_ids=ids, by=people["publisher"])
    assert field in {problem.field for problem in refused.value.problems}


def test_p3_an_article_stands_once_in_an_account(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    first = planned(session, people, [article])
    with pytest.raises(AlreadyPlaced):
        planned(session, people, [article], account=str(first.account_id))
    editions.cancel(session, first, by=people["publisher"])
    assert planned(session, people, [article], account=str(first.account_id)).id != first.id


def test_p1_only_signed_off_articles_are_scheduled(session: Session, people: People) -> None:
    signed, waiting = factories.signed_off(session, people), factories.in_review(session, people, title="另一篇")
    edition = planned(session, people, [signed, waiting])
    with pytest.raises(NotSignedOff):
        releases.schedule(session, edition, clock.now(), by=people["publisher"])
    assert session.scalars(select(Delivery)).all() == []


def test_rescheduling_moves_the_same_promise(session: Session, people: People) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1))
    later = clock.now() + timedelta(hours=5)
    releases.schedule(session, edition, later, by=people["publisher"])
    standing = [one for one in releases.deliveries_of(session, edition) if one.state != State.CALLED_OFF]
    assert [one.purpose for one in standing] == [Purpose.DRAFT, Purpose.RELEASE]
    assert all(abs(one.due_at - later) < timedelta(seconds=1) for one in standing)


def test_unscheduling_frees_the_articles(session: Session, people: People) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1))
    releases.unschedule(session, edition, by=people["publisher"])
    assert edition.state == EditionState.PLANNED
    assert edition.lead.state == ArticleState.SIGNED_OFF
    assert {one.state for one in releases.deliveries_of(session, edition)} == {State.CALLED_OFF}
    with pytest.raises(WrongState):
        releases.unschedule(session, edition, by=people["publisher"])


@pytest.mark.parametrize("state", [State.IN_FLIGHT, State.ACCEPTED, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON, State.SENT])
@pytest.mark.parametrize("verb", [releases.unschedule, releases.give_up])
def test_p3_what_readers_may_have_seen_is_not_taken_back(session: Session, people: People, state: State, verb: object) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1))
    final = releases.deliveries_of(session, edition)[-1]
    final.state = state
    session.flush()
    with pytest.raises(AlreadyLeft):
        verb(session, edition, by=people["publisher"])  # type: ignore[operator]


def test_a_refused_edition_can_be_given_up(session: Session, people: People) -> None:
    edition = factories.scheduled(session, people)
    releases.deliveries_of(session, edition)[-1].state = State.REFUSED
    session.flush()
    releases.give_up(session, edition, by=people["publisher"])
    assert edition.state == EditionState.CANCELLED
    assert edition.lead.state == ArticleState.SIGNED_OFF


def test_p3_shares_are_promised_once(session: Session, people: People) -> None:
    for slug in ("ding", "lark", "quiet"):
        factories.group(session, slug, None if slug == "quiet" else "share_kit")
    edition = factories.scheduled(session, people, count=2)
    assert shares.promise_all(session, edition) == 0
    links = ("https://mp.weixin.qq.com/s/a", "https://mp.weixin.qq.com/s/b")
    releases.record_published(session, edition, links)
    assert shares.promise_all(session, edition) == 2
    assert shares.promise_all(session, edition) == 0
    releases.record_published(session, edition, links)
    promised = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE)).all()
    assert {one.target_name for one in promised} == {"ding 群", "lark 群"}
    assert [place.permalink for place in edition.places] == list(links)


def test_p7_people_robots_and_repeats_are_kept_apart(session: Session, people: People) -> None:
    factories.group(session, "ding", "share_kit")
    edition = factories.scheduled(session, people)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/a",))
    shares.promise_all(session, edition)
    [share] = shares.of_edition(session, edition.id)
    at = datetime(2026, 11, 22, tzinfo=UTC).timestamp()

    def hit(kind: str, visitor: str, code: str = share.link.code) -> Hit:
        return Hit(code, at, kind, visitor)

    clicks.count(session, [hit("people", "a"), hit("people", "a"), hit("robots", "spider"), hit("people", "b", "nowhere")])
    session.flush()
    clicks.count(session, [hit("people", "a"), hit("robots", "spider"), hit("people", "b")])
    session.flush()
    assert clicks.of_link(session, share.link_id) == Counts(people=2, robots=2, repeats=2)
    assert clicks.of_article_by_group(session, edition.lead.id) == {share.group_id: Counts(people=2, robots=2, repeats=2)}


@pytest.fixture
def anywhere(database_url: str, tmp_path: object) -> Iterator[Session]:
    """A session on each kind of database."""
    vault.open_with(SECRET)
    engine = open_engine(make_settings(tmp_path, database_url=database_url))  # type: ignore[arg-type]
    with Session(engine.execution_options(**WRITES)) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(("words", "found"), [
    ("试车", True), ("车台", True), ("台试", False), ("七十二小时", True), ("振动 装配", True), ("振动 桂花", False), ("灯", False),
    ("试", True), ("VOC", True), ("voc", True), ("vo", False), ("ＶＯＣ", True), ("", True), ("'); DROP TABLE article;--", False),
])
def test_two_characters_of_chinese_find_their_article(anywhere: Session, words: str, found: bool) -> None:
    by = factories.person(anywhere, "contributor", "周小满")
    article = factories.article(anywhere, by, body=f"{factories.BODY}\n车间的 VOC 浓度下降了。")
    other = factories.article(anywhere, by, title="食堂", body="桂花开了。")
    query = search.matching(anywhere, select(Article.id), words, Article.__table__.c.id)
    ids = set(anywhere.scalars(query))
    assert (article.id in ids) == found
    assert (other.id in ids) == (not words)
