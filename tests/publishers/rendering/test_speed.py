"""No input keeps the renderer busy, and the command stays light."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time

import pytest

from publishers.rendering import Rendered, render
from tests import endless
from tests.bench import articles


@pytest.mark.parametrize("name", endless.KINDS)
def test_no_input_takes_long(name: str) -> None:
    assert _seconds(endless.KINDS[name]()) < 2


def test_time_grows_with_the_length_and_no_faster() -> None:
    short, long = (min(_seconds(articles.of_size(size, 3)) for _ in range(5)) for size in (15_000, 60_000))
    assert long < 8 * short


def test_the_command_imports_no_application() -> None:
    script = (
        "import sys\n"
        "from app.cli import main\n"
        "try: main(['render', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", script, "app/demo/articles/01-rain-run.md"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()
    assert "markdown" in loaded
    assert {"flask", "sqlalchemy", "bleach", "pygments", "requests", "pydantic", "PIL"}.isdisjoint(loaded)


def test_threads_do_not_meet() -> None:
    texts = [articles.of_size(6_000, seed) for seed in range(4)]
    wanted = [render.__wrapped__(text) for text in texts]
    found: list[list[Rendered]] = [[] for _ in texts]
    threads = [
        threading.Thread(target=lambda at=at: found[at].extend(render.__wrapped__(texts[at]) for _ in range(8)))
        for at in range(len(texts))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[rendered] * 8 for rendered in wanted]


def _seconds(text: str) -> float:
    """CPU seconds of the renderer alone: not of other threads, nor of walking what earlier tests left on the heap."""
    gc.disable()
    try:
        started = time.thread_time()
        render.__wrapped__(text)
        return time.thread_time() - started
    finally:
        gc.enable()
