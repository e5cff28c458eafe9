"""The submission mailbox: every kind of mail becomes one numbered submission with all it holds, in order, once."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import arriving, mail_in
from app.config import Settings
from app.engine import WRITES, open_engine
from app.handed_media import HandedMedia
from app.jobs import Works
from app.media import Store
from app.wiring import Wiring
from editorial import crash
from editorial.articles.assets import Asset
from editorial.intake import arrivals, mailboxes, triage
from editorial.intake.arrivals import Arrival
from editorial.intake.conversations import Conversation
from editorial.intake.mailboxes import Mailbox
from editorial.intake.submissions import Submission
from editorial.notices import channels
from editorial.notices.channels import LANES
from editorial.notices.kinds import Channel
from editorial.notices.notices import Notice
from editorial.people.people import Person
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories, mails
from tests.conftest import make_settings
from tests.mails import Held, Story, headed, picture, text, together, words

Act = Callable[[], int]


@pytest.fixture
def box(session: Session, people: dict[str, Person], sandbox: Running) -> Mailbox:
    """A mailbox that takes everybody's mail for the readers' group."""
    factories.group(session, "readers")
    made = open_box(session, sandbox, people["admin"])
    session.expire_on_commit = False
    session.commit()
    return made


def open_box(session: Session, sandbox: Running, by: Person, strangers: str = "accept") -> Mailbox:
    settings = {"host": "127.0.0.1", "port": sandbox.imap_port(), "security": "none", "username": "tougao", "password": "p"}
    return mailboxes.change(
        session,
        address=mails.ADDRESS,
        settings=settings,
        is_open=True,
        strangers=strangers,
        origin_group="readers",
        stand_in="来信的读者",
        by=by,
    )


@pytest.fixture
def look(engine: Engine, settings: Settings, box: Mailbox) -> Act:
    """A worker looks into the mailbox."""

    def looked() -> int:
        with Session(engine.execution_options(**WRITES)) as session:
            return mail_in.look(session, f"{mailboxes.LANE}{box.id}", Store(settings), lambda: False, 5.0)

    return looked


@pytest.fixture
def take_in(engine: Engine, settings: Settings) -> Act:
    """A worker takes in what has arrived."""

    def taken() -> int:
        with Session(engine.execution_options(**WRITES)) as session:
            return arriving.take_in(session, Store(settings), lambda: False, "Asia/Shanghai", HandedMedia(Wiring(settings)))

    return taken


@pytest.fixture
def seen(engine: Engine) -> Iterator[Session]:
    """What stands now."""
    with Session(engine) as session:
        yield session


def shown_widths(session: Session, submission: Submission) -> list[int]:
    """The pictures of a submission in their order, by their widths."""
    widths = {asset.sha256: asset.width for asset in session.scalars(select(Asset))}
    return [widths[sha256] for sha256 in submission.pictures]


def place_of(session: Session, submission: Submission, held: Held) -> int:
    """Where a paragraph or a picture stands in the text; -1 for nowhere."""
    if isinstance(held, str):
        return submission.body.find(held)
    return submission.body.find(session.scalars(select(Asset.sha256).where(Asset.width == held)).one())


STORIES = mails.stories()


def test_there_are_enough_kinds() -> None:
    assert len(STORIES) >= 45 and len({story.name for story in STORIES}) == len(STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_mail_of_every_kind_becomes_one_submission_with_all_it_holds(
    story: Story, sandbox: Running, look: Act, take_in: Act, seen: Session
) -> None:
    for mail in story.mails:
        sandbox.drop_in(mail)
        look()
        take_in()
    submission = seen.scalars(select(Submission)).one()
    assert re.fullmatch(r"\d{4}-\d{4}", submission.number) and submission.channel == "mail"
    assert submission.title == story.title or not story.title
    assert shown_widths(seen, submission) == [one for one in story.holds if isinstance(one, int)]
    places = [place_of(seen, submission, one) for one in story.holds]
    assert -1 not in places and places == sorted(places), (places, submission.body)
    assert submission.contributor.email == (mails.COLLEAGUE if story.sender == mails.COLLEAGUE else "mail-1@qunsheng.invalid")
    assert [submission.body.count(one) for one in story.stands_alone] == [1] * len(story.stands_alone)
    assert seen.scalar(select(func.count()).select_from(Arrival).where(Arrival.due_at.is_not(None))) == 0


def test_a_mail_is_stored_before_it_is_marked_and_taken_once_after_a_death_in_between(
    sandbox: Running, settings: Settings, box: Mailbox, look: Act, take_in: Act, seen: Session
) -> None:
    sandbox.drop_in(headed(text(words(1)), "死过一次"))
    for place in ("record.before_commit", "record.after_commit"):
        process = multiprocessing.get_context("spawn").Process(
            target=_look_and_die, args=(settings.instance, settings.database_url, box.id, place)
        )
        process.start()
        process.join(60)
        assert process.exitcode == -9, place
    look()
    take_in()
    assert len(sandbox.effects("mail_seen")) == 1
    assert seen.scalars(select(Submission.title)).all() == ["死过一次"]


def _look_and_die(instance: Path, database_url: str, box_id: int, place: str) -> None:
    """A worker that is killed at a place."""
    settings = make_settings(instance, database_url=database_url)
    vault.open_with(settings.secret_key)
    crash.arm(place)
    with Session(open_engine(settings).execution_options(**WRITES)) as session:
        mail_in.look(session, f"{mailboxes.LANE}{box_id}", Store(settings), lambda: False, 5.0)


def test_its_writer_has_a_receipt_with_the_number_and_robots_have_none(
    sandbox: Running, settings: Settings, session: Session, people: dict[str, Person], look: Act, seen: Session
) -> None:
    with_mail_server(session, sandbox, people["admin"])
    mail = headed(text(words(1)), "要回执", Message_ID="<asks@chengjiang.example>")
    sandbox.drop_in(mail)
    sandbox.drop_in(mail)
    sandbox.drop_in(headed(text(words(2)), "自动回复：我在休假", Auto_Submitted="auto-replied"))
    sandbox.drop_in(headed(text(words(3)), "群发通讯", List_Id="<all.chengjiang.example>"))
    look()
    drain_notices(settings)
    letters = [effect["letter"] for effect in sandbox.effects("letter")]
    number = seen.scalars(select(Conversation.number).order_by(Conversation.id)).first()
    assert [letter["recipient"] for letter in letters] == [mails.COLLEAGUE]
    assert number and number in letters[0]["subject"] and number in letters[0]["text"]
    assert [one.aside for one in seen.scalars(select(Arrival).order_by(Arrival.id))] == ["", "automatic", ""]


def test_the_state_is_told_to_the_writer_and_to_nobody_else(
    sandbox: Running, settings: Settings, session: Session, people: dict[str, Person], look: Act, take_in: Act, seen: Session
) -> None:
    with_mail_server(session, sandbox, people["admin"])
    sandbox.drop_in(headed(text(words(1)), "谁的稿子"))
    look()
    take_in()
    number = seen.scalars(select(Submission.number)).one()
    for sender in (mails.COLLEAGUE, mails.STRANGER):
        sandbox.drop_in(headed(text(["在吗"]), f"状态 {number}", sender))
    look()
    drain_notices(settings)
    told = {effect["letter"]["recipient"]: effect["letter"]["text"] for effect in sandbox.effects("letter")[1:]}
    # The stranger's own words are quoted back to them, and nothing else.
    assert f"{number} 已收到" in told[mails.COLLEAGUE] and f"{number} 已收到" not in told[mails.STRANGER]
    assert "没有找到您交来的这个编号的稿件" in told[mails.STRANGER]
    assert seen.scalar(select(func.count()).select_from(Submission)) == 1


def test_a_house_may_refuse_strangers_politely_once_a_day_and_take_one_in_after_all(
    sandbox: Running,
    settings: Settings,
    session: Session,
    people: dict[str, Person],
    box: Mailbox,
    look: Act,
    take_in: Act,
    seen: Session,
) -> None:
    with_mail_server(session, sandbox, people["admin"])
    open_box(session, sandbox, people["admin"], "refuse")
    session.commit()
    for number in (1, 2):
        sandbox.drop_in(headed(text(words(number)), f"读者来信{number}", mails.STRANGER))
    forged = headed(text(words(3)), "冒名", Authentication_Results="mx.chengjiang.example; dmarc=fail")
    sandbox.drop_in(forged)
    look()
    drain_notices(settings)
    assert [one.aside for one in arrivals.aside(seen)] == ["stranger"] * 3
    assert [effect["letter"]["recipient"] for effect in sandbox.effects("letter")] == [mails.STRANGER, mails.COLLEAGUE]
    mail_in.take_after_all(session, session.get_one(Arrival, arrivals.aside(seen)[-1].id))
    session.commit()
    take_in()
    seen.rollback()
    submission = seen.scalars(select(Submission)).one()
    assert (submission.title, submission.signature) == ("读者来信1", "周小满")


def test_a_plus_and_a_short_name_in_the_address_choose_the_group(
    sandbox: Running, session: Session, look: Act, take_in: Act, seen: Session
) -> None:
    factories.group(session, "assembly")
    session.commit()
    mail = headed(text(words(1)), "装配线上").replace(mails.ADDRESS.encode(), b"tougao+assembly@chengjiang.example")
    sandbox.drop_in(mail)
    look()
    take_in()
    assert seen.scalars(select(Submission)).one().group.slug == "assembly"


def test_what_was_read_before_we_came_is_not_ours_and_a_failing_server_is_told_of(
    sandbox: Running, session: Session, look: Act, people: dict[str, Person], seen: Session
) -> None:
    sandbox.drop_in(headed(text(words(1)), "早已读过"))
    sandbox.control("POST", "mail", {"seen": 1})
    look()
    sandbox.drop_in(headed(text(words(2)), "新的一封"))
    for _ in range(3):
        sandbox.fault("/imap/login", "drop_before")
        look()
    box = seen.scalars(select(Mailbox)).one()
    assert box.reason and box.failures == 3
    assert seen.scalars(select(Notice.person_id).where(Notice.cause.like("mailbox_off:%"))).all() == [people["admin"].id]
    look()
    seen.rollback()
    assert seen.scalars(select(Arrival)).one().content["subject"] == "新的一封"
    assert not seen.scalars(select(Mailbox)).one().reason


def test_an_answer_to_a_returned_story_is_handed_in_again_in_its_place(
    sandbox: Running, session: Session, people: dict[str, Person], look: Act, take_in: Act, seen: Session
) -> None:
    sandbox.drop_in(headed(text(words(1)), "退改过的"))
    look()
    take_in()
    first = session.scalars(select(Submission)).one()
    triage.return_for_revision(session, first, by=people["desk_editor"], reason="请补照片")
    session.commit()
    sandbox.drop_in(headed(together(text(words(2)), picture(99)), "回复：退改过的"))
    look()
    take_in()
    again = seen.scalars(select(Submission).where(Submission.follows_id == first.id)).one()
    assert again.number != first.number and shown_widths(seen, again) == [99]


def with_mail_server(session: Session, sandbox: Running, by: Person) -> None:
    """The house has a mail server: the sandbox's."""
    said = {
        "host": "127.0.0.1",
        "port": sandbox.mail_port(),
        "security": "none",
        "username": "",
        "password": "",
        "sender": mails.ADDRESS,
        "sender_name": "群声",
    }
    channels.change(session, Channel.MAIL, "smtp", said, "test", by=by)
    session.commit()


def drain_notices(settings: Settings) -> None:
    """A worker sends the mails that are due."""
    Works(settings).drain(LANES[Channel.MAIL])
