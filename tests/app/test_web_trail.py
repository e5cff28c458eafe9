"""The trail: every station of a story's way, for the newsroom and for the person whose story it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from editorial.measuring import trail
from editorial.release import releases
from editorial.share_back import clicks, links, shares
from editorial.share_back.clicks import Hit
from tests import factories
from tests.app.browser import Browser

LINK = "https://mp.weixin.qq.com/s/Ab3dEfGhIjKlMnOpQrStUv"


@pytest.fixture
def article(session, people):
    """A published article that went back to one group and was read there."""
    factories.group(session, "friends", "share_kit")
    edition = factories.scheduled(session, people)
    releases.record_published(session, edition, (LINK,))
    shares.promise_all(session, edition)
    code = links.of_article(session, edition.lead.id)[0].code
    now = datetime.now(UTC).timestamp()
    clicks.count(session, [Hit(code, now, "people", "a"), Hit(code, now, "people", "b"), Hit(code, now, "robots", "c")])
    session.flush()
    clicks.count(session, [Hit(code, now + 1, "people", "a")])
    session.commit()
    return edition.lead


def test_the_trail_holds_every_station(session, article):
    way = trail.trail_of(session, article)
    assert (way.origin.slug, way.origin.contributor) == ("assembly", "周小满")
    assert [(one.stage, one.by) for one in way.opinions] == [("review_1", "林晓雯"), ("review_2", "赵国强"), ("review_3", "沈知远")]
    assert way.submissions[0].number == article.number and way.sign_offs[0].by == "沈知远"
    assert way.edition is not None and way.edition.permalink == LINK
    assert [sent.purpose for sent in way.edition.deliveries] == ["draft", "release"]
    assert [(sent.target_name, bool(sent.link)) for sent in way.edition.shares] == [("friends 群", True)]


def test_people_robots_and_repeats_are_apart_and_reads_are_unknown(session, article):
    way = trail.trail_of(session, article)
    assert (way.all_clicks.people, way.all_clicks.robots, way.all_clicks.repeats) == (2, 1, 1)
    assert way.figures is None


def test_the_page_tells_the_whole_way(app, people, article):
    page = Browser(app, people["publisher"]).look(f"/articles/{article.id}/trail")
    stations = ("来自assembly 群的投稿", "初审：通过", "复审：通过", "终审：通过", "签发第 1 版", "排进", "发布", "回到各群")
    assert all(words in page for words in stations)
    assert "friends 群" in page and "未知" in page and LINK in page


def test_contributors_see_the_way_of_their_own_story_only(app, people, article, session):
    number = article.id
    session.rollback()
    page = Browser(app, people["contributor"]).look(f"/articles/{number}/trail")
    assert "终审：通过" in page and "/deliveries/" not in page and "/editions/" not in page
    assert Browser(app, people["other"]).status(f"/articles/{number}/trail") == 404
