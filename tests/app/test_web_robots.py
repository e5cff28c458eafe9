"""Smart robots on their pages and by the API: two modes that exclude each other, and which chat is which group."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.checkup import examine
from app.config import Settings
from editorial import clock, platform_applications
from editorial.audit import AuditEntry
from editorial.intake import receptions, robot_chats, silences
from editorial.intake.robot_chats import RobotChat
from editorial.people import credentials
from editorial.platform_applications import PlatformApplication
from tests import factories
from tests.app.api.conftest import Program, fields_of
from tests.app.browser import Browser

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CALLED = {"platform": "aibot", "name": "群声", "app_id": "AIB1", "callback_token": "QDG6eK", "encoding_aes_key": AES_KEY}


@pytest.fixture
def admin(app, people):
    return Browser(app, people["admin"])


@pytest.fixture
def program(app, session, people):
    token = credentials.create_token(session, people["admin"])
    session.commit()
    return Program(app, token)


def kept(session: Session) -> PlatformApplication:
    """The robot as it is kept now."""
    session.rollback()
    found = session.scalars(select(PlatformApplication).where(PlatformApplication.platform == "aibot")).one()
    session.expunge(found)
    session.rollback()
    return found


def test_a_robot_is_added_with_its_keys_and_whoever_names_its_senders(admin, session):
    companion = factories.application(session).id
    session.commit()
    answer = admin.send("/settings/applications", **CALLED, companion=str(companion))
    assert answer.status_code == 303
    robot = kept(session)
    assert (robot.app_id, robot.companion_id, robot.connects) == ("AIB1", companion, False)
    assert robot.secrets["encoding_aes_key"] == AES_KEY
    page = admin.look(f"{answer.location}/messages")
    assert f"/callbacks/aibot/{robot.id}" in page and AES_KEY not in page
    admin.send(answer.location, name="群声", app_id="AIB1", companion="")
    assert kept(session).companion_id is None and kept(session).secrets["encoding_aes_key"] == AES_KEY


@pytest.mark.parametrize(("said", "field"), [
    ({"encoding_aes_key": ""}, "encoding_aes_key"), ({"callback_token": ""}, "callback_token"), ({"app_id": ""}, "app_id"),
    ({"secret": "also"}, "secret"), ({"companion": "77"}, "companion"), ({"companion": "x"}, "companion"),
    ({"encoding_aes_key": "short"}, "encoding_aes_key"),
])
def test_what_is_wrong_is_said_with_its_field(program, said, field):
    answer = program.post("/applications", CALLED | said)
    assert answer.status_code == 422 and field in fields_of(answer)


def test_the_keys_of_one_mode_put_those_of_the_other_away(program, session):
    place = f"/applications/{program.post('/applications', CALLED).get_json()['id']}"
    assert program("PATCH", place, {"secret": "long"}).status_code == 200
    assert kept(session).connects and not any(kept(session).secrets[name] for name in ("callback_token", "encoding_aes_key"))
    assert fields_of(program("PATCH", place, {"callback_token": "QDG6eK"})) == ["encoding_aes_key"]
    assert program("PATCH", place, {"callback_token": "QDG6eK", "encoding_aes_key": AES_KEY}).status_code == 200
    assert not kept(session).connects and kept(session).secrets["secret"] == ""


def test_a_robot_cannot_name_senders_of_another_one(program):
    robot = program.post("/applications", CALLED).get_json()["id"]
    other = {**CALLED, "name": "二号", "app_id": "AIB2", "companion": robot}
    assert fields_of(program.post("/applications", other)) == ["companion"]


def test_a_chat_is_named_on_the_page_and_in_the_audit_log(admin, session, people):
    factories.group(session, "assembly")
    robot = platform_applications.add(session, platform="aibot", name="群声", said=CALLED)
    chat = robot_chats.called(session, robot, "wrkSFf")
    assert chat is not None
    place, number = f"/settings/applications/{robot.id}/messages", chat.id
    session.commit()
    assert "wrkSFf" not in admin.look(place)
    assert admin.send(f"{place}/chats/{number}", origin_group="nowhere").status_code == 422
    assert admin.send(f"{place}/chats/999", origin_group="assembly").status_code == 404
    assert admin.send(f"{place}/chats/{number}", origin_group="assembly").status_code == 303
    session.expire_all()
    assert session.scalars(select(RobotChat)).one().group.slug == "assembly"
    assert session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).first() == "name_robot_chat"
    session.rollback()
    admin.send(f"{place}/chats/{number}", origin_group="")
    session.expire_all()
    assert session.scalars(select(RobotChat)).one().group is None


def test_a_robot_is_not_asked_for_a_token(admin, program):
    place = admin.send("/settings/applications", **CALLED).location
    assert f"{place}/test" not in admin.look(place)
    assert program.post(f"/applications/{place.rpartition('/')[2]}/test", {}).get_json()["trouble"] == ""


def test_the_doctor_says_how_a_robot_fares(settings: Settings, session):
    platform_applications.add(session, platform="aibot", name="群声", said=CALLED)
    session.commit()
    found = {check.name: check for check in examine(settings)}["smart robot 群声"]
    assert found.ok and "nothing has come" in found.found and found.remedy


def test_auto_replies_of_an_application_are_its_own(admin, session):
    place = admin.send("/settings/applications", **CALLED).location + "/messages"
    other = admin.send("/settings/applications", **CALLED | {"name": "二号", "app_id": "AIB2"}).location + "/messages"
    said = {"words": "投稿须知", "whole": "1", "answer": "@我 就行。"}
    assert admin.send(f"{place}/auto-replies", **said | {"answer": ""}).status_code == 422
    assert admin.send(f"{place}/auto-replies", **said).status_code == 303
    assert "@我 就行。" in admin.look(place) and "@我 就行。" not in admin.look(other)
    assert admin.send(f"{other}/auto-replies/1/removal").status_code == 404
    assert admin.send(f"{place}/auto-replies/1/removal").status_code == 303
    assert "@我 就行。" not in admin.look(place)


def test_the_doctor_says_when_nobody_listens(settings: Settings, session, people):
    factories.group(session, "readers")
    robot = platform_applications.add(session, platform="aibot", name="群声", said={"app_id": "AIB1", "secret": "long"})
    receptions.change(session, robot, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    session.commit()
    found = {check.name: check for check in examine(settings)}["long connection 群声"]
    assert not found.ok and "qunsheng listen" in found.remedy


def test_a_robot_that_changes_its_mode_while_it_is_open_is_missed_when_nobody_listens(session, people):
    factories.group(session, "readers")
    robot = platform_applications.add(session, platform="aibot", name="群声", said=CALLED)
    receptions.change(session, robot, is_open=True, origin_group="readers", stand_in="同事", by=people["admin"])
    assert silences.tell(session) == 0
    platform_applications.change(session, robot, {"secret": "long"})
    receptions.listen_anew(session, robot)
    assert silences.tell(session) == 0
    with clock.at(clock.now() + silences.MISSING):
        assert silences.tell(session) == 1
