"""Themes of the house: versions that stay, articles that keep theirs, and sign-offs that cover the look."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.articles import articles, themes
from editorial.articles.revisions import Content
from editorial.articles.themes import HouseTheme
from editorial.audit import AuditEntry
from editorial.errors import Invalid, NotFound, Stale
from editorial.people.people import Person
from editorial.review import revising, sign_offs, stages
from tests import factories

LOOK: dict[str, Any] = {"recipe": {"accent": "#264"}, "own": {}, "styles": {"p": "margin:1em 0"}}


@pytest.fixture
def spring(session: Session, people: dict[str, Person]) -> HouseTheme:
    return themes.create(session, name="spring", label="春天", by=people["desk_editor"], **LOOK)


def test_every_save_is_a_version_and_the_same_is_none(session: Session, people: dict[str, Person], spring: HouseTheme) -> None:
    by = people["desk_editor"]
    assert spring.reference == "spring@1"
    assert themes.save(session, "spring", base=1, label="春天", by=by, **LOOK) is spring
    second = themes.save(session, "spring", base=1, label="春天", by=by, **{**LOOK, "styles": {"p": "margin:2em 0"}})
    assert (second.reference, themes.newest_of(session, "spring")) == ("spring@2", second)
    assert themes.referred(session, "spring@1") is spring and spring.styles == LOOK["styles"]
    with pytest.raises(Stale):
        themes.save(session, "spring", base=1, label="春", by=by, **LOOK)
    told = session.scalars(select(AuditEntry.verb).where(AuditEntry.thing == "theme")).all()
    assert told == ["save_theme", "save_theme"]


@pytest.mark.parametrize("name", ["", "S", "Spring", "春天", "a b", "-a", "a@1", "x" * 25, "a.b", "a/b"])
def test_a_name_that_no_address_could_hold_is_refused(session: Session, people: dict[str, Person], name: str) -> None:
    with pytest.raises(Invalid) as refused:
        themes.create(session, name=name, label="春天", by=people["desk_editor"], **LOOK)
    assert [problem.field for problem in refused.value.problems] == ["name"]


def test_names_are_used_once_and_labels_are_short(session: Session, people: dict[str, Person], spring: HouseTheme) -> None:
    with pytest.raises(Invalid) as refused:
        themes.create(session, name="spring", label="长" * 21, by=people["desk_editor"], **LOOK)
    assert [problem.field for problem in refused.value.problems] == ["name", "label"]
    with pytest.raises(Invalid):
        themes.save(session, "spring", base=1, label=" ", by=people["desk_editor"], **LOOK)
    with pytest.raises(NotFound):
        themes.newest_of(session, "autumn")


def test_a_retired_theme_is_marked_on_all_versions_and_comes_back(
    session: Session, people: dict[str, Person], spring: HouseTheme
) -> None:
    themes.save(session, "spring", base=1, label="春", by=people["desk_editor"], **LOOK)
    themes.retire(session, "spring", by=people["admin"])
    assert [theme.retired for theme in session.scalars(select(HouseTheme))] == [True, True]
    themes.retire(session, "spring", by=people["admin"], retired=False)
    assert [theme.reference for theme in themes.everyone(session) if not theme.retired] == ["spring@2"]


@pytest.mark.parametrize("reference", "spring spring@ spring@0 spring@2 spring@x spring@1@1 autumn@1 @1 spring@٣".split())
def test_what_refers_to_nothing_is_nothing(session: Session, spring: HouseTheme, reference: str) -> None:
    assert themes.referred(session, reference) is None


def test_an_article_is_pinned_to_the_version_of_its_day(session: Session, people: dict[str, Person], spring: HouseTheme) -> None:
    article = factories.article(session, people["contributor"])
    content = articles.newest(session, article).content
    saved = articles.save(session, article, content.changed(theme="spring"), base=1, by=people["contributor"])
    assert saved.revision.theme == "spring@1"
    themes.save(session, "spring", base=1, label="春", by=people["desk_editor"], **LOOK)
    again = articles.save(session, article, saved.revision.content, base=2, by=people["contributor"])
    assert again.revision.number == 2 and again.revision.theme == "spring@1"
    newest = articles.save(session, article, content.changed(theme="spring"), base=2, by=people["contributor"])
    assert newest.revision.theme == "spring@2"


def test_p1_a_later_version_of_a_theme_leaves_a_sign_off_as_it_was(
    session: Session, people: dict[str, Person], spring: HouseTheme
) -> None:
    article = factories.article(session, people["contributor"])
    content = articles.newest(session, article).content.changed(theme="spring")
    articles.save(session, article, content, base=1, by=people["contributor"])
    stages.submit(session, article, by=people["contributor"], blockers=[])
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        factories.approve(session, article, stage, people[role])
    signed = sign_offs.standing(session, article)
    assert signed is not None
    themes.save(session, "spring", base=1, label="春", by=people["desk_editor"], **{**LOOK, "styles": {"p": ""}})
    assert sign_offs.standing(session, article) is signed
    content = articles.newest(session, article).content.changed(theme="spring")
    revising.revise(session, article, content, base=article.revision, by=people["desk_editor"])
    assert sign_offs.standing(session, article) is None


def test_names_of_built_in_themes_keep_their_hashes() -> None:
    content = Content(title="题", body="文", theme="business")
    assert content.content_hash == "1ba372900b725cb8c3bb3b948f2b71196863c72566940ca7b5f3c57a6c03b18f"
