"""What is on its way, who decides what nobody can tell, and "I have posted it"."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.jobs import Works
from editorial.calendar.editions import Edition, EditionState
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State
from editorial.release import releases
from editorial.share_back import shares
from publishers.wechat.codes import UNLISTED
from tests import factories
from tests.app.browser import Browser

LINK = "https://mp.weixin.qq.com/s/Ab3dEfGhIjKlMnOpQrStUv"


@pytest.fixture
def at(app, people):
    """The browser of a role."""
    return lambda role: Browser(app, people[role])


@pytest.fixture
def published(session, people):
    """A published edition that goes back to a robot's group and to one that only a person can reach."""
    factories.group(session, "robot", "wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"})
    by_hand = factories.group(session, "friends", "share_kit")
    by_hand.steward = people["other"]
    edition = factories.scheduled(session, people)
    releases.record_published(session, edition, (LINK,))
    shares.promise_all(session, edition)
    session.commit()
    return edition.id


def of(session, edition_id, group=""):
    query = select(Delivery).where(Delivery.edition_id == edition_id)
    if group:
        query = query.where(Delivery.target_name.startswith(group), Delivery.purpose == Purpose.SHARE)
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    # What is detached may be asked without beginning a transaction, for which the page would have to wait.
    for delivery in found:
        session.expunge(delivery)
    session.rollback()
    return found


def put(session, delivery_id, state, **changes):
    delivery = session.get_one(Delivery, delivery_id)
    delivery.state = state
    for name, value in changes.items():
        setattr(delivery, name, value)
    session.commit()


def test_lists_show_progress_and_what_needs_a_person(at, published, session):
    robot = of(session, published, "robot")[0]
    put(session, robot.id, State.NEEDS_PERSON, reason="A group robot cannot look into the group. Somebody has to.")
    page = at("publisher").look("/deliveries")
    assert "需要有人到群里看一眼" in page and "0 / 2" in page
    assert "robot 群" in at("publisher").look(f"/deliveries?edition={published}&state=needs_person")
    assert "friends 群" in at("operator").look("/deliveries?group=friends")
    assert "没有符合条件的投递" in at("publisher").look("/deliveries?state=refused")


@pytest.mark.parametrize(("outcome", "state"), [("sent", State.SENT), ("not_sent", State.WAITING), ("drop", State.CALLED_OFF)])
def test_a_person_decides_with_a_reason(at, published, session, outcome, state):
    robot = of(session, published, "robot")[0]
    put(session, robot.id, State.NEEDS_PERSON)
    publisher = at("publisher")
    assert "没有发出，发送" in publisher.look(f"/deliveries/{robot.id}")
    refused = publisher.send(f"/deliveries/{robot.id}/resolution", outcome=outcome, reason=" ")
    assert refused.status_code == 422
    answer = publisher.send(f"/deliveries/{robot.id}/resolution", outcome=outcome, reason="到群里看过了")
    assert answer.status_code == 303
    assert of(session, published, "robot")[0].state == state


def test_operators_do_not_decide_unknown_outcomes(at, published, session):
    robot = of(session, published, "robot")[0]
    put(session, robot.id, State.NEEDS_PERSON)
    operator = at("operator")
    assert "resolution" not in operator.look(f"/deliveries/{robot.id}")
    assert operator.send(f"/deliveries/{robot.id}/resolution", outcome="sent", reason="看过").status_code == 403


def test_a_refused_one_is_tried_again(at, published, session):
    robot = of(session, published, "robot")[0]
    put(session, robot.id, State.REFUSED, reason="This address does not belong to the platform.")
    assert at("publisher").send(f"/deliveries/{robot.id}/retry").status_code == 303
    assert of(session, published, "robot")[0].state == State.WAITING
    assert at("publisher").send(f"/deliveries/{robot.id}/retry").status_code == 409


def test_the_steward_posts_by_hand_and_says_so(at, published, session):
    share = of(session, published, "friends")[0]
    put(session, share.id, State.ACCEPTED, awaiting="person")
    steward = at("other")
    assert "friends 群" in steward.look("/share-back") and "robot 群" not in steward.look(f"/share-back?edition={published}")
    page = steward.look(f"/share-back/{share.id}")
    assert "http://127.0.0.1:8000/s/" in page and "<svg" in page and "我已转发" in page
    assert steward.send(f"/deliveries/{share.id}/confirmation").status_code == 303
    assert of(session, published, "friends")[0].state == State.SENT
    assert steward.send(f"/deliveries/{share.id}/confirmation").status_code == 409


def test_nobody_confirms_for_a_group_that_is_not_theirs(at, published, session):
    share = of(session, published, "friends")[0]
    put(session, share.id, State.ACCEPTED, awaiting="person")
    stranger = at("contributor")
    assert stranger.status(f"/share-back/{share.id}") == 404
    assert stranger.send(f"/deliveries/{share.id}/confirmation").status_code == 404
    assert of(session, published, "friends")[0].state == State.ACCEPTED


def test_publishing_by_hand_needs_a_real_permalink(at, session, people, settings):
    account = factories.account(session, draft=False, release=False, mass_send=False)
    edition_id = factories.scheduled(session, people, of=account).id
    session.commit()
    lane = account.lane
    session.rollback()
    Works(settings).drain(lane)
    manual = of(session, edition_id)[0]
    assert (manual.state, manual.awaiting) == (State.ACCEPTED, "person")
    publisher = at("publisher")
    page = publisher.look(f"/deliveries/{manual.id}/assisted")
    assert "按下发表" in page and 'data-copy-html="sheet-1"' in page and "<template id=" in page
    wrong = publisher.send(f"/deliveries/{manual.id}/confirmation", permalinks=["https://example.com/x"])
    assert wrong.status_code == 422 and 'value="https://example.com/x"' in wrong.text
    unread = publisher.send(f"/deliveries/{manual.id}/confirmation", permalinks=[LINK])
    assert unread.status_code == 422 and 'name="reason"' in unread.text and "读不到" in unread.text
    sent = publisher.send(f"/deliveries/{manual.id}/confirmation", permalinks=[LINK], reason="手机上打开看过，是这一篇")
    assert sent.status_code == 303
    edition = session.get(Edition, edition_id, populate_existing=True)
    assert edition.state == EditionState.PUBLISHED and edition.places[0].permalink == LINK


@pytest.mark.parametrize("address", ["/deliveries", "/share-back"])
def test_empty_pages_say_what_comes(at, address):
    assert "empty-state" in at("publisher").look(address)


@pytest.mark.parametrize(("code", "reason", "words"), [
    ("45003", "The title is too long for WeChat. Shorten it to 32 characters.", "标题超过了微信的长度限制，请缩短到 32 个字以内。"),
    ("99123", UNLISTED.reason, "微信拒绝了，返回码不在我们的清单里。"),
])
def test_a_refusal_shows_code_and_rid_beside_its_words(at, session, people, code, reason, words):
    edition = factories.scheduled(session, people)
    draft = releases.deliveries_of(session, edition)[0]
    session.add(Attempt(delivery_id=draft.id, fence=1, verdict="refused", reason=reason, code=code, rid="6a2b-0d9e-77ff"))
    edition_id, draft_id = edition.id, draft.id
    put(session, draft_id, State.REFUSED, reason=reason, code=code)
    for path in (f"/deliveries/{draft_id}", f"/editions/{edition_id}"):
        page = at("publisher").look(path)
        assert words in page and code in page and "6a2b-0d9e-77ff" in page, path
