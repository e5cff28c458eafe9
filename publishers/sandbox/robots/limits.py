"""Sliding windows, per robot."""

from __future__ import annotations

from collections import deque


class Window:
    """At most `most` sends in any `seconds`; a caller who passes it may be shut out for `penalty` seconds."""

    def __init__(self, most: int, seconds: float, penalty: float = 0.0) -> None:
        self.most, self.seconds, self.penalty = most, seconds, penalty
        self._times: deque[float] = deque()
        self._shut_until = 0.0

    def wait(self, at: float) -> float:
        """Seconds until a send at `at` would be taken, 0.0 when it is taken now."""
        if at < self._shut_until:
            return self._shut_until - at
        while self._times and self._times[0] <= at - self.seconds:
            self._times.popleft()
        if len(self._times) < self.most:
            return 0.0
        if self.penalty:
            self._shut_until = at + self.penalty
            return self.penalty
        return self._times[0] + self.seconds - at

    def count(self, at: float) -> None:
        """A send was taken."""
        self._times.append(at)


class Windows:
    """The windows of every robot of one platform."""

    def __init__(self, *shapes: tuple[int, float]) -> None:
        self._shapes = shapes
        self._windows: dict[str, list[Window]] = {}

    def wait(self, key: str, at: float, penalty: float = 0.0) -> float:
        """As Window.wait, for robot `key`; a send that is taken is counted."""
        windows = self._windows.setdefault(key, [Window(most, seconds, penalty) for most, seconds in self._shapes])
        wait = max(window.wait(at) for window in windows)
        if wait == 0.0:
            for window in windows:
                window.count(at)
        return wait

    def clear(self) -> None:
        self._windows.clear()
