"""After publishing: a correction is signed before it is carried over, a take-down asked once; what only the console sets."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import articles, story_rights
from editorial.articles.workflow import State as ArticleState
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import Invalid, NotAllowed, OwnText, WrongState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Purpose, State
from editorial.people.people import Person
from editorial.release import console, corrections, releases, take_downs
from editorial.release.corrections import CorrectionState
from editorial.review import sign_offs
from editorial.review.sign_offs import Typeset
from tests import factories

NEW = factories.BODY + "\n更正：新人是四名。"
TYPESET = Typeset(html="<p>更正：新人是四名。</p>", digest="四名")


@pytest.fixture
def edition(session: Session, people: dict[str, Person]) -> Edition:
    """A published edition of two articles that no interface published."""
    made = factories.scheduled(session, people, count=2)
    releases.record_published(session, made, ("https://mp.weixin.qq.com/s/one", "https://mp.weixin.qq.com/s/two"))
    return made


def proposed(session: Session, edition: Edition, people: dict[str, Person]) -> corrections.Correction:
    article = edition.lead
    return corrections.propose(session, article, NEW, base=article.revision, reason="人数写错", by=people["desk_editor"])


def test_a_correction_is_signed_by_another_and_then_carried_over(
    session: Session, people: dict[str, Person], edition: Edition
) -> None:
    one = proposed(session, edition, people)
    assert (edition.lead.state, edition.lead.revision, one.before) == (ArticleState.PUBLISHED, 2, 1)
    with pytest.raises(WrongState):
        proposed(session, edition, people)
    with pytest.raises(WrongState):
        corrections.finish(session, one, by=people["publisher"])
    corrections.sign(session, one, TYPESET, by=people["editor_in_chief"])
    signed = sign_offs.latest(session, edition.lead.id)
    assert signed is not None
    assert (signed.revision, signed.content_hash) == (2, articles.newest(session, edition.lead).content_hash)
    assert corrections.published_revision(session, edition.lead).number == 1, "readers see it once it is carried over"
    corrections.finish(session, one, by=people["publisher"])
    assert (one.state, edition.lead.state) == (CorrectionState.DONE, ArticleState.CORRECTED)
    assert corrections.published_revision(session, edition.lead).number == 2
    with pytest.raises(WrongState):
        corrections.drop(session, one, by=people["publisher"])


def test_nobody_signs_what_they_wrote_and_only_the_editor_in_chief_signs(
    session: Session, people: dict[str, Person], edition: Edition
) -> None:
    one = proposed(session, edition, people)
    with pytest.raises(NotAllowed):
        corrections.sign(session, one, TYPESET, by=people["publisher"])
    one.proposed_by = people["editor_in_chief"]
    session.flush()
    with pytest.raises(OwnText):
        corrections.sign(session, one, TYPESET, by=people["editor_in_chief"])
    corrections.drop(session, one, by=people["desk_editor"])
    assert corrections.open_of(session, edition.lead) is None and edition.lead.state == ArticleState.PUBLISHED
    again = proposed(session, edition, people)
    assert (again.before, again.revision) == (1, 3), "what was dropped is nobody's base"


def test_a_correction_passes_the_rights_gate_like_any_other_version(
    session: Session, people: dict[str, Person], edition: Edition
) -> None:
    one = proposed(session, edition, people)
    said = {"originality": "original", "reprint": "on_request", "tells_of_minor": True}
    story_rights.note(session, edition.lead, by=people["desk_editor"], **said)
    with pytest.raises(Invalid, match="minor"):
        corrections.sign(session, one, TYPESET, by=people["editor_in_chief"])
    assert one.state == CorrectionState.PROPOSED and sign_offs.latest(session, edition.lead.id).revision == 1  # type: ignore[union-attr]
    guarded = {**said, "guardian": "雨妈妈", "consent_on": clock.now().date()}
    story_rights.note(session, edition.lead, by=people["desk_editor"], **guarded)
    corrections.sign(session, one, TYPESET, by=people["editor_in_chief"])
    assert corrections.stops(session, one) == []
    story_rights.note(session, edition.lead, by=people["desk_editor"], **guarded | {"consent_on": None})
    assert ["minor" in str(problem) for problem in corrections.stops(session, one)] == [True], "lost after the signature"
    corrections.finish(session, one, by=people["publisher"])
    assert one.state == CorrectionState.DONE, "what stands there is noted as it is"


@pytest.mark.parametrize(("body", "reason", "field"), [(NEW, " ", "reason"), (factories.BODY, "人数写错", "body")])
def test_a_correction_changes_something_and_says_why(
    session: Session, people: dict[str, Person], edition: Edition, body: str, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        corrections.propose(session, edition.lead, body, base=1, reason=reason, by=people["desk_editor"])
    assert [problem.field for problem in refused.value.problems] == [field]


def test_what_is_not_out_is_not_corrected_or_taken_down(session: Session, people: dict[str, Person]) -> None:
    scheduled = factories.scheduled(session, people)
    with pytest.raises(WrongState):
        proposed(session, scheduled, people)
    with pytest.raises(WrongState):
        take_downs.ask(session, scheduled, 1, reason="数据有误", by=people["publisher"])


def test_a_take_down_is_one_promise_and_ends_the_article(session: Session, people: dict[str, Person], edition: Edition) -> None:
    wish = take_downs.ask(session, edition, 2, reason="数据有误", by=people["publisher"])
    assert wish.delivery is not None
    assert (wish.way, wish.position, wish.delivery.purpose) == ("manual", 2, Purpose.TAKE_DOWN)
    for position in (2, take_downs.ALL):
        with pytest.raises(WrongState):
            take_downs.ask(session, edition, position, reason="数据有误", by=people["publisher"])
    take_downs.ask(session, edition, 1, reason="数据有误", by=people["publisher"])
    take_downs.record(session, wish)
    take_downs.record(session, wish)
    assert [place.article.state for place in edition.places] == [ArticleState.PUBLISHED, ArticleState.TAKEN_DOWN]
    with pytest.raises(WrongState):
        take_downs.ask(session, edition, 2, reason="数据有误", by=people["publisher"])


def test_an_edition_that_waits_for_a_person_can_be_taken_back(session: Session, people: dict[str, Person]) -> None:
    account = factories.account(session, release=False, mass_send=False, draft=False)
    edition = factories.scheduled(session, people, of=account)
    (manual,) = releases.deliveries_of(session, edition)
    deliveries.shift(session, manual, State.WAITING, State.IN_FLIGHT)
    deliveries.shift(session, manual, State.IN_FLIGHT, State.ACCEPTED, awaiting="person")
    releases.give_up(session, edition, by=people["publisher"])
    assert (edition.state, manual.state) == (EditionState.CANCELLED, State.CALLED_OFF)
    assert edition.lead.state == ArticleState.SIGNED_OFF


def test_settings_of_the_console_are_kept_with_the_edition(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people)
    console.choose(session, edition, {"collection": " 车间手记 ", "original": ""}, by=people["publisher"])
    console.tick(session, edition, ["original", "comments", "nonsense"], by=people["operator"])
    console.choose(session, edition, {"reward": ""}, by=people["publisher"])
    items = console.items_of(session, edition)
    kept = [(str(item.setting), item.note, item.done_by.name if item.done_by else "") for item in items]
    assert kept == [("original", "", "罗杰"), ("reward", "", ""), ("comments", "", "罗杰")], "what was ticked off stays"
    for wrong in ({"nonsense": ""}, {"collection": "长" * 201}):
        with pytest.raises(Invalid):
            console.choose(session, edition, wrong, by=people["publisher"])
    releases.record_published(session, edition, ())
    with pytest.raises(WrongState):
        console.choose(session, edition, {}, by=people["publisher"])
