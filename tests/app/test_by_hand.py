"""By hand and after publishing, against simulated platforms: the link is that article's, and what is taken down is gone once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.factory import create_app
from app.jobs import Works
from editorial import clock
from editorial.articles import articles
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.notices import Notice
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release import given_links, releases
from editorial.release.take_downs import TakeDown
from editorial.review import stages
from editorial.review.sign_offs import Typeset
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.tokens import TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.tokens import Credentials
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings
from tests.publishers.wechat.deliveries import COVER

APP_ID, NAME = "wx0123456789abcdef", "澄江机电 cdef"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    sandbox.account(APP_ID, name=NAME, secret="right")
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.fixture
def at(app, people) -> Callable[[str], Browser]:
    return lambda role: Browser(app, people[role])


@pytest.fixture
def works(settings) -> Works:
    return Works(settings)


@pytest.fixture
def console(sandbox: Running) -> Client:
    """What a person does in WeChat's console."""
    return Client(Credentials(APP_ID, "right"), Line(Base(sandbox.url)), TokensInMemory())


def settled(works: Works, condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Work the lanes until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        for lane in works.lanes_with_work():
            works.drain(lane)
        time.sleep(0.02)


def deliveries_of(works: Works, purpose: Purpose) -> list[Delivery]:
    with Session(works.engine) as session:
        return list(session.scalars(select(Delivery).where(Delivery.purpose == purpose).order_by(Delivery.id)))


def draft_only(session, people, works: Works, count: int = 1) -> tuple[int, int, str]:
    """An edition whose draft lies ready for a person: its id, the delivery that waits, the draft."""
    account = factories.account(session, release=False, mass_send=False)
    edition_id = factories.scheduled(session, people, of=account, count=count).id
    session.commit()
    session.rollback()
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.MANUAL)] == [State.ACCEPTED])
    draft = deliveries_of(works, Purpose.DRAFT)[0].memory["media_id"]
    return edition_id, deliveries_of(works, Purpose.MANUAL)[0].id, draft


def press_publish(console: Client, sandbox: Running, draft: str, before: int = 0) -> list[str]:
    """The links that the console shows afterwards."""
    console.submit(draft)
    slugs = sandbox.wait_for("published", before + 1)[-1]["slugs"]
    return [f"{sandbox.url}/s/{slug}" for slug in slugs]


def other_draft(console: Client, title: str, words: str) -> str:
    cover = console.drafts(0, 1)["item"][0]["content"]["news_item"][0]["thumb_media_id"]
    return console.add_draft([{"title": title, "content": f"<p>{words}</p>", "thumb_media_id": cover}])


def test_the_right_link_is_taken_and_kept_as_evidence(at, session, people, works, console, sandbox):
    edition_id, waiting, draft = draft_only(session, people, works)
    (link,) = press_publish(console, sandbox, draft)
    assert at("publisher").send(f"/deliveries/{waiting}/confirmation", permalinks=[link], setting=["original"]).status_code == 303
    edition = session.get(Edition, edition_id, populate_existing=True)
    assert (edition.state, edition.places[0].permalink) == (EditionState.PUBLISHED, link)
    seen = given_links.of_edition(session, edition_id)[edition.places[0].article_id]
    assert (seen.standing, seen.account_name, seen.given_by.name) == ("ours", NAME, "何敏")


def test_another_article_a_preview_and_nothing_are_refused_with_the_reason(at, session, people, works, console, sandbox):
    edition_id, waiting, draft = draft_only(session, people, works)
    publisher = at("publisher")
    preview = console.draft(draft)[0]["url"]
    words = "从下周一起，食堂每天中午多开两个窗口，一个做面，一个做清淡的汤和蔬菜，欢迎大家提意见。"
    other = other_draft(console, "食堂的新菜单", words)
    (wrong,) = press_publish(console, sandbox, other)
    for link, reason in (
        (wrong, "另一篇文章：《食堂的新菜单》"), (f"{sandbox.url}/s/nothing-is-here", "没有文章，或已被删除"),
        (f"{sandbox.url}/cgi-bin/home", "permalink"), ("https://example.com/s/abc", "permalink"), (preview, "permalink"),
    ):
        answer = publisher.send(f"/deliveries/{waiting}/confirmation", permalinks=[link], reason="我确定")
        assert answer.status_code == 422 and reason in answer.text, link
    assert session.get(Edition, edition_id, populate_existing=True).state == EditionState.SCHEDULED
    assert not given_links.of_edition(session, edition_id)


def test_the_same_article_on_another_account_is_refused(at, session, people, works, console, sandbox):
    edition_id, waiting, draft = draft_only(session, people, works)
    sandbox.account("wx9999999999999999", name="别家机电", secret="right")
    theirs = Client(Credentials("wx9999999999999999", "right"), Line(Base(sandbox.url)), TokensInMemory())
    article = console.draft(draft)[0]
    cover = theirs.add_cover(COVER)
    copied = theirs.add_draft([{"title": article["title"], "content": article["content"], "thumb_media_id": cover}])
    (wrong,) = press_publish(theirs, sandbox, copied)
    answer = at("publisher").send(f"/deliveries/{waiting}/confirmation", permalinks=[wrong])
    assert answer.status_code == 422 and "页面上的公众号是「别家机电」" in answer.text and 'name="reason"' in answer.text
    assert session.get(Edition, edition_id, populate_existing=True).state == EditionState.SCHEDULED


def test_links_in_the_wrong_order_are_told_apart(at, session, people, works, console, sandbox):
    _, waiting, draft = draft_only(session, people, works, count=2)
    first, second = press_publish(console, sandbox, draft)
    publisher, path = at("publisher"), f"/deliveries/{waiting}/confirmation"
    assert "它另有一栏" in publisher.send(path, permalinks=[second, first]).text
    assert "各不相同" in publisher.send(path, permalinks=[first, first]).text
    assert publisher.send(path, permalinks=[first, second]).status_code == 303


@pytest.fixture
def published(session, people, works) -> Iterator[int]:
    """A published edition of two articles, in one group by robot, in another waiting for a person."""
    factories.group(session, "robot", "wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
    factories.group(session, "friends", "share_kit")
    edition_id = factories.scheduled(session, people, count=2).id
    session.commit()
    session.rollback()
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.SHARE)] == [State.SENT, State.ACCEPTED])
    yield edition_id


def test_one_article_is_taken_down_by_its_own_number(at, session, works, sandbox, published):
    publisher = at("publisher")
    assert publisher.send(f"/editions/{published}/take-down", position="2", reason=" ").status_code == 422
    assert publisher.send(f"/editions/{published}/take-down", position="2", reason="数据有误").status_code == 303
    assert publisher.send(f"/editions/{published}/take-down", position="2", reason="数据有误").status_code == 409
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.TAKE_DOWN)] == [State.SENT])
    assert [effect["positions"] for effect in sandbox.effects("article_deleted")] == [[2]]
    places = session.get(Edition, published, populate_existing=True).places
    assert [place.article.state for place in places] == [ArticleState.PUBLISHED, ArticleState.TAKEN_DOWN]
    assert places[1].article.reason == "数据有误"


def test_all_of_it_goes_at_once_and_the_groups_are_told(at, session, works, sandbox, published):
    assert at("publisher").send(f"/editions/{published}/take-down", position="0", reason="数据有误").status_code == 303
    assert [one.state for one in deliveries_of(works, Purpose.SHARE)] == [State.SENT, State.CALLED_OFF]
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.TAKE_DOWN)] == [State.SENT])
    assert [effect["positions"] for effect in sandbox.effects("article_deleted")] == [[1, 2]]
    told = session.scalars(select(Notice).where(Notice.cause.startswith("link_dead:"))).all()
    assert [notice.params["count"] for notice in told] == [1]


@pytest.mark.parametrize("act", ["drop_before", "drop_after"])
def test_a_lost_answer_deletes_once_and_is_found_out(at, works, sandbox, published, act):
    sandbox.fault("/cgi-bin/freepublish/delete", act)
    at("publisher").send(f"/editions/{published}/take-down", position="1", reason="数据有误")
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.TAKE_DOWN)] == [State.SENT])
    assert len(sandbox.effects("article_deleted")) == 1


def test_without_the_right_a_person_deletes_it_and_says_so(at, session, works, sandbox, published):
    sandbox.fault("/cgi-bin/freepublish/delete", "refuse", errcode=48001)
    publisher = at("publisher")
    publisher.send(f"/editions/{published}/take-down", position="0", reason="数据有误")
    settled(works, lambda: [one.awaiting for one in deliveries_of(works, Purpose.TAKE_DOWN)] == ["person"])
    waiting = deliveries_of(works, Purpose.TAKE_DOWN)[0]
    assert "mp.weixin.qq.com" in publisher.look(f"/deliveries/{waiting.id}")
    assert at("operator").send(f"/deliveries/{waiting.id}/confirmation").status_code == 403
    assert publisher.send(f"/deliveries/{waiting.id}/confirmation").status_code == 303
    places = session.get(Edition, published, populate_existing=True).places
    assert {place.article.state for place in places} == {ArticleState.TAKEN_DOWN}
    assert session.scalars(select(TakeDown)).one().done_at is not None


def signed_anew(session, people, article, html: str) -> None:
    """Three approvals of the article as it stands; `html` is what readers shall see."""
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        stages.decide(session, article, stage=stage, decision="approve", revision=article.revision, by=people[role],
                      typeset=Typeset(html=html, digest="七十二小时"))


def test_words_that_wechat_left_out_stop_it_until_somebody_has_looked(at, session, people, works, sandbox):
    article = factories.in_review(session, people)
    signed_anew(session, people, article, "<p>请看<button>按这里报名</button>的说明。</p>")
    edition = editions.plan(
        session, account=str(factories.account(session).id), mode="release", article_ids=[str(article.id)], by=people["publisher"])
    releases.schedule(session, edition, clock.now(), by=people["publisher"])
    edition_id = edition.id
    session.commit()
    session.rollback()
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.RELEASE)] == [State.NEEDS_PERSON])
    assert sandbox.effects("publish_submitted") == []
    release, publisher = deliveries_of(works, Purpose.RELEASE)[0], at("publisher")
    page = publisher.look(f"/deliveries/{release.id}")
    assert "丢掉了一些内容" in page and f"/editions/{edition_id}/kept" in page and "就这样发布" in page
    assert "按这里报名" in publisher.look(f"/editions/{edition_id}/kept")
    assert "<mark class=lost>按这里报名</mark>" in publisher.look(f"/editions/{edition_id}/kept/1")
    assert publisher.send(f"/deliveries/{release.id}/resolution", outcome="not_sent", reason="少了按钮，可以").status_code == 303
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.RELEASE)] == [State.SENT])
    assert len(sandbox.effects("published")) == 1


def test_a_draft_left_by_an_earlier_schedule_never_goes_out_as_it_lies_there(session, people, works, console, sandbox):
    sandbox.fault("/cgi-bin/freepublish/submit", "refuse", errcode=53503)
    edition_id = factories.scheduled(session, people).id
    session.commit()
    session.rollback()
    settled(works, lambda: [one.state for one in deliveries_of(works, Purpose.RELEASE)] == [State.REFUSED])
    edition = session.get(Edition, edition_id, populate_existing=True)
    article = edition.places[0].article
    releases.unschedule(session, edition, by=people["publisher"])
    content = articles.newest(session, article).content
    articles.save(session, article, content.changed(body="改过的正文"), base=article.revision, by=people["contributor"])
    stages.reopen(session, article)
    signed_anew(session, people, article, "<p>改过的正文，读者看到的是这一版。</p>")
    releases.schedule(session, edition, clock.now(), by=people["publisher"])
    session.commit()
    session.rollback()
    settled(works, lambda: State.SENT in [one.state for one in deliveries_of(works, Purpose.RELEASE)])
    (published,) = sandbox.effects("published")
    assert "改过的正文" in console.published_articles(published["article_id"])[0]["content"]
    assert len(sandbox.effects("draft_added")) == 1, "the draft that lay there was brought up to date"
