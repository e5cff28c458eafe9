"""Children forked from a parent that has imported the program: they share its memory, and start at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from setproctitle import setproctitle

from app import environment
from app.children import Child, Process, die_with

_FIRST_OF_OURS = 3
_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_forking = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class ForkedChild(Child):
    """A child that calls `main` with the command line in `sys.argv` instead of becoming another program.

    May only begin in a process without threads.
    """

    main: Callable[[], object] = field(kw_only=True)

    def begin(self) -> Process:
        """Fork. Signals wait meanwhile: one that came before the child has dropped our handlers would be lost."""
        process = _forking.Process(target=_become, args=(self, os.getpid()), name=self.name)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return _Fork(process)


class _Fork:
    """A forked process, spoken to as one speaks to a program that was started."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _become(child: ForkedChild, parent: int) -> None:
    """Leave everything of the parent but its memory: session, signals, open files, environment, name."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in _HANDLED:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDLED)
    die_with(parent)()
    os.closerange(_FIRST_OF_OURS, os.sysconf("SC_OPEN_MAX"))
    # Before the environment changes: the title is written over the memory where it first stood.
    setproctitle(" ".join((os.path.basename(child.argv[0]), *child.argv[1:])))
    if child.env is not None:
        environment.replace(child.env)
    sys.argv = list(child.argv)
    child.main()
