"""Publishing against the simulated platform: once, confirmed, and found out after an unclear answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from publishers.connector import Absent, CannotTell, Found, HandOver, OutcomeUnknown, Receipt, Refused, TryLater
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.release import Release, failed_positions, permalinks
from tests.publishers.wechat.deliveries import APP_ID, Delivery

SUBMIT = "/cgi-bin/freepublish/submit"


@pytest.fixture
def release(client: Client) -> Release:
    return Release(client)


def submitted(sandbox: Running) -> int:
    return len(sandbox.effects("publish_submitted"))


def test_a_draft_is_published_and_its_links_come_in_order(
    release: Release, drafted: Delivery, sandbox: Running
) -> None:
    first = drafted.send(release)
    assert first == Receipt(final=False, remote_id=drafted.memory["publish_id"], awaiting="platform")
    receipt = drafted.confirmed(release)
    published = sandbox.effects("published")[0]
    assert receipt.remote_id == published["article_id"]
    assert receipt.permalinks == tuple(f"{sandbox.url}/s/{slug}" for slug in published["slugs"])
    assert drafted.memory["msg_data_id"]


def test_a_task_under_way_is_asked_for_and_not_submitted_again(
    release: Release, drafted: Delivery, sandbox: Running
) -> None:
    drafted.send(release)
    drafted.send(release)
    drafted.confirmed(release)
    assert drafted.send(release).final
    assert submitted(sandbox) == 1


def test_without_a_draft_nothing_is_submitted(release: Release, sandbox: Running) -> None:
    with pytest.raises(Refused):
        Delivery().send(release)
    assert submitted(sandbox) == 0


@pytest.mark.parametrize("act", ["drop_after", "truncate", "html"])
def test_an_unclear_answer_is_found_in_the_published_list(
    release: Release, drafted: Delivery, sandbox: Running, act: str
) -> None:
    sandbox.fault(SUBMIT, act)
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    published = sandbox.wait_for("published")[0]
    reading = drafted.find_out(release)
    assert isinstance(reading, Found)
    assert reading.receipt.remote_id == published["article_id"]
    assert reading.receipt.permalinks == tuple(f"{sandbox.url}/s/{slug}" for slug in published["slugs"])
    assert submitted(sandbox) == 1


def test_while_the_platform_is_at_work_nothing_is_sure(release: Release, drafted: Delivery, sandbox: Running) -> None:
    sandbox.settings(publish_delay=30.0)
    sandbox.fault(SUBMIT, "drop_after")
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    reading = drafted.find_out(release)
    assert isinstance(reading, CannotTell)
    assert not reading.final


@pytest.mark.parametrize(("act", "effect"), [("drop_before", False), ("status", False), ("busy", False)])
def test_an_unclear_answer_without_effect_is_found_absent(
    release: Release, drafted: Delivery, sandbox: Running, act: str, effect: bool
) -> None:
    sandbox.fault(SUBMIT, act, effect=effect)
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    assert drafted.find_out(release) == Absent()
    drafted.send(release)
    assert drafted.confirmed(release).final
    assert submitted(sandbox) == 1


def test_busy_that_worked_all_the_same_is_found(release: Release, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SUBMIT, "busy", effect=True)
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    sandbox.wait_for("published")
    assert isinstance(drafted.find_out(release), Found)
    assert submitted(sandbox) == 1


def test_an_answer_held_back_is_an_unknown_outcome(
    make_client: Callable[..., Client], drafted: Delivery, sandbox: Running
) -> None:
    release = Release(make_client(seconds=0.4))
    sandbox.fault(SUBMIT, "timeout_after", seconds=1.0)
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    sandbox.wait_for("published")
    assert isinstance(drafted.find_out(release), Found)


def test_killed_after_the_task_was_named_the_task_is_found(release: Release, drafted: Delivery) -> None:
    drafted.send(release)
    reading = drafted.find_out(release)
    assert reading == Found(Receipt(final=False, remote_id=drafted.memory["publish_id"], awaiting="platform"))


def test_a_used_draft_is_never_an_error_without_looking(
    release: Release, drafted: Delivery, sandbox: Running
) -> None:
    restored = drafted.following()
    drafted.send(release)
    drafted.confirmed(release)
    with pytest.raises(OutcomeUnknown) as failure:
        restored.send(release)
    assert failure.value.code == "40007"
    assert isinstance(restored.find_out(release), Found)
    assert submitted(sandbox) == 1


def test_a_withdrawn_right_hands_over(release: Release, drafted: Delivery, sandbox: Running) -> None:
    sandbox.account(APP_ID, rights={"release": False})
    with pytest.raises(HandOver) as failure:
        drafted.send(release)
    assert failure.value.code == "48001"
    assert submitted(sandbox) == 0


@pytest.mark.parametrize("code", [53504, 53505])
def test_the_platform_wants_a_person(release: Release, drafted: Delivery, sandbox: Running, code: int) -> None:
    sandbox.fault(SUBMIT, "refuse", errcode=code)
    with pytest.raises(HandOver):
        drafted.send(release)


def test_too_often_waits_with_the_whole_account(release: Release, drafted: Delivery, sandbox: Running) -> None:
    sandbox.fault(SUBMIT, "refuse", errcode=53501)
    with pytest.raises(TryLater) as failure:
        drafted.send(release)
    assert failure.value.whole_channel


@pytest.mark.parametrize("status", [2, 4])
def test_a_refused_article_is_named_and_not_submitted_unchanged(
    release: Release, drafted: Delivery, sandbox: Running, status: int
) -> None:
    sandbox.fault(SUBMIT, "result", code=status)
    drafted.send(release)
    sandbox.wait_for("publish_failed")
    with pytest.raises(Refused) as failure:
        release.confirm(drafted.parcel)
    assert (failure.value.code, failure.value.field) == (f"publish_status {status}", "articles[1]")
    with pytest.raises(Refused):
        drafted.send(release)
    assert submitted(sandbox) == 1


def test_a_failure_without_a_reason_may_be_tried_once_more_by_a_person(
    release: Release, drafted: Delivery, sandbox: Running
) -> None:
    sandbox.fault(SUBMIT, "result", code=3)
    drafted.send(release)
    sandbox.wait_for("publish_failed")
    with pytest.raises(Refused):
        release.confirm(drafted.parcel)
    drafted.send(release)
    assert drafted.confirmed(release).final
    assert (submitted(sandbox), len(sandbox.effects("published"))) == (2, 1)


def test_asking_for_the_state_is_harmless_when_unclear(release: Release, drafted: Delivery, sandbox: Running) -> None:
    drafted.send(release)
    sandbox.fault("/cgi-bin/freepublish/get", "drop_before")
    with pytest.raises(TryLater):
        release.confirm(drafted.parcel)
    assert drafted.confirmed(release).final


def test_links_are_sorted_by_position_and_may_be_a_single_item() -> None:
    two = {"item": [{"idx": "2", "article_url": "b"}, {"idx": 1, "article_url": " a\n"}, {"idx": 3}]}
    assert permalinks(two) == ("a", "b")
    assert permalinks({"item": {"idx": 1, "article_url": "a"}}) == ("a",)
    assert permalinks(None) == permalinks({}) == ()


def test_failed_positions_may_be_one_or_many() -> None:
    assert failed_positions(["2", 1]) == (1, 2)
    assert failed_positions("3") == (3,)
    assert failed_positions(None) == failed_positions([]) == ()


@pytest.mark.parametrize("code", [53502, 40002, 99999])
def test_a_refused_question_is_no_refused_task(release: Release, drafted: Delivery, sandbox: Running, code: int) -> None:
    drafted.send(release)
    sandbox.fault("/cgi-bin/freepublish/get", "refuse", errcode=code)
    with pytest.raises(OutcomeUnknown) as failure:
        release.confirm(drafted.parcel)
    assert failure.value.code == str(code)
    assert drafted.confirmed(release).final


def test_after_doubt_a_failed_task_whose_draft_has_gone_is_not_believed(
    release: Release, drafted: Delivery, sandbox: Running
) -> None:
    sandbox.settings(keeps_draft=True, list_seconds=60.0)
    sandbox.fault(SUBMIT, "drop_after")
    with pytest.raises(OutcomeUnknown):
        drafted.send(release)
    drafted.memory["asked_before"] = "1"
    drafted.send(release)
    sandbox.wait_for("published")
    sandbox.wait_for("publish_failed")
    with pytest.raises(OutcomeUnknown):
        release.confirm(drafted.parcel)
    sandbox.settings(keeps_draft=False, list_seconds=0.0)
    assert release.confirm(drafted.parcel).final
