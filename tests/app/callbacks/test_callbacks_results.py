"""Results in every shape the platform is documented, or was seen, to send them in: each reaches its delivery, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from app.engine import open_engine
from app.factory import create_app
from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Edition
from editorial.notices import Notice
from editorial.outbox import deliveries as outbox
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person
from editorial.release import events, releases
from editorial.release.events import CallbackEvent
from tests import factories
from tests.app.callbacks.conftest import Push
from tests.conftest import make_settings
from tests.publishers.wechat import pushes
from tests.publishers.wechat.pushes import event

Look = Callable[[], Session]
TakeIn = Callable[[], int]
LINK = "https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA"
DETAIL = {"count": 1, "item": {"idx": 1, "article_url": LINK}}


def published(status: int = 0, publish_id: int = 2247503051, **more: Any) -> dict[str, Any]:
    return event("PUBLISHJOBFINISH", PublishEventInfo={"publish_id": publish_id, "publish_status": status, **more})


def sent(status: str = "send success", msg_id: int = 1000001625, **more: Any) -> dict[str, Any]:
    return event("MASSSENDJOBFINISH", MsgID=msg_id, Status=status, **more)


def links(*urls: str) -> dict[str, Any]:
    items = [{"ArticleIdx": place, "ArticleUrl": url} for place, url in enumerate(urls, 1)]
    return {"Count": len(urls), "ResultList": {"item": items} if items else ""}


def checked(state: int, *items: dict[str, Any]) -> dict[str, Any]:
    return {"Count": len(items), "ResultList": {"item": list(items)} if items else "", "CheckState": state}


REPRINT = {
    "ArticleIdx": 2, "UserDeclareState": 0, "AuditState": 2, "OriginalArticleUrl": "Url_2", "OriginalArticleType": 1,
    "CanReprint": 1, "NeedReplaceContent": 1, "NeedShowReprintSource": 1,
}
PUBLISHED = {
    "success": published(article_id="b5O2OUs25HBxRceL7hfReg-U9QGeq9zQjiDvy", article_detail=DETAIL),
    "line_break_in_the_id": published(article_id="\nb5O2OUs25HBx\nRceL7hfReg\n", article_detail=DETAIL),
    "several_articles": published(article_id="a", article_detail={"count": 2, "item": [
        {"idx": 2, "article_url": LINK + "2"}, {"idx": 1, "article_url": LINK},
    ]}),
    "without_links": published(article_id="a"),
    "original_content_refused": published(2, fail_idx=1),
    "several_fail_idx": published(4, fail_idx=[1, 2]),
    "failure_without_reason": published(3),
    "other_case": {**published(), "Event": "publishjobfinish"},
}
SENT = {
    "counts_and_links": sent(TotalCount=100, FilterCount=80, SentCount=75, ErrorCount=5,
                             CopyrightCheckResult=checked(1), ArticleUrlResult=links(LINK)),
    "empty_article_url_result": sent(ArticleUrlResult=links(), CopyrightCheckResult=checked(0)),
    "nothing_but_the_status": sent(),
    "a_reprint": sent(CopyrightCheckResult=checked(2, REPRINT)),
    "send_fail": sent("send fail"),
    "refused_by_the_review": sent("err(20001)"),
    "administrator_silent": sent("err(40002)"),
    "other_case": {**sent(), "Event": "masssendjobfinish"},
}
FORMS = [(mode, as_json) for mode in pushes.MODES for as_json in (False, True)]


@pytest.fixture
def awaited(session: Session, account: OfficialAccount, people: dict[str, Person]) -> dict[str, int]:
    """A release and a mass send whose tasks the platform took; both are read again in an hour. Ids by mode."""
    found = {}
    for mode, remote_id in (("release", "2247503051"), ("mass_send", "1000001625")):
        edition = factories.scheduled(session, people, of=account, mode=mode)
        delivery = releases.deliveries_of(session, edition)[1]
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.ACCEPTED, remote_id=remote_id, read_at=later(), awaiting="platform")
        found[mode] = delivery.id
    session.commit()
    return found


def later() -> Any:
    return clock.now() + timedelta(hours=1)


def looked_at(session: Session, delivery_id: int) -> bool:
    delivery = session.get_one(Delivery, delivery_id)
    return delivery.read_at is not None and delivery.read_at <= clock.now()


@pytest.mark.parametrize(("mode", "as_json"), FORMS)
def test_every_shape_of_a_result_makes_us_read_its_delivery(
    awaited: dict[str, int], push: Push, look: Look, session: Session, mode: str, as_json: bool
) -> None:
    for ours, other, shapes in (("release", "mass_send", PUBLISHED), ("mass_send", "release", SENT)):
        for shape, said in shapes.items():
            assert push(said, mode, as_json=as_json).text == "success", shape
            assert looked_at(look(), awaited[ours]) and not looked_at(look(), awaited[other]), shape
            session.execute(update(Delivery).where(Delivery.id == awaited[ours]).values(read_at=later()))
            session.execute(delete(CallbackEvent))
            session.commit()


@pytest.mark.parametrize("said", [
    event("PUBLISHJOBFINISH", publish_id=2247503051, publish_status=0),
    {**event("PUBLISHJOBFINISH"), "publisheventinfo": {"publish_id": "2247503051", "publish_status": "0"}},
    published(article_detail=[{"idx": 1, "article_url": LINK}]),
], ids=["fields_beside_the_envelope", "other_names_case_and_texts", "detail_is_a_list"])
def test_shapes_of_json_that_no_page_shows_are_read_all_the_same(
    awaited: dict[str, int], push: Push, look: Look, said: dict[str, Any]
) -> None:
    assert push(said, as_json=True).text == "success"
    assert looked_at(look(), awaited["release"])


def test_what_an_event_said_is_kept_for_the_result_page(awaited: dict[str, int], push: Push, look: Look) -> None:
    said = sent(TotalCount=100, FilterCount=80, SentCount=75, ErrorCount=5, ArticleUrlResult=links(LINK),
                CopyrightCheckResult=checked(2, REPRINT))
    push(said)
    fields = look().scalars(select(CallbackEvent)).one().fields
    assert (fields["total"], fields["filtered"], fields["sent"], fields["failed"]) == (100, 80, 75, 5)
    assert (fields["permalinks"], fields["check_state"]) == ([LINK], 2)
    assert fields["originality"] == [{
        "position": 2, "declared": 0, "audit": 2, "original_url": "Url_2", "original_type": 1, "can_reprint": True,
        "replaced": True, "shows_source": True,
    }]


def test_the_end_of_a_release_told_as_a_mass_send_makes_us_read(awaited: dict[str, int], push: Push, look: Look) -> None:
    push(sent(msg_id=2247503051))
    assert looked_at(look(), awaited["release"]) and not looked_at(look(), awaited["mass_send"])


def test_an_event_for_a_task_whose_answer_was_lost_makes_us_read(
    session: Session, account: OfficialAccount, people: dict[str, Person], push: Push, look: Look
) -> None:
    delivery = releases.deliveries_of(session, factories.scheduled(session, people, of=account))[1]
    outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
    outbox.shift(session, delivery, State.IN_FLIGHT, State.OUTCOME_UNKNOWN, read_at=later())
    session.commit()
    push(published(publish_id=77))
    assert looked_at(look(), delivery.id)


def test_events_of_others_do_nothing(awaited: dict[str, int], push: Push, look: Look) -> None:
    for said in (published(publish_id=1), event("TEMPLATESENDJOBFINISH", MsgID=1000001625, Status="success"), event("VIEW")):
        assert push(said).text == "success"
    assert not looked_at(look(), awaited["release"]) and not looked_at(look(), awaited["mass_send"])


def test_a_repeated_or_reordered_event_is_kept_once(awaited: dict[str, int], push: Push, look: Look) -> None:
    for nonce, said in enumerate([published(), published(), sent(), published(), sent(), published(1)]):
        assert push(said, nonce=str(nonce)).text == "success"
    assert look().scalar(select(func.count()).select_from(CallbackEvent)) == 3


def test_links_that_come_after_the_send_are_taken_over(
    session: Session, awaited: dict[str, int], push: Push, take_in: TakeIn, look: Look
) -> None:
    push(sent(ArticleUrlResult=links(LINK)))
    take_in()
    assert permalink(look(), awaited["mass_send"]) == ""
    settle(session, awaited["mass_send"])
    with clock.at(clock.now() + timedelta(minutes=1)):
        take_in()
    assert permalink(look(), awaited["mass_send"]) == LINK
    assert look().scalars(select(CallbackEvent.look_at)).one() is None


def test_a_link_that_leads_elsewhere_is_not_taken(
    session: Session, awaited: dict[str, int], push: Push, take_in: TakeIn, look: Look
) -> None:
    settle(session, awaited["mass_send"])
    push(sent(ArticleUrlResult=links("https://evil.example/s/abc")))
    take_in()
    assert permalink(look(), awaited["mass_send"]) == ""


def test_an_event_nobody_waits_for_is_given_up_after_an_hour(push: Push, take_in: TakeIn) -> None:
    push(sent())
    assert take_in() == 1
    with clock.at(clock.now() + events.SETTLES + timedelta(minutes=1)):
        assert take_in() == 1
        assert take_in() == 0


@pytest.mark.parametrize(("status", "words"), [(5, "deleted in WeChat"), (6, "took")])
def test_an_article_taken_away_afterwards_is_told(
    session: Session, awaited: dict[str, int], push: Push, take_in: TakeIn, look: Look, people: dict[str, Person],
    status: int, words: str,
) -> None:
    delivery = session.get_one(Delivery, awaited["release"])
    delivery.memory = {"publish_id": "2247503051"}
    session.commit()
    settle(session, awaited["release"], remote_id="b5O2OUs25HBxRceL7hfReg")
    push(published(status))
    take_in()
    told = look().scalars(select(Notice).where(Notice.cause.startswith("taken_away:"))).all()
    assert [notice.person_id for notice in told] == [people["publisher"].id]
    assert words in told[0].sentence and told[0].urgent


@pytest.fixture
def on_postgresql(postgres: Any, tmp_path: Any) -> Iterator[tuple[FlaskClient, Engine]]:
    """The application on PostgreSQL."""
    settings = make_settings(tmp_path, database_url=str(postgres.url(postgres.fresh(postgres.template))))
    app: Flask = create_app(settings)
    engine = open_engine(settings)
    yield app.test_client(), engine
    engine.dispose()


def test_hints_find_their_delivery_on_postgresql_too(on_postgresql: tuple[FlaskClient, Engine]) -> None:
    client, engine = on_postgresql
    with Session(engine) as session:
        people = factories.one_of_each(session)
        account = factories.account(session, pushes.APP_ID)
        account.secrets = {**account.secrets, "callback_token": pushes.TOKEN}
        delivery = releases.deliveries_of(session, factories.scheduled(session, people, of=account))[1]
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT, memory={"publish_id": "2247503051"})
        outbox.shift(session, delivery, State.IN_FLIGHT, State.OUTCOME_UNKNOWN, read_at=later())
        session.commit()
        query, body = pushes.pushed(published())
        assert client.post(f"/callbacks/wechat/{account.id}", query_string=query, data=body).text == "success"
        session.expire_all()
        assert looked_at(session, delivery.id)


def settle(session: Session, delivery_id: int, **more: Any) -> None:
    delivery = session.get_one(Delivery, delivery_id)
    outbox.shift(session, delivery, State.ACCEPTED, State.SENT, read_at=None, **more)
    releases.record_published(session, session.get_one(Edition, delivery.edition_id), ())
    session.commit()


def permalink(session: Session, delivery_id: int) -> str:
    edition = session.get_one(Edition, session.get_one(Delivery, delivery_id).edition_id)
    return edition.places[0].permalink or ""
