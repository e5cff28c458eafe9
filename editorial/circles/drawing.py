"""Who comments on whose piece in a round: as many to write as to receive, the same pairs as seldom as can be. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

Pair = tuple[int, int]
"""Who writes, about whose piece."""
Node = tuple[int, bool]
"""A person, and whether as a writer or as an author."""


def draw(roster: Sequence[int], count: int, before: Collection[Pair], turn: int = 0) -> list[Pair]:
    """Pairs in which everybody of `roster` writes and receives `count` comments, fewer only where others are too few.

    Of all such drawings one with the fewest pairs of `before`, and of those with the fewest turned round. The same
    roster, `before` and `turn` (which lets drawings differ from round to round) give the same pairs.
    """
    members = sorted(set(roster))
    each = min(count, len(members) - 1)
    if each < 1:
        return []
    flow = _Flow(members, each, _costs(members, before, turn))
    while flow.augment():
        pass
    return sorted(flow.pairs())


def _costs(members: list[int], before: Collection[Pair], turn: int) -> dict[Pair, int]:
    """What each pair costs, in the order in which pairs are tried: one repeated weighs more than all turned round."""
    size, known = len(members), frozenset(before)
    heavy = size * size + 1
    return {
        (members[place], author): heavy * ((members[place], author) in known) + ((author, members[place]) in known)
        for place in range(size)
        for author in (members[(place + 1 + (turn + step) % (size - 1)) % size] for step in range(size - 1))
    }


class _Flow:
    """Cheapest flow from writers to authors, `each` out of and into everybody, grown by one cheapest path after another."""

    def __init__(self, members: list[int], each: int, costs: dict[Pair, int]) -> None:
        self._members, self._each, self._costs = members, each, costs
        self._writes = dict.fromkeys(members, 0)
        self._writers: dict[int, set[int]] = {author: set() for author in members}
        """Who writes about whom so far, by author."""
        self._authors: dict[int, list[int]] = {writer: [] for writer in members}
        for writer, author in costs:
            self._authors[writer].append(author)

    def pairs(self) -> list[Pair]:
        """All pairs taken so far."""
        return [(writer, author) for author, writers in self._writers.items() for writer in writers]

    def augment(self) -> bool:
        """Take one pair more along the cheapest path; False when everybody has enough."""
        came_from, price = self._cheapest()
        ends = [(one, False) for one in self._members if len(self._writers[one]) < self._each and (one, False) in price]
        if not ends:
            return False
        node = min(ends, key=lambda end: price[end])
        while (step := came_from[node]) is not None:
            self._turn(step, node)
            node = step
        self._writes[node[0]] += 1
        return True

    def _cheapest(self) -> tuple[dict[Node, Node | None], dict[Node, int]]:
        """The cheapest ways from writers who have pairs left: where each node is reached from, and what that costs."""
        starts = [(writer, True) for writer in self._members if self._writes[writer] < self._each]
        price = dict.fromkeys(starts, 0)
        came_from: dict[Node, Node | None] = dict.fromkeys(starts)
        waiting = deque(starts)
        while waiting:
            node = waiting.popleft()
            for following, cost in self._steps(node):
                if following not in price or price[node] + cost < price[following]:
                    price[following], came_from[following] = price[node] + cost, node
                    waiting.append(following)
        return came_from, price

    def _steps(self, node: Node) -> list[tuple[Node, int]]:
        """A writer may take an author; a pair that is taken may be given back."""
        person, writes = node
        if not writes:
            return [((writer, True), -self._costs[writer, person]) for writer in sorted(self._writers[person])]
        free = (author for author in self._authors[person] if person not in self._writers[author])
        return [((author, False), self._costs[person, author]) for author in free]

    def _turn(self, first: Node, second: Node) -> None:
        if first[1]:
            self._writers[second[0]].add(first[0])
        else:
            self._writers[first[0]].remove(second[0])
