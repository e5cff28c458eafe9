"""The error table, tested as a table."""

from __future__ import annotations

import pytest

from publishers.connector import Failure, HandOver, OutcomeUnknown, Refused, SwitchedOff, TryLater
from publishers.wechat.errors import (
    Effect,
    failure_for,
    mass_failure,
    publish_failure,
    seconds_to_next_day,
    unclear,
)

LATER, NO, OFF, PERSON, UNKNOWN = TryLater, Refused, SwitchedOff, HandOver, OutcomeUnknown
READ, ADD, SUBMIT, SEND = "draft/get", "draft/add", "freepublish/submit", "message/mass/sendall"
EFFECTS = {READ: Effect.NONE, ADD: Effect.HIDDEN, SUBMIT: Effect.VISIBLE, SEND: Effect.VISIBLE}


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        (READ, -1, LATER), (ADD, -1, LATER), (SUBMIT, -1, UNKNOWN), (SEND, -1, UNKNOWN),
        *((SUBMIT, code, OFF) for code in (40001, 40014, 42001, 40013, 41002, 40125, 41004, 40164, 40243)),
        *((SUBMIT, code, OFF) for code in (89503, 89506, 89507, 50001, 50002, 50004, 50007, 48004, 53500)),
        *((SUBMIT, code, LATER) for code in (45009, 45011, 42010, 53501)),
        (SEND, 45066, LATER), (READ, 61503, LATER),
        *((SUBMIT, code, PERSON) for code in (48001, 48003, 48008, 53504, 53505, 45062, 48021, 48022, 40200, 76022)),
        (ADD, 88000, PERSON),
        *((ADD, code, NO) for code in (45002, 45003, 45004, 45005, 45110, 45166, 41039, 40155, 44003, 40007)),
        *((ADD, code, NO) for code in (40004, 40005, 40006, 40009, 40137, 45001, 44001, 41005, 53404, 53405, 53406)),
        *((ADD, code, NO) for code in (40033, 40035, 40038, 40114, 41001, 43001, 44002, 47001)),
        (SUBMIT, 53503, NO), (SUBMIT, 53502, NO), (SUBMIT, 53600, NO), (SUBMIT, 40007, UNKNOWN),
        (SEND, 40007, UNKNOWN), (SEND, 45065, UNKNOWN), (SEND, 89504, UNKNOWN), (SEND, 89505, UNKNOWN),
        *((SEND, code, NO) for code in (45028, 40152, 45159, 45067, 45162, 40008)),
        (ADD, 99123, NO), (SUBMIT, 99123, NO),
    ],
)
def test_each_code_folds_into_one_word(call: str, code: int, word: type[Failure]) -> None:
    failure = failure_for(code, "some words rid: 6a2b-11-ff", call=call, effect=EFFECTS[call])
    assert type(failure) is word
    assert (failure.code, failure.rid) == (str(code), "6a2b-11-ff")
    assert failure.reason.endswith(".")


@pytest.mark.parametrize(
    ("code", "field"),
    [(45003, "title"), (45004, "digest"), (45110, "author"), (45002, "body"), (45005, "source_url"),
     (41039, "source_url"), (40007, "cover"), (40009, "picture"), (45166, "body")],
)
def test_a_refusal_names_the_part_that_is_to_blame(code: int, field: str) -> None:
    failure = failure_for(code, "", call=ADD, effect=Effect.HIDDEN)
    assert isinstance(failure, Refused)
    assert failure.field == field


@pytest.mark.parametrize(("code", "seconds"), [(45011, 60), (42010, 60), (53501, 300)])
def test_too_fast_holds_the_whole_account(code: int, seconds: float) -> None:
    failure = failure_for(code, "", call=SUBMIT, effect=Effect.VISIBLE)
    assert isinstance(failure, TryLater)
    assert (failure.after, failure.whole_channel) == (seconds, True)


@pytest.mark.parametrize("call", [ADD, "media/uploadimg", "material/add_material"])
def test_an_account_without_drafts_is_told_to_copy(call: str) -> None:
    failure = failure_for(48001, "", call=call, effect=Effect.NONE)
    assert isinstance(failure, HandOver)
    assert "Copy the article" in failure.reason


def test_a_used_up_quota_waits_for_the_next_day_in_china() -> None:
    five_past_eleven_at_night = 1_790_953_500.0 - (1_790_953_500.0 + 8 * 3600) % 86_400 + 23 * 3600 + 300
    assert seconds_to_next_day(five_past_eleven_at_night) == 55 * 60 + 300


def test_the_platforms_own_text_with_addresses_is_not_shown() -> None:
    failure = failure_for(40164, "invalid ip 203.0.113.9, access_token=SECRET", call=READ, effect=Effect.NONE)
    assert "SECRET" not in str(failure)
    assert "203.0.113.9" not in str(failure)


@pytest.mark.parametrize(
    ("effect", "word"), [(Effect.NONE, LATER), (Effect.HIDDEN, UNKNOWN), (Effect.VISIBLE, UNKNOWN)]
)
def test_no_answer_is_harmless_only_after_a_harmless_call(effect: Effect, word: type[Failure]) -> None:
    assert type(unclear(effect, "No answer.")) is word


@pytest.mark.parametrize("status", [2, 3, 4, 5, 6, 77])
def test_every_final_publish_status_has_its_sentence(status: int) -> None:
    failure = publish_failure(status, (1, 3))
    assert failure.code == f"publish_status {status}"
    assert failure.field == "articles[1],articles[3]"


@pytest.mark.parametrize(
    ("status", "word"),
    [("err(10001)", "advertising"), ("err(20001)", "politics"), ("err(30003)", "reprint"), ("err(40002)", "30 minutes"),
     ("send fail", "gave no reason"), ("err(99999)", "gave no reason"), ("DELETE", "deleted")],
)
def test_every_mass_send_result_has_its_sentence(status: str, word: str) -> None:
    assert word in mass_failure(status).reason
