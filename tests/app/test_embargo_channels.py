"""P6 at the doors: whatever address is asked, by whom it does not concern or to take it out of the house, says nothing of it.

The doors are those of the route table, so a new one is tried without anybody thinking of it.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.extensions import WRITES, db
from editorial import clock
from editorial.articles.articles import Article
from editorial.calendar import editions, feeds
from editorial.people.people import Person
from editorial.release import embargoes, releases
from editorial.share_back import links, shares
from tests import factories
from tests.app.browser import Browser
from tests.app.test_matrix import ELSEWHERE, EXPECTED, World, doors, world

__all__ = ["world"]
TITLE, WORDS = "朱雀泵首次公开", "朱雀泵的扬程是多少此前无人知道"
STRANGERS = "nxa"
"""Nobody, a contributor whose story it is not, an administrator."""
INSIDE = {("a", "GET /settings/notices/log")}
"""What an administrator reads of what the house told its own people; it stays in the house."""
TAKEN_OUT = ("GET /calendar/export/<kind>", "GET /calendar/feed/<token>.ics")
"""What the desk may ask for, and carries out of the house."""


@pytest.fixture(scope="module")
def held(world: World) -> dict[str, str]:
    """Addresses' values of an article that is signed off, scheduled and under embargo."""
    with world.app.app_context(), Session(db.engine.execution_options(**WRITES)) as session:
        people = {
            role: session.get_one(Person, world.persons[letter][0])
            for letter, role in {"c": "contributor", "d": "desk_editor", "h": "department_head", "e": "editor_in_chief",
                                 "p": "publisher"}.items()
        }
        article = factories.signed_off(session, people, title=TITLE, body=f"{WORDS}。\n\n{factories.BODY}", slug="safety")
        edition = editions.plan(
            session, account=world.values["<account_id>"], mode="release", article_ids=[str(article.id)], by=people["publisher"])
        releases.schedule(session, edition, clock.now() + timedelta(hours=3), by=people["publisher"])
        embargoes.put(session, article, clock.now() + timedelta(hours=5), zone="Asia/Shanghai", by=people["desk_editor"])
        token = feeds.make(session, people["publisher"])
        session.commit()
        # The context ends with this: inside, every request would be that of whoever asked first.
        return {
            **world.values, "<article_id>": str(article.id), "<edition_id>": str(edition.id), "<number>": article.number,
            "<delivery_id>": str(releases.deliveries_of(session, edition)[0].id), "<feed>": token,
        }


@pytest.mark.parametrize("door", sorted(door for door in EXPECTED if door.startswith("GET ")))
def test_p6_no_door_tells_strangers(world: World, held: dict[str, str], door: str) -> None:
    for role in STRANGERS:
        if (role, door) in INSIDE:
            continue
        assert not _told(_asked(world, {**held, **ELSEWHERE.get(door, {})}, role, door)), f"{door} tells {role}"


@pytest.mark.parametrize("kind", ["ics", "csv", "xlsx"])
def test_p6_what_the_desk_takes_out_of_the_house_keeps_it_in(world: World, held: dict[str, str], kind: str) -> None:
    said = _asked(world, {**held, "<kind>": kind}, "p", "GET /calendar/export/<kind>")
    assert not _told(said)
    if kind != "xlsx":
        assert held["<number>"] in said, "the edition itself stands there, by its number"


def test_p6_the_feed_keeps_it_in(world: World, held: dict[str, str]) -> None:
    said = _asked(world, {**held, "<token>": held["<feed>"]}, "n", "GET /calendar/feed/<token>.ics")
    assert held["<number>"] in said and not _told(said)


def test_what_strangers_may_not_read_the_desk_and_its_author_do(world: World, held: dict[str, str]) -> None:
    """Else the walk above would say nothing."""
    for role in ("d", "c"):
        assert TITLE in _asked(world, held, role, "GET /articles/<article_id>")
        assert WORDS in _asked(world, held, role, "GET /api/v1/articles/<article_id>")
    assert {f"{method} {rule}" for method, rule in doors(world.app)} >= set(TAKEN_OUT)


@pytest.fixture
def early(app, session: Session, people: dict[str, Person]) -> dict[str, str]:
    """An edition that a person published by hand before its embargo ended."""
    group = factories.group(session, "kit", connector="share_kit")
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1))
    embargoes.put(session, edition.lead, clock.now() + timedelta(hours=2), zone="Asia/Shanghai", by=people["desk_editor"])
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    shares.promise_all(session, edition)
    [link] = links.of_article(session, edition.lead.id)
    [share] = shares.of_edition(session, edition.id)
    assert share.delivery is not None and group.id == share.group_id
    named = {"edition": str(edition.id), "delivery": str(share.delivery.id), "code": link.code, "article": str(edition.lead.id)}
    session.commit()
    return named


def test_p6_kits_links_and_covers_wait(app, people: dict[str, Person], early: dict[str, str]) -> None:
    publisher = Browser(app, people["publisher"])
    assert publisher.status(f"/share-back/{early['delivery']}") == 409
    assert publisher.status(f"/s/{early['code']}") == 404
    assert publisher.status(f"/s/{early['code']}/cover") == 404
    with clock.at(clock.now() + timedelta(hours=2, seconds=1)):
        assert publisher.status(f"/s/{early['code']}") == 302


def test_p6_no_phone_and_no_steps_by_hand_before(app, session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1), mode="manual")
    embargoes.put(session, edition.lead, clock.now() + timedelta(hours=2), zone="Asia/Shanghai", by=people["desk_editor"])
    edition_id, [delivery] = edition.id, [one.id for one in releases.deliveries_of(session, edition)]
    session.commit()
    publisher = Browser(app, people["publisher"])
    answer = publisher.send(f"/editions/{edition_id}/preview", wechat_id="editor")
    assert answer.status_code == 409 and "禁发" in answer.text
    assert publisher.status(f"/deliveries/{delivery}/assisted") == 409


def test_only_the_chief_lifts_it_and_with_a_reason(app, session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"]).id
    session.commit()
    day = clock.to_wall(clock.now() + timedelta(days=2)).strftime("%Y-%m-%d")
    editor, chief = Browser(app, people["desk_editor"]), Browser(app, people["editor_in_chief"])
    assert Browser(app, people["contributor"]).send(f"/articles/{article}/embargo", day=day, time="09:00").status_code == 403
    assert editor.send(f"/articles/{article}/embargo", day=day, time="09:00").status_code == 303
    assert f"{day} 09:00" in editor.look(f"/articles/{article}")
    assert editor.send(f"/articles/{article}/embargo/removal", reason="急").status_code == 403
    assert chief.send(f"/articles/{article}/embargo/removal", reason="").status_code == 422
    assert chief.send(f"/articles/{article}/embargo/removal", reason="甲方已经公布").status_code == 303
    assert session.get_one(Article, article, populate_existing=True).embargo_until is None


def _asked(world: World, values: dict[str, str], role: str, door: str) -> str:
    method, _, rule = door.partition(" ")
    address = rule
    for name, value in values.items():
        address = address.replace(name, value)
    client = world.app.test_client()
    headers = {}
    if rule.startswith("/api/") and role != "n":
        headers["Authorization"] = f"Bearer {world.tokens[role]}"
    elif role != "n":
        with client.session_transaction() as kept:
            kept["person"], kept["epoch"] = world.persons[role]
    answer = client.open(address, method=method, headers=headers)
    return answer.get_data().decode("utf-8", errors="replace")


def _told(said: str) -> bool:
    return TITLE in said or WORDS in said
