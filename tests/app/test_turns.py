"""Few requests compute at once, and nobody slow keeps the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from app.turns import AT_ONCE, PATIENCE_SECONDS, SMALL, Turns

MANY = 8
SMALL_BODY, LARGE_BODY = {"CONTENT_LENGTH": str(SMALL)}, {"CONTENT_LENGTH": str(SMALL + 1)}


class House:
    """An application that counts who is inside; `door` holds everybody until it is opened."""

    def __init__(self) -> None:
        self.door, self._lock = threading.Event(), threading.Lock()
        self.inside = self.most = 0

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.door.wait(10)
        with self._lock:
            self.inside -= 1
        return [b"done"]


def ask(turns: Turns, environ: dict[str, str]) -> Iterable[bytes]:
    return turns(environ, lambda *_: None)  # type: ignore[arg-type,return-value]


@contextmanager
def inside(house: House, turns: Turns, count: int, environ: dict[str, str]) -> Iterator[None]:
    """`count` requests that do not end while the test goes on."""
    with ThreadPoolExecutor(count) as threads:
        answers = [threads.submit(ask, turns, environ) for _ in range(count)]
        try:
            yield
        finally:
            house.door.set()
        assert [answer.result() for answer in answers] == [[b"done"]] * count


def settled(house: House, count: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while house.inside != count and time.monotonic() < until:
        time.sleep(0.005)
    return house.inside == count


def test_few_at_once_and_all_in_the_end() -> None:
    house = House()
    with inside(house, Turns(house), MANY, {}):
        assert settled(house, AT_ONCE, PATIENCE_SECONDS / 2)
    assert house.most == AT_ONCE


def test_nobody_waits_long_for_somebody_slow() -> None:
    house = House()
    with inside(house, Turns(house), MANY, SMALL_BODY):
        assert settled(house, MANY, 10)


@pytest.mark.parametrize("environ", [LARGE_BODY, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"CONTENT_LENGTH": "many"}])
def test_what_is_still_on_its_way_takes_no_turn(environ: dict[str, str]) -> None:
    house = House()
    with inside(house, Turns(house), MANY, environ):
        assert settled(house, MANY, PATIENCE_SECONDS / 2)


def test_a_turn_comes_back_after_a_failure() -> None:
    def failing(_environ: Any, _start: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    turns = Turns(failing)
    for _ in range(AT_ONCE):
        with pytest.raises(ZeroDivisionError):
            ask(turns, {})
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        ask(turns, {})
    assert time.monotonic() - begun < PATIENCE_SECONDS
