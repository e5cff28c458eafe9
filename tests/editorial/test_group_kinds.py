"""Kinds of groups: what their forms ask, what is kept of the answers, and where their stories go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial.articles import adopting, articles, themes
from editorial.articles.revisions import Content
from editorial.audit import AuditEntry
from editorial.errors import Invalid
from editorial.groups import kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FieldKind, Filled, FormField
from editorial.intake import submissions
from editorial.intake.submissions import Submission
from editorial.people.people import Person
from editorial.review import plans, routes
from editorial.topics import columns
from editorial.vault import vault
from tests import factories
from tests.conftest import SECRET, make_settings

People = dict[str, Person]
LESSON = (
    FormField("时间", FieldKind.DATE, required=True),
    FormField("讲师", required=True, hint="姓名和部门"),
    FormField("参加人数", FieldKind.NUMBER),
    FormField("在哪里讲", FieldKind.CHOICE, choices=("教室", "车间")),
    FormField("学到的一手", FieldKind.LONG_TEXT),
)
ANSWERS = {"时间": "2026-03-13", "讲师": "祝师傅", "参加人数": "37", "在哪里讲": "车间", "学到的一手": "先量\n再锉"}


@pytest.fixture
def both(database_url: str, tmp_path: object) -> Iterator[Session]:
    """A session on each kind of database."""
    vault.open_with(SECRET)
    engine: Engine = open_engine(make_settings(tmp_path, database_url=database_url))  # type: ignore[arg-type]
    with Session(engine.execution_options(**WRITES)) as opened:
        yield opened
    engine.dispose()


def world(session: Session) -> People:
    """People, and a training group whose kind has a form."""
    people = factories.one_of_each(session)
    factories.group(session).kind = Kind.TRAINING
    kinds.change(session, Kind.TRAINING, LESSON, by=people["editor_in_chief"])
    return people


def hand_in(session: Session, by: Person, said: dict[str, str] | None, **more: bool) -> Submission:
    filled = Filled(said, **more) if said is not None else None
    return submissions.receive(session, title="新员工第一课", body="两百字。", origin_group="assembly", by=by, filled=filled)


def wrong(session: Session, by: Person, said: dict[str, str]) -> set[str]:
    """The fields that are named."""
    with pytest.raises(Invalid) as error:
        hand_in(session, by, said)
    return {problem.field for problem in error.value.problems}


def test_answers_are_kept_as_they_were_asked(both: Session) -> None:
    people = world(both)
    came = hand_in(both, people["contributor"], ANSWERS)
    both.commit()
    both.expire_all()
    assert [(one["label"], one["kind"], one["answer"]) for one in came.answers] == [
        ("时间", "date", "2026-03-13"), ("讲师", "short_text", "祝师傅"), ("参加人数", "number", "37"),
        ("在哪里讲", "choice", "车间"), ("学到的一手", "long_text", "先量\n再锉"),
    ]
    found = both.scalars(submissions.WORDS.matching(both, select(Submission), "祝师傅", Submission.id)).all()
    assert found == [came]


def test_changing_a_form_or_a_groups_kind_changes_no_submission(both: Session) -> None:
    people = world(both)
    came = hand_in(both, people["contributor"], ANSWERS)
    before = [dict(one) for one in came.answers]
    kinds.change(both, Kind.TRAINING, [FormField("主题", required=True)], by=people["editor_in_chief"])
    came.group.kind = Kind.SALES
    both.commit()
    both.expire_all()
    assert came.answers == before
    again = hand_in(both, people["contributor"], {})
    assert again.answers == []


@pytest.mark.parametrize(("said", "fields"), [
    ({}, {"fields.时间", "fields.讲师"}),
    ({**ANSWERS, "时间": "三月十三"}, {"fields.时间"}),
    ({**ANSWERS, "时间": "20260313"}, {"fields.时间"}),
    ({**ANSWERS, "时间": "2026-02-30"}, {"fields.时间"}),
    ({**ANSWERS, "参加人数": "三十几"}, {"fields.参加人数"}),
    ({**ANSWERS, "在哪里讲": "食堂"}, {"fields.在哪里讲"}),
    ({**ANSWERS, "讲师": "师" * 201}, {"fields.讲师"}),
    ({**ANSWERS, "天气": "晴"}, {"fields.天气"}),
])
def test_a_bad_or_missing_answer_is_named(session: Session, said: dict[str, str], fields: set[str]) -> None:
    people = world(session)
    assert wrong(session, people["contributor"], said) == fields
    assert session.scalar(select(Submission)) is None


def test_a_way_in_without_a_form_is_asked_nothing(session: Session) -> None:
    people = world(session)
    assert hand_in(session, people["contributor"], None).answers == []


def test_what_was_asked_while_somebody_typed_is_kept(session: Session) -> None:
    people = world(session)
    came = hand_in(session, people["contributor"], {**ANSWERS, "天气": "晴"}, asked_before=True)
    assert came.answers[-1] == {"label": "天气", "kind": "long_text", "answer": "晴"}


@pytest.mark.parametrize(("form", "fields"), [
    ([FormField("问", hint="好")] * 2, {"fields.1.label"}),
    ([FormField(" ")], {"fields.0.label"}),
    ([FormField("问" * 31)], {"fields.0.label"}),
    ([FormField("问", hint="示" * 101)], {"fields.0.hint"}),
    ([FormField("问", "colour")], {"fields.0.kind"}),
    ([FormField("问", FieldKind.CHOICE, choices=("一", " 一 "))], {"fields.0.choices"}),
    ([FormField("问", FieldKind.CHOICE, choices=("一", "二" * 41))], {"fields.0.choices"}),
    ([FormField(f"问{number}") for number in range(9)], {"fields"}),
])
def test_a_form_that_cannot_be_asked_is_refused(session: Session, people: People, form: list[FormField], fields: set[str]) -> None:
    with pytest.raises(Invalid) as error:
        kinds.change(session, Kind.OTHER, form, by=people["admin"])
    assert {problem.field for problem in error.value.problems} == fields
    assert kinds.of(session, Kind.OTHER).form == ()


def test_the_same_form_again_is_no_deed(session: Session, people: People) -> None:
    for _ in range(2):
        kinds.change(session, Kind.OTHER, LESSON, theme="warm", by=people["admin"])
    deeds = session.scalars(select(AuditEntry).where(AuditEntry.verb == "change_group_kind")).all()
    assert len(deeds) == 1


def test_articles_begin_in_the_theme_of_their_kind_while_it_is_offered(session: Session, people: People) -> None:
    factories.group(session).kind = Kind.CULTURE
    words = {"label": "春", "recipe": {}, "own": {}, "styles": {}}
    themes.create(session, name="spring", by=people["admin"], **words)  # type: ignore[arg-type]
    kinds.change(session, Kind.CULTURE, [], theme="spring", by=people["admin"])
    came = hand_in(session, people["contributor"], None)
    made = adopting.adopt(session, came, by=people["desk_editor"], body=came.body)
    assert made.revision.theme == "spring@1"
    themes.retire(session, "spring", by=people["admin"])
    later = articles.write(session, Content("后来", "后来。", theme=""), origin_group="assembly", by=people["contributor"])
    assert later.revision.theme == "default"


def test_a_kind_takes_one_route_and_a_columns_goes_before(session: Session, people: People) -> None:
    by = people["editor_in_chief"]
    first = routes.add(session, "会签", plans.serial([*plans.REVIEWS, "legal"]), by=by, group_kinds=["sales", "product"])
    second = routes.add(session, "加校", plans.serial([*plans.REVIEWS, "proof_1"]), by=by)
    article = factories.article(session, people["contributor"])
    article.group.kind = Kind.SALES
    routes.claim(session, Kind.SALES, second.id, by=by)
    assert (first.group_kinds, second.group_kinds) == (["product"], ["sales"])
    assert routes.choose(session, article).version.route is second
    column = columns.add(session, name="身边人", route="会签", by=by)
    article.column_id = column.id
    session.flush()
    session.expire(article, ["column"])
    assert routes.choose(session, article).version.route is first
    article.column_id = None
    session.flush()
    session.expire(article, ["column"])
    routes.claim(session, Kind.SALES, None, by=by)
    assert routes.choose(session, article).version.route.of_house
    with pytest.raises(Invalid):
        routes.claim(session, Kind.SALES, 999, by=by)


def test_the_usual_columns_come_first(both: Session) -> None:
    people = world(both)
    made = {name: columns.add(both, name=name, by=people["admin"]) for name in ("甲", "乙", "丙")}
    columns.set_usual(both, Kind.TRAINING, {made["丙"].id}, by=people["admin"])
    both.commit()
    both.expire_all()
    assert columns.usual_first(columns.everyone(both), Kind.TRAINING)[0] is made["丙"]
    columns.set_usual(both, Kind.TRAINING, set(), by=people["admin"])
    assert made["丙"].group_kinds == []
    with pytest.raises(Invalid):
        columns.set_usual(both, Kind.TRAINING, {999}, by=people["admin"])
