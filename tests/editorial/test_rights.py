"""The rights ledger: what blocks a publication, what a withdrawal finds, and labels of AI that do not vanish unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import ai_uses, articles, assets, picture_rights, picture_uses, story_rights
from editorial.articles.ai_uses import AiUse, Degree, Part
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.articles.picture_rights import ConsentScope, Wanted, today
from editorial.articles.revisions import Content
from editorial.audit import AuditEntry
from editorial.errors import Invalid, WrongState
from editorial.notices import Notice
from editorial.outbox.deliveries import State
from editorial.people.people import Person
from editorial.release import releases, rights_tasks
from editorial.release.rights_tasks import TaskState
from editorial.review import revising, stages
from publishers.dispatch import gate
from tests import factories

ACCOUNT = [ConsentScope.OFFICIAL_ACCOUNT]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """The same day from the first line of a test to its last, whatever the hour it runs at."""
    with clock.at(clock.from_wall(datetime.combine(today(), time(12)))):
        yield


@pytest.fixture
def picture(session: Session) -> Asset:
    return assets.keep(session, sha256="a" * 64, content_type="image/jpeg", width=900, height=600, size=9, alt_text="雨中的厂区")


def _showing(session: Session, people: dict[str, Person], picture: Asset, words: str = "昨夜下了雨，泵房没有停。") -> Article:
    return factories.article(session, people["contributor"], body=f"{words}\n\n![雨]({picture.url})\n\n天亮时水退了。\n")


def _submit(session: Session, article: Article) -> None:
    stages.submit(session, article, by=article.contributor, blockers=[])


def _refused(session: Session, article: Article) -> list[str]:
    with pytest.raises(Invalid) as refused:
        _submit(session, article)
    return [str(problem) for problem in refused.value.problems]


def _save(session: Session, article: Article, body: str) -> None:
    content = articles.newest(session, article).content.changed(body=body)
    revising.revise(session, article, content, base=article.revision, by=article.contributor)


def test_an_unknown_licence_stops_nothing_and_is_named(session: Session, people: dict[str, Person], picture: Asset) -> None:
    article = _showing(session, people, picture)
    assert picture_rights.unknown(session, articles.newest(session, article).content) == [picture]
    _submit(session, article)
    picture_rights.note(session, picture, by=people["desk_editor"], licence_status="own", licence_source="厂办拍摄")
    assert picture_rights.unknown(session, articles.newest(session, article).content) == []


def test_a_minor_needs_the_guardians_consent(session: Session, people: dict[str, Person], picture: Asset) -> None:
    article, by = _showing(session, people, picture), people["desk_editor"]
    picture_rights.note(session, picture, by=by, shows_minor=True)
    assert "minor" in _refused(session, article)[0]
    picture_rights.add_consent(session, picture, name="陈立", scopes=ACCOUNT, given_on=today(), by=by)
    assert "minor" in _refused(session, article)[0], "an adult's consent is not the guardian's"
    with pytest.raises(Invalid):
        picture_rights.add_consent(session, picture, name="小雨", scopes=ACCOUNT, given_on=today(), is_minor=True, by=by)
    picture_rights.add_consent(
        session, picture, name="小雨", scopes=["internal"], given_on=today(), is_minor=True, guardian="雨妈妈", by=by,
    )
    assert _refused(session, article), "internal use is not publication"
    picture_rights.add_consent(
        session, picture, name="小雨", scopes=ACCOUNT, given_on=today(), is_minor=True, guardian="雨妈妈", by=by,
    )
    _submit(session, article)


@pytest.mark.parametrize(("given", "until", "scopes", "stands"), [
    (None, None, [], False),
    (0, None, ["internal", "advertising"], False),
    (-9, -1, ["official_account"], False),
    (1, None, ["official_account"], False),
    (-9, 0, ["official_account"], True),
])
def test_a_person_shown_agreed_to_this_and_for_today(
    session: Session, people: dict[str, Person], picture: Asset, given: int | None, until: int | None, scopes: list[str],
    stands: bool,
) -> None:
    """`given` and `until` in days from today."""
    article = _showing(session, people, picture)
    given_on, last = (None if days is None else today() + timedelta(days=days) for days in (given, until))
    picture_rights.add_consent(
        session, picture, name="陈立", scopes=scopes, given_on=given_on, until=last, by=people["desk_editor"],
    )
    if stands:
        _submit(session, article)
    else:
        assert "陈立" in _refused(session, article)[0]


def test_a_licence_that_has_ended_blocks_also_the_cover(session: Session, people: dict[str, Person], picture: Asset) -> None:
    article = factories.article(session, people["contributor"])
    content = articles.newest(session, article).content.changed(cover=picture.sha256)
    revising.revise(session, article, content, base=1, by=article.contributor)
    with pytest.raises(Invalid):
        picture_rights.note(session, picture, by=people["desk_editor"], licence_status="free", attribution=" ")
    until = today() - timedelta(days=1)
    picture_rights.note(session, picture, by=people["desk_editor"], licence_status="licensed", licensed_until=until)
    assert until.isoformat() in _refused(session, article)[0]
    picture_rights.note(session, picture, by=people["desk_editor"], licensed_until=today())
    _submit(session, article)


def test_a_story_about_a_minor_needs_consent_too(session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"])
    said = {"originality": "original", "reprint": "on_request", "tells_of_minor": True}
    story_rights.note(session, article, by=people["desk_editor"], **said)
    assert "minor" in _refused(session, article)[0]
    with pytest.raises(Invalid):
        story_rights.note(session, article, by=people["desk_editor"], originality="reprint", reprint="on_request")
    story_rights.note(session, article, by=people["desk_editor"], **said, guardian="雨妈妈", consent_on=today())
    _submit(session, article)


def test_every_version_notes_what_it_shows(session: Session, people: dict[str, Person], picture: Asset) -> None:
    article = _showing(session, people, picture)
    _save(session, article, "换掉了图。")
    _save(session, article, f"又换回来。\n\n![雨]({picture.url})\n")
    (use,) = picture_uses.of_picture(session, picture.sha256)
    assert (use.article_id, use.first_revision, use.last_revision) == (article.id, 1, 3)


def _published(session: Session, people: dict[str, Person], picture: Asset) -> Article:
    edition = _scheduled(session, people, picture)
    for delivery in releases.deliveries_of(session, edition):
        delivery.state = State.SENT
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/abc",))
    return edition.places[0].article


def _scheduled(session: Session, people: dict[str, Person], picture: Asset):
    edition = factories.scheduled(session, people)
    article = edition.places[0].article
    picture_uses.note(session, article.id, article.revision, body="", cover=picture.sha256)
    signed = rights_tasks.sign_offs.latest(session, article.id)
    signed.html = f'<img src="{picture.url}">'
    session.flush()
    return edition


def test_a_withdrawal_finds_every_published_use_and_a_person_decides(
    session: Session, people: dict[str, Person], picture: Asset
) -> None:
    article, by = _published(session, people, picture), people["publisher"]
    draft = _showing(session, people, picture)
    consent = picture_rights.add_consent(session, picture, name="陈立", scopes=ACCOUNT, given_on=today(), by=by)
    (task,) = rights_tasks.withdraw_consent(session, consent, reason="离职", by=by)
    assert (task.article_id, task.cause, task.state) == (article.id, "consent_withdrawn", TaskState.OPEN)
    assert article.state == "published", "nothing is taken down by itself"
    told = session.scalars(select(Notice).where(Notice.thing == "asset")).all()
    assert {notice.person_id for notice in told} >= {people["publisher"].id} and told[0].params["count"] == 1
    assert _refused(session, draft), "what is not out yet is stopped"
    with pytest.raises(WrongState):
        rights_tasks.withdraw_consent(session, consent, reason="再来", by=by)
    with pytest.raises(Invalid):
        rights_tasks.settle(session, task, taken_down=False, reason=" ", by=by)
    rights_tasks.settle(session, task, taken_down=False, reason="画面中已认不出", by=by)
    assert rights_tasks.waiting_count(session) == 0
    with pytest.raises(WrongState):
        rights_tasks.settle(session, task, taken_down=True, reason="还是撤", by=by)
    verbs = session.scalars(select(AuditEntry.verb)).all()
    assert {"note_consent", "withdraw_consent", "settle_rights"} <= set(verbs)


def test_what_ends_by_its_date_opens_its_tasks_once(session: Session, people: dict[str, Person], picture: Asset) -> None:
    _published(session, people, picture)
    by = people["desk_editor"]
    picture_rights.note(session, picture, by=by, licence_status="licensed", licensed_until=today())
    picture_rights.add_consent(session, picture, name="陈立", scopes=ACCOUNT, given_on=today(), until=today(), by=by)
    assert rights_tasks.open_ended(session) == []
    with clock.at(clock.now() + timedelta(days=1)):
        assert {task.cause for task in rights_tasks.open_ended(session)} == {"licence_ended", "consent_ended"}
        assert rights_tasks.open_ended(session) == []


def test_a_right_lost_after_scheduling_stops_the_delivery(session: Session, people: dict[str, Person], picture: Asset) -> None:
    edition = factories.scheduled(session, people)
    article = edition.places[0].article
    delivery = releases.deliveries_of(session, edition)[0]
    assert gate.refusal_of(session, delivery) == ""
    said = {"originality": "original", "reprint": "on_request", "tells_of_minor": True}
    story_rights.note(session, article, by=people["desk_editor"], **said)
    assert "lost a right" in gate.refusal_of(session, delivery)


def test_the_ledger_is_asked_by_standing_and_person(session: Session, people: dict[str, Person], picture: Asset) -> None:
    other = assets.keep(session, sha256="b" * 64, content_type="image/png", width=9, height=9, size=9, ai_generated=True)
    picture_rights.note(session, picture, by=people["desk_editor"], licence_status="own", shows_minor=True)
    picture_rights.add_consent(session, picture, name="陈立", scopes=ACCOUNT, given_on=today(), by=people["desk_editor"])
    asked = {name: picture_rights.ledger(session, Wanted(standing=name), 9) for name in ("", "own", "unknown", "minors", "ai")}
    assert asked == {"": [other, picture], "own": [picture], "unknown": [other], "minors": [picture], "ai": [other]}
    assert picture_rights.ledger(session, Wanted(person="陈立"), 9) == [picture]
    assert picture_rights.ledger(session, Wanted(before=other.id), 9) == [picture]


BODY = "第一段由人写成，讲泵房。\n\n第二段请工具起草，讲水位。\n\n第三段收尾。\n"


@pytest.mark.parametrize(("part", "place", "label"), [
    (Part.ARTICLE, "", "本文由 AI 辅助生成"), (Part.PASSAGE, "第二段请工具起草", "本段由 AI 辅助生成"),
])
def test_a_declared_label_cannot_vanish_unnoticed(
    session: Session, people: dict[str, Person], part: Part, place: str, label: str
) -> None:
    article, by = factories.article(session, people["contributor"], body=BODY), people["contributor"]
    content = articles.newest(session, article).content
    shown = ai_uses.declare(session, article, content, part=part, place=place, degree=Degree.ASSISTED, tool="写作助手", by=by)
    assert label in shown.body
    if part == Part.PASSAGE:
        assert shown.body.index("第二段") < shown.body.index(label) < shown.body.index("第三段")
    revising.revise(session, article, shown, base=1, by=by)
    _save(session, article, BODY)
    assert "label" in _refused(session, article)[0]
    back = ai_uses.with_labels(session, article, articles.newest(session, article).content)
    assert back.body == shown.body
    (use,) = ai_uses.standing(session, article)
    with pytest.raises(Invalid):
        ai_uses.take_back(session, use, reason=" ", by=by)
    ai_uses.take_back(session, use, reason="这一段已由人重写", by=by)
    _submit(session, article)
    assert session.get_one(AiUse, use.id).withdrawn_reason == "这一段已由人重写"


def test_a_passage_that_is_gone_asks_for_its_declaration(session: Session, people: dict[str, Person]) -> None:
    article, by = factories.article(session, people["contributor"], body=BODY), people["contributor"]
    content = articles.newest(session, article).content
    shown = ai_uses.declare(session, article, content, part="passage", place="第二段请工具起草", degree="generated", by=by)
    _save(session, article, shown.body.replace("第二段请工具起草，讲水位。", "水位另述。"))
    assert "passage" in _refused(session, article)[0]
    for place in ("短", "文中没有的一整段话"):
        with pytest.raises(Invalid):
            ai_uses.declare(session, article, shown, part="passage", place=place, degree="generated", by=by)


def test_a_picture_made_with_ai_carries_its_label(session: Session, people: dict[str, Person], picture: Asset) -> None:
    article, by = _showing(session, people, picture), people["contributor"]
    picture.ai_generated = True
    assert "雨中的厂区" in _refused(session, article)[0]
    content = ai_uses.with_labels(session, article, articles.newest(session, article).content)
    places = [content.body.index(words) for words in (picture.url, "本图由 AI 生成", "天亮")]
    assert places == sorted(places)
    assert ai_uses.with_labels(session, article, content) == content
    revising.revise(session, article, content, base=1, by=by)
    _submit(session, article)


def test_declaring_a_picture_marks_it_for_every_article(session: Session, people: dict[str, Person], picture: Asset) -> None:
    first, second = (_showing(session, people, picture, words) for words in ("甲篇讲雨夜的泵房。", "乙篇讲第二天的清理。"))
    by = people["contributor"]
    shown: Content = ai_uses.declare(
        session, first, articles.newest(session, first).content, part="picture", place=picture.sha256, degree="assisted", by=by,
    )
    revising.revise(session, first, shown, base=1, by=by)
    assert picture.is_ai_made and _refused(session, second)
    _submit(session, first)


@pytest.mark.parametrize("front", ["---\nai: true\n---\n", "---\ntitle: 雨\nai: 是\n---\n"])
def test_the_front_matters_label_counts(front: str) -> None:
    assert ai_uses.labelled(front + BODY, Part.ARTICLE, "", Degree.ASSISTED) == front + BODY
