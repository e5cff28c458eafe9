"""What an account may do, found by reading."""

from __future__ import annotations

import pytest

from publishers.connector import SwitchedOff, TryLater
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.rights import probe
from tests.publishers.wechat.deliveries import APP_ID


@pytest.mark.parametrize(
    ("missing", "level"),
    [((), "automatic"), (("release",), "automatic"), (("mass_send",), "automatic"), (("statistics",), "automatic"),
     (("release", "mass_send"), "draft_only"), (("release", "mass_send", "statistics"), "draft_only"),
     (("draft",), "copy_only"), (("draft", "release", "mass_send", "statistics"), "copy_only")],
)
def test_rights_are_seen_and_give_a_level(
    client: Client, sandbox: Running, missing: tuple[str, ...], level: str
) -> None:
    sandbox.account(APP_ID, rights=dict.fromkeys(missing, False))
    names = ("draft", "release", "mass_send", "statistics")
    rights = probe(client)
    assert {name: getattr(rights, name) for name in names} == {name: name not in missing for name in names}
    assert rights.level == level


def test_nothing_is_written(client: Client, sandbox: Running) -> None:
    probe(client)
    assert {effect["kind"] for effect in sandbox.effects()} <= {"settings", "account", "token", "reset"}


@pytest.mark.parametrize(
    ("path", "code"),
    [("/cgi-bin/freepublish/batchget", 45009), ("/datacube/getbizsummary", 61503), ("/datacube/getbizsummary", 61501)],
)
def test_a_reading_that_cannot_be_answered_now_shows_the_right(
    client: Client, sandbox: Running, path: str, code: int
) -> None:
    sandbox.fault(path, "refuse", errcode=code)
    seen = probe(client)
    assert seen.draft and seen.release and seen.mass_send and seen.statistics


def test_what_says_nothing_about_rights_is_not_taken_for_a_missing_right(client: Client, sandbox: Running) -> None:
    sandbox.fault("/cgi-bin/freepublish/batchget", "html")
    with pytest.raises(TryLater):
        probe(client)
    sandbox.fault("/cgi-bin/draft/count", "refuse", errcode=50002)
    with pytest.raises(SwitchedOff):
        probe(client)
