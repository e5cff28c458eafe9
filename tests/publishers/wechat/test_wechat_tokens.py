"""One token for everybody: asked for seldom, renewed once, forced only when nothing else helps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from publishers.connector import SwitchedOff, TryLater
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.tokens import Token, TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.tokens import Credentials, TokenHolder
from tests.publishers.wechat.deliveries import APP_ID, SECRET

ASKED = "/cgi-bin/stable_token"
COUNT = "/cgi-bin/draft/count"


def asked(sandbox: Running) -> int:
    return len(sandbox.calls(ASKED))


def forget(sandbox: Running) -> None:
    sandbox.control("POST", "tokens/expire", {"app_id": APP_ID})


@pytest.fixture
def holder(sandbox: Running, store: TokensInMemory) -> TokenHolder:
    return TokenHolder(Credentials(APP_ID, SECRET), Line(Base(sandbox.url)), store)


def test_many_calls_and_clients_ask_once(make_client: Callable[..., Client], sandbox: Running) -> None:
    for _ in range(3):
        make_client().count_drafts()
    assert asked(sandbox) == 1


def test_many_threads_ask_once(holder: TokenHolder, sandbox: Running) -> None:
    found: set[str] = set()
    threads = [threading.Thread(target=lambda: found.add(holder.current())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert asked(sandbox) == 1


def test_a_dead_token_is_renewed_and_the_call_repeated_once(client: Client, sandbox: Running) -> None:
    client.count_drafts()
    forget(sandbox)
    assert client.count_drafts() == 0
    assert [len(sandbox.calls(path)) for path in (ASKED, COUNT)] == [2, 3]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_refused_for_ever_ends_after_one_repeat(client: Client, sandbox: Running, code: int) -> None:
    sandbox.settings(rate_limits=False)
    sandbox.fault(COUNT, "refuse", errcode=code, times=-1)
    with pytest.raises(SwitchedOff) as failure:
        client.count_drafts()
    assert failure.value.code == str(code)
    assert len(sandbox.calls(COUNT)) == 2
    assert asked(sandbox) == 3


def test_a_token_that_another_has_renewed_meanwhile_is_taken(
    holder: TokenHolder, store: TokensInMemory, sandbox: Running
) -> None:
    store.save(APP_ID, Token("newer", 2e9, 1e9))
    assert holder.renewed("older") == "newer"
    assert asked(sandbox) == 0


def test_forcing_needs_half_a_minute_between(sandbox: Running, store: TokensInMemory) -> None:
    sandbox.settings(rate_limits=False)
    clock = [1_000_000.0]
    holder = TokenHolder(Credentials(APP_ID, SECRET), Line(Base(sandbox.url)), store, lambda: clock[0])
    second = holder.renewed(holder.current())
    with pytest.raises(TryLater) as failure:
        holder.renewed(second)
    assert failure.value.whole_channel
    clock[0] += 31
    assert holder.renewed(second) != second


def test_forcing_is_rationed_to_twenty_a_day(sandbox: Running, store: TokensInMemory) -> None:
    now = 1_000_000.0
    holder = TokenHolder(Credentials(APP_ID, SECRET), Line(Base(sandbox.url)), store, lambda: now)
    first = holder.current()
    store.save(APP_ID, Token(first, now + 7200, now, tuple(now - 3600 + 60 * n for n in range(20))))
    with pytest.raises(SwitchedOff):
        holder.renewed(first)


def test_a_token_near_its_end_is_asked_for_again_but_not_with_every_call(
    sandbox: Running, store: TokensInMemory
) -> None:
    clock = [1_000_000.0]
    holder = TokenHolder(Credentials(APP_ID, SECRET), Line(Base(sandbox.url)), store, lambda: clock[0])
    store.save(APP_ID, Token("ending", clock[0] + 200, clock[0] - 10))
    assert holder.current() == "ending"
    clock[0] += 40
    assert holder.current() != "ending"
    assert asked(sandbox) == 1


def test_neither_secret_nor_token_is_printed(sandbox: Running, client: Client, store: TokensInMemory) -> None:
    client.count_drafts()
    token = store.get(APP_ID)
    assert token is not None
    assert token.value not in repr(token)
    assert SECRET not in repr(Credentials(APP_ID, SECRET))
    sandbox.fault(COUNT, "drop_before", reset=True)
    with pytest.raises(TryLater) as failure:
        client.count_drafts()
    shown = repr(failure.value) + repr(failure.value.__cause__) + str(vars(failure.value))
    assert token.value not in shown
