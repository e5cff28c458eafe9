"""Every code that WeChat's pages name: the state it leads to, the words, and who hears of it. The table is written here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from app.filters import answered
from editorial import clock
from editorial.articles.articles import Article
from editorial.notices import Notice
from editorial.outbox import attempts, deliveries, holds
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Person
from editorial.vault import vault
from publishers.dispatch import outcomes
from publishers.wechat.client import effect_of
from publishers.wechat.errors import failure_for
from tests import factories
from tests.conftest import SECRET, make_settings
from tests.rules.house import ROOT

WAITING, REFUSED, ACCEPTED, UNKNOWN = State.WAITING, State.REFUSED, State.ACCEPTED, State.OUTCOME_UNKNOWN
TOKEN, ADD, GET, SUBMIT, ALL = "stable_token", "draft/add", "draft/get", "freepublish/submit", "message/mass/sendall"
BODY, COVER, POLL, BIZ = "media/uploadimg", "material/add_material", "freepublish/get", "datacube/getbizsummary"
COMMENT, CUSTOM, DELETE, CLEAR = "comment/list", "message/custom/send", "message/mass/delete", "clear_quota"
SIGN_IN = "sns/oauth2/access_token"

# codes, call, state, who is told beside the publishers, words
ROWS: list[tuple[tuple[int, ...], str, State, str, str]] = [
    # sections 2.3 and 15: tokens, configuration, standing
    ((-1,), TOKEN, WAITING, "operator", "busy. It will be tried again"),
    ((-1,), ADD, WAITING, "operator", "busy. It will be tried again"),
    ((-1,), SUBMIT, UNKNOWN, "operator", "may be out all the same"),
    ((-1,), ALL, UNKNOWN, "operator", "may be out all the same"),
    ((40001, 40014, 42001), SUBMIT, REFUSED, "owner", "Another program is probably fetching tokens"),
    ((40001, 40125, 41004), TOKEN, REFUSED, "owner", "The AppSecret is wrong. Copy it again"),
    ((40013, 41002), TOKEN, REFUSED, "owner", "The AppID is not valid. Check"),
    ((40002, 43002), TOKEN, REFUSED, "owner", "fault of this program"),
    ((40164,), TOKEN, REFUSED, "owner", "IP white list. Add it"),
    ((40243,), TOKEN, REFUSED, "owner", "Unfreeze it"),
    ((45009,), TOKEN, WAITING, "operator", "goes on after midnight in China"),
    ((45011, 42010), SUBMIT, WAITING, "operator", "tried again in a minute"),
    ((50004,), TOKEN, REFUSED, "owner", "closed the token interface"),
    ((50007,), TOKEN, REFUSED, "owner", "frozen this account"),
    ((89503,), TOKEN, REFUSED, "owner", "must confirm this server's address"),
    ((89506,), TOKEN, REFUSED, "owner", "Ask again in 24 hours"),
    ((89507,), TOKEN, REFUSED, "owner", "Ask again in one hour"),
    ((50001, 50002), SUBMIT, REFUSED, "owner", "restricted this account"),
    ((48004,), SUBMIT, REFUSED, "owner", "banned this account's interfaces"),
    ((53500,), SUBMIT, REFUSED, "owner", "banned this account from publishing"),
    ((48006,), CLEAR, REFUSED, "operator", "ten resets"),
    # rights
    ((48001,), SUBMIT, ACCEPTED, "owner", "publish it by hand and paste the link"),
    ((48001,), ALL, ACCEPTED, "owner", "publish it by hand and paste the link"),
    ((48001,), ADD, ACCEPTED, "owner", "Copy the article into the console"),
    ((48001,), COMMENT, ACCEPTED, "owner", "right to use this interface"),
    ((48003,), ALL, ACCEPTED, "owner", "mass-send agreement"),
    ((48008,), ALL, ACCEPTED, "owner", "this kind of message"),
    ((40200, 76022), ALL, ACCEPTED, "owner", "does not open this interface"),
    ((88000,), ADD, ACCEPTED, "editor", "goes out with comments closed"),
    # sections 3.1 and 4.7: pictures and drafts
    ((40004,), COVER, REFUSED, "editor", "kind of file. Use JPG or PNG"),
    ((40005,), BODY, REFUSED, "editor", "kind of picture. Use JPG or PNG"),
    ((40006, 40009, 45001), BODY, REFUSED, "editor", "too large for WeChat. Use a smaller one"),
    ((40137,), BODY, REFUSED, "editor", "cannot read a picture's format"),
    ((44001, 41005), BODY, REFUSED, "editor", "Upload it again"),
    ((40007,), ADD, REFUSED, "editor", "Choose another cover"),
    ((40007,), GET, REFUSED, "editor", "no longer in the draft box"),
    ((40007,), COVER, REFUSED, "editor", "Choose the cover anew"),
    ((40007,), SUBMIT, UNKNOWN, "operator", "may have been published already"),
    ((40007,), ALL, UNKNOWN, "operator", "may have been published already"),
    ((40114,), "draft/update", REFUSED, "owner", "fault of this program"),
    ((41039,), ADD, REFUSED, "editor", "Use a public web address"),
    ((44003,), ADD, REFUSED, "editor", "found no article"),
    ((44004,), ADD, REFUSED, "editor", "Write the body"),
    ((45003,), ADD, REFUSED, "editor", "title is too long"),
    ((45004,), ADD, REFUSED, "editor", "digest is too long"),
    ((45110,), ADD, REFUSED, "editor", "author's name is too long"),
    ((45002,), ADD, REFUSED, "editor", "body is too long"),
    ((45005,), ADD, REFUSED, "editor", "link to the original is too long"),
    ((45008,), CUSTOM, REFUSED, "editor", "too many articles"),
    ((45166,), ADD, REFUSED, "editor", "Look at what was changed last"),
    ((40155,), ADD, REFUSED, "editor", "Take the link out"),
    ((47001, 40033), ADD, REFUSED, "owner", "fault of this program"),
    ((53404,), ADD, REFUSED, "editor", "may not use product cards"),
    ((53405, 53406), ADD, REFUSED, "editor", "Choose the product anew"),
    # section 5: publishing
    ((53503,), SUBMIT, REFUSED, "editor", "Open it in WeChat's console to see why"),
    ((53504,), SUBMIT, ACCEPTED, "editor", "published by hand in the console"),
    ((53505,), SUBMIT, ACCEPTED, "editor", "saved once by hand in the console, then published there"),
    ((53501,), SUBMIT, WAITING, "operator", "tried again in five minutes"),
    ((53502,), POLL, REFUSED, "owner", "does not know this publishing task"),
    ((53600,), POLL, REFUSED, "editor", "does not know this published article"),
    ((40002,), POLL, REFUSED, "owner", "fault of this program"),
    # section 6: mass sends
    ((40008, 45162, 40031, 40032, 40130), ALL, REFUSED, "owner", "fault of this program"),
    ((40152, 45159), ALL, REFUSED, "operator", "Choose another audience"),
    ((45028,), ALL, REFUSED, "operator", "Choose a later day"),
    ((45062,), ALL, ACCEPTED, "operator", "carries advertisements"),
    ((45065,), ALL, UNKNOWN, "operator", "being found out"),
    ((45066,), ALL, WAITING, "operator", "asked again after a minute"),
    ((45067,), ALL, REFUSED, "owner", "fault of this program"),
    ((45113,), ALL, REFUSED, "operator", "Send an article"),
    ((48021,), ALL, ACCEPTED, "editor", "saved once by hand"),
    ((48022,), ALL, ACCEPTED, "editor", "holds a video"),
    ((89504, 89505), ALL, UNKNOWN, "operator", "Do not send it again"),
    ((45083, 45084), "message/mass/speed/set", REFUSED, "owner", "fault of this program"),
    ((40059,), DELETE, REFUSED, "editor", "does not know this mass send"),
    ((40060, 40065), DELETE, REFUSED, "editor", "cannot be deleted any more"),
    ((40204,), DELETE, REFUSED, "editor", "after a complaint"),
    # sections 9 to 12: readers
    ((45015,), CUSTOM, REFUSED, "operator", "48 hours"),
    ((45047,), CUSTOM, REFUSED, "operator", "As many messages as WeChat allows"),
    ((43004,), CUSTOM, REFUSED, "operator", "does not follow the account"),
    ((48002,), CUSTOM, REFUSED, "operator", "does not take messages"),
    ((40003,), CUSTOM, REFUSED, "operator", "does not know this follower"),
    ((70000,), CUSTOM, REFUSED, "operator", "protects this young follower"),
    ((88001,), COMMENT, REFUSED, "operator", "does not know this article"),
    ((88002,), COMMENT, REFUSED, "operator", "because of its subject"),
    ((88003,), COMMENT, REFUSED, "operator", "Take one back first"),
    ((88004,), COMMENT, REFUSED, "operator", "has deleted this comment"),
    ((88005,), COMMENT, REFUSED, "operator", "Delete that one first"),
    ((88007,), COMMENT, REFUSED, "operator", "empty or too long"),
    ((88008,), COMMENT, REFUSED, "operator", "does not know this comment"),
    ((88010,), COMMENT, REFUSED, "owner", "fault of this program"),
    ((61500, 61501), BIZ, REFUSED, "owner", "fault of this program"),
    ((61503,), BIZ, WAITING, "operator", "not prepared these figures"),
    ((40029, 40163, 42003), SIGN_IN, REFUSED, "operator", "open the page anew"),
    # the rest of section 15
    ((40035, 40038, 41001, 41006, 43001, 43003, 44002), ADD, REFUSED, "owner", "fault of this program"),
    # no code of ours
    ((99123, 12), ADD, REFUSED, "owner", "not in our list"),
]
CASES = [(code, *rest) for codes, *rest in ROWS for code in codes]
RID = "6a2b1c-0d9e-77ff"
CIRCLE = {"editor": "desk_editor", "operator": "operator", "owner": "admin"}


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, dict[str, Person], int]]:
    """A database with one scheduled edition, whose article has an editor."""
    folder = tmp_path_factory.mktemp("codes")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    vault.open_with(SECRET)
    engine = open_engine(make_settings(folder))
    with Session(engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        edition = factories.scheduled(session, everyone)
        session.get_one(Article, edition.lead.id).editor_id = everyone["desk_editor"].id
        session.commit()
        yield session, everyone, edition.id
    engine.dispose()


@pytest.mark.parametrize(("code", "call", "state", "told", "words"), CASES)
def test_a_code_leads_to_a_state_to_words_and_to_somebody(
    desk: tuple[Session, dict[str, Person], int], code: int, call: str, state: State, told: str, words: str
) -> None:
    session, everyone, edition_id = desk
    promised = deliveries.promise(session, Promise(
        purpose=Purpose.RELEASE, lane="account:1", key=f"{call}:{code}", owner_id=edition_id, target_kind="account",
        target_id=1, target_name="澄江机电", due_at=clock.now(), edition_id=edition_id,
    ))
    before = session.scalar(select(func.max(Notice.id))) or 0
    failure = failure_for(code, f"invalid rid: {RID}", call=call, effect=effect_of(f"/cgi-bin/{call}"))
    ((_, ticket),) = attempts.claim(session, [promised])
    outcomes.record_failure(session, ticket, failure, Timing(), reads_back=True)
    holds.release_hold(session, "account:1")
    session.flush()
    delivery = session.get_one(Delivery, promised.id, populate_existing=True)
    assert delivery.state == state
    assert (delivery.awaiting == "person") is (state == ACCEPTED)
    assert words in delivery.reason
    assert answered(delivery.reason, delivery.code, delivery.rid).endswith(f"({code}, rid {RID})")
    assert str(failure.told) == told
    hearers = set(session.scalars(select(Notice.person_id).where(Notice.id > before)))
    if state != WAITING or (delivery.due_at - clock.now()).total_seconds() > 120:
        assert hearers >= {everyone["publisher"].id, everyone[CIRCLE[told]].id}
    if told != "owner":
        assert everyone["admin"].id not in hearers


def test_every_sentence_is_there_in_chinese() -> None:
    chinese: dict[str, str] = {}
    for path in (ROOT / "app/translations/zh/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as stream:
            chinese |= {str(message.id): str(message.string) for message in read_po(stream, locale="zh")}
    for code, call, *_ in CASES:
        reason = failure_for(code, "", call=call, effect=effect_of(f"/cgi-bin/{call}")).reason
        assert chinese.get(reason), reason
