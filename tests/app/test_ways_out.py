"""What leaves for groups without a robot, and the pages about it: kit, poster, rules of the house, one group's own."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from editorial import house
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release import releases
from editorial.share_back import group_habits, shares
from publishers.pictures.codes import codes_of
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def waiting(session, people):
    """A share that a person must post; the article came from that very group."""
    group = factories.group(session, "assembly", "share_kit")
    group_habits.change(
        session, group, week_messages="", quiet_from="", quiet_until="", opening_words="各位工友：", by=people["operator"],
    )
    edition = factories.scheduled(session, people, share_to=["assembly"])
    edition.lead.group_id = group.id
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/one",))
    shares.promise_all(session, edition)
    delivery = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE)).one()
    delivery.state, delivery.awaiting = State.ACCEPTED, "person"
    session.commit()
    return delivery.id


def test_a_kit_speaks_as_the_group_does_and_names_its_contributor(app, people, waiting):
    page = Browser(app, people["operator"]).look(f"/share-back/{waiting}")
    assert "各位工友：" in page and "本群供稿：" in page
    assert page.count('name="step"') == 4 and f"/deliveries/{waiting}/confirmation" in page


@pytest.mark.parametrize(("shape", "size"), [("upright", (1080, 1920)), ("square", (1080, 1080))])
def test_a_poster_carries_the_code_of_the_groups_own_link(app, people, session, waiting, shape, size):
    browser = Browser(app, people["operator"])
    answer = browser.client.get(f"/share-back/{waiting}/poster?shape={shape}&save=1")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].endswith(f'{shape}.jpg"')
    assert len(answer.data) <= 2_000_000
    with Image.open(io.BytesIO(answer.data)) as poster:
        assert poster.size == size
        [code] = codes_of(poster.convert("RGB"))
    assert code in browser.look(f"/share-back/{waiting}")
    assert browser.status(f"/share-back/{waiting}/poster?shape=round") == 404


def test_posting_by_hand_counts_as_sent(app, people, session, waiting):
    answer = Browser(app, people["operator"]).send(f"/deliveries/{waiting}/confirmation", step=["words", "group"])
    assert answer.status_code == 303
    session.rollback()
    assert session.get_one(Delivery, waiting, populate_existing=True).state == State.SENT


def test_the_house_sets_how_much_groups_hear_and_which_services_are_allowed(app, people, session):
    admin = Browser(app, people["admin"])
    rules = {
        "group_week_messages": "3", "group_quiet_from": "21:30", "group_quiet_until": "07:30", "digest_day": "4",
        "digest_at": "17:00", "other_services": "tgram\nntfys://ntfy.sh\n",
    }
    assert admin.send("/settings/share-back", **rules).status_code == 303
    session.rollback()
    assert house.setting(session, "group_week_messages") == 3
    assert house.setting(session, "other_services") == ["tgram", "ntfys://ntfy.sh"]
    session.rollback()
    wrong = admin.send("/settings/share-back", **rules | {"other_services": "http://10.0.0.1/x y"})
    assert wrong.status_code == 422 and "21:30" in wrong.text
    assert admin.send("/settings/share-back", **rules | {"group_week_messages": "many"}).status_code == 422


def test_a_group_sets_its_own(app, people, session):
    group = factories.group(session, "assembly", "share_kit")
    session.commit()
    operator = Browser(app, people["operator"])
    said = {"week_messages": "2", "quiet_from": "20:00", "quiet_until": "08:00", "opening_words": "各位工友："}
    assert operator.send("/groups/assembly/habit", **said).status_code == 303
    session.rollback()
    habit = group_habits.at_hand(session, [group.id]).of(group.id)
    assert (habit.week_messages, habit.opening_words) == (2, "各位工友：")
    session.rollback()
    operator.send("/groups/assembly/habit", **said | {"quiet_until": ""})
    assert "免打扰" in operator.look("/groups/assembly")
    assert Browser(app, people["contributor"]).send("/groups/assembly/habit", **said).status_code == 403


@pytest.mark.parametrize(("shape", "size"), [("upright", (1080, 1920)), ("square", (1080, 1080))])
def test_a_groups_poster_leads_to_its_hand_in_page(app, people, session, shape, size):
    group = factories.group(session, "assembly")
    group.purpose = "总装车间的工人和质检员，写装配线上的人和事。"
    session.commit()
    browser = Browser(app, people["contributor"])
    answer = browser.client.get(f"/groups/assembly/hand-in-poster?shape={shape}")
    assert answer.mimetype == "image/jpeg"
    with Image.open(io.BytesIO(answer.data)) as poster:
        assert poster.size == size
        [code] = codes_of(poster.convert("RGB"))
    assert code.endswith("/hand-in?group=assembly")
    assert browser.status("/groups/assembly/hand-in-poster?shape=round") == 404
