"""The two tables of states, pair by pair: what they allow happens, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import articles, workflow
from editorial.articles.workflow import TABLE, Move
from editorial.articles.workflow import State as ArticleState
from editorial.errors import WrongState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import MOVES, Delivery, Promise, Purpose, State
from editorial.people.people import Person
from tests import factories


def test_every_article_state_can_be_reached_and_every_move_is_used() -> None:
    reached = {ArticleState.DRAFTING}
    while (more := {to for (state, _), to in TABLE.items() if state in reached}) - reached:
        reached |= more
    assert reached == set(ArticleState)
    assert {move for _, move in TABLE} == set(Move)


@pytest.mark.parametrize(("state", "move"), list(product(ArticleState, Move)))
def test_an_article_takes_the_steps_of_the_table_and_no_other(state: ArticleState, move: Move) -> None:
    assert workflow.after(state, move) == TABLE.get((state, move))


@pytest.mark.parametrize("state", list(ArticleState))
def test_the_verb_obeys_the_table(session: Session, people: dict[str, Person], state: ArticleState) -> None:
    article = factories.article(session, people["contributor"])
    for move in Move:
        article.state = state
        session.flush()
        target = TABLE.get((state, move))
        if target is None:
            with pytest.raises(WrongState):
                articles.move(session, article, move, by=people["desk_editor"])
            assert article.state == state
        else:
            articles.move(session, article, move, by=people["desk_editor"])
            assert article.state == target


def test_p1_a_signature_is_the_only_way_to_a_schedule() -> None:
    assert [state for (state, move) in TABLE if move == Move.SCHEDULE] == [ArticleState.SIGNED_OFF]
    assert {state for (state, move), to in TABLE.items() if to == ArticleState.SIGNED_OFF and move != Move.UNSCHEDULE} == {
        ArticleState.IN_REVIEW, ArticleState.IN_PROOF,
    }
    assert [state for (state, move) in TABLE if move == Move.PUBLISH] == [ArticleState.SCHEDULED]


@pytest.mark.parametrize(("state", "to"), list(product(State, State)))
def test_a_delivery_moves_as_its_table_says(session: Session, people: dict[str, Person], state: State, to: State) -> None:
    delivery = standing(session, state)
    if to not in MOVES[state]:
        with pytest.raises(ValueError, match="does not go"):
            deliveries.shift(session, delivery, state, to)
        assert delivery.state == state
        return
    assert deliveries.shift(session, delivery, state, to)
    assert delivery.state == to


def test_p3_a_move_from_a_state_that_is_gone_changes_nothing(session: Session, people: dict[str, Person]) -> None:
    delivery = standing(session, State.ACCEPTED)
    assert not deliveries.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
    assert delivery.state == State.ACCEPTED


def test_p4_every_state_but_the_last_ones_has_a_way_out() -> None:
    ends = {state for state in State if not MOVES[state]}
    assert ends == {State.SENT, State.CALLED_OFF}
    reaching = set(ends)
    while more := {state for state in State if state not in reaching and MOVES[state] & reaching}:
        reaching |= more
    assert reaching == set(State)


def standing(session: Session, state: State) -> Delivery:
    """A delivery in `state`."""
    delivery = deliveries.promise(session, Promise(
        purpose=Purpose.NOTICE, lane="trial", key=f"trial:{state}", owner_id=1, target_kind="person", target_id=1,
        target_name="某人", due_at=clock.now() - timedelta(seconds=1),
    ))
    delivery.state = state
    session.flush()
    return delivery
