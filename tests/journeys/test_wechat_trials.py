"""P3, P4 on the official account: runs of `tests.trials.wechat`, a few of each kind; thousands are run by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publishers.sandbox.wechat import console
from tests.trials.wechat import fates
from tests.trials.wechat.fates import ACTS, CUTS, PATHS, POINTS, fate
from tests.trials.wechat.house import APP_ID
from tests.trials.wechat.run import Player, player
from tests.trials.wechat.wire import BASE

pytestmark = pytest.mark.slow
SINGLES = fates.singles()
FEW = (*range(3, SINGLES, 29), *range(SINGLES, SINGLES + 6))


@pytest.fixture(scope="module")
def playing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    with player(tmp_path_factory.mktemp("wechat")) as made:
        yield made


def test_p3_p4_nothing_twice_lost_denied_stuck_or_untold(playing: Player) -> None:
    verdicts = [playing.play(number) for number in FEW]
    assert [line for verdict in verdicts for line in verdict.lines] == []
    assert sum(verdict.ends["sent"] for verdict in verdicts) > len(FEW)


def test_a_run_is_the_same_every_time(playing: Player) -> None:
    number = SINGLES + 1
    first, again = playing.play(number), playing.play(number)
    assert (first.calls, first.kills, first.busiest, first.ends) == (again.calls, again.kills, again.busiest, again.ends)


def test_an_article_that_appears_twice_is_seen(playing: Player) -> None:
    playing.play(0)
    (added,) = playing.world.effects("draft_added")
    playing.world.record("draft_added", playing.world.now(), app_id=APP_ID, media_id="again", articles=added["articles"])
    account = playing.world.account(APP_ID)
    assert account is not None
    console.press(playing.world, account, "again", playing.world.now(), BASE, notify=False)
    assert playing.judged(fate(0)).faults["twice"]


def test_an_article_that_is_not_there_is_missed(playing: Player) -> None:
    playing.play(0)
    playing.world.reset(keep=True)
    assert playing.judged(fate(0)).faults["lost"]


def test_every_call_and_every_step_has_its_run() -> None:
    runs = [fate(number) for number in range(SINGLES)]
    faults = {(run.editions[0], order["path"], order["act"]) for run in runs for order in run.orders}
    for mode, paths in PATHS.items():
        assert {(mode, path, act["act"]) for path in paths for act in ACTS} <= faults
    crashes = {(run.editions[0], crash.partition(":")[0]) for run in runs for crash in run.crashes}
    assert crashes == {(mode, point) for mode in PATHS for point in POINTS}
    cuts = {(run.editions[0], cut) for run in runs for cut in run.cuts.values()}
    assert cuts == {(mode, cut) for mode in PATHS for cut in CUTS}


@pytest.mark.parametrize("code", [48001, 53503])
def test_a_refusal_after_a_lost_answer_is_left_to_a_person(playing: Player, code: int) -> None:
    wanted = [
        number for number in range(SINGLES)
        if [order.get("errcode") for order in fate(number).orders] == [None, code] and not fate(number).person
    ]
    verdicts = [playing.play(number) for number in wanted]
    assert [(verdict.ends["needs_person"], verdict.lines) for verdict in verdicts] == [(1, [])] * len(PATHS)
