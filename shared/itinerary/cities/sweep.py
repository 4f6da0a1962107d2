"""All trips at once, swept day by day: for each city, day and set of cities visited, the least that leads there.

A dynamic programme over sets (Held and Karp 1962) along time: 4,096 sets of twelve cities on sixty days take some
tenths of a second. It tells trips apart by how often they have visited each city, which suffices for all wishes but
those that `fits` excludes. numpy is loaded on first use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import inf, prod
from typing import Any, NamedTuple

from .clock import Clock
from .problem import CitiesProblem
from .steps import NOWHERE, Filter, Node, Step, Steps
from .wishes import FIRST, LAST, MAX_CITIES, NIGHT_OF, NIGHTS, ON_DATE, ORDER, TOTAL_NIGHTS, VISIT, Wish

MOST_STATES = 1 << 13
"""Of ways to have visited the cities; there is a number for each at every city and day."""
SHOWN_AT_THE_END = (VISIT, MAX_CITIES, LAST, TOTAL_NIGHTS)
"""Wishes that a sweep need not know of."""
READ_BY_SWEEPS = (FIRST, NIGHT_OF, NIGHTS, ON_DATE, ORDER)
"""Wishes that a sweep takes into account itself; what is in neither list shapes the columns."""


_ByTarget = dict[Node, list[tuple[Node, Step]]]
"""Steps by where they lead, each with where from."""


class End(NamedTuple):
    """The last city and the day on which the trip ends."""

    city: str
    day: int

    def suits(self, wish: Wish) -> bool:
        """Whether a wish about the end of a trip holds."""
        if wish.kind == LAST:
            return wish.cities[0] == self.city
        most = inf if wish.at_most is None else wish.at_most
        return wish.kind == TOTAL_NIGHTS and (wish.at_least or 0) <= self.day <= most


def fits(problem: CitiesProblem, wishes: Iterable[Wish]) -> bool:
    """Whether a sweep can tell if wishes are met: not where they are about the nights of several visits together."""
    return prod(city.max_visits + 1 for city in problem.cities) <= MOST_STATES and not any(
        wish.kind == NIGHTS and problem.city(wish.cities[0]).max_visits > 1 for wish in wishes
    )


class Sweep:
    """The trips that a model's columns make, and wishes about dates, order and the first city leave.

    Wishes of `SHOWN_AT_THE_END` and budgets are for whoever asks.
    """

    def __init__(self, problem: CitiesProblem, steps: Steps, wishes: Sequence[Wish]) -> None:
        import numpy

        self._numpy = numpy
        self._cities = [city.id for city in problem.cities]
        self._horizon = problem.horizon
        radix = [city.max_visits + 1 for city in problem.cities]
        self._states = prod(radix)
        self._strides = strides = [prod(radix[:number]) for number in range(len(radix))]
        self._shapes = [
            (self._states // (stride * many), many, stride) for stride, many in zip(strides, radix, strict=True)
        ]
        numbers = numpy.arange(self._states)
        self._visits = [numbers // stride % many for stride, many in zip(strides, radix, strict=True)]
        self._barred = self._orders(wishes)
        self._steps = steps
        self._filter = Filter(problem, wishes)

    def ends(self, clock: Clock) -> dict[End, Any]:
        """By end, the least cost of each state. Raises OutOfTimeError."""
        left = self._left(clock)
        found: dict[End, Any] = {}
        for node, steps in self._steps.finals.items():
            for step in self._filter.moves(node, steps) if node in left else ():
                end = End(self._cities[node.city], step.to.day)
                cost = left[node] + step.cost
                found[end] = self.least(found[end], cost) if end in found else cost
        return found

    def trips(self, wishes: Sequence[Wish], clock: Clock) -> Iterator[tuple[int, ...]]:
        """The columns, in the order of time, of trips with the wishes, budgets aside: of each state that which costs
        least, the cheapest of them first. Raises OutOfTimeError."""
        numpy = self._numpy
        left = self._left(clock)
        ending = [wish for wish in wishes if wish.kind in (LAST, TOTAL_NIGHTS)]
        allowed = self.states(wishes)
        least, last = self._nothing(), {}
        for node in left:
            for step in self._filter.moves(node, self._steps.finals.get(node, ())):
                if all(End(self._cities[node.city], step.to.day).suits(wish) for wish in ending):
                    cost = left[node] + step.cost
                    for state in numpy.flatnonzero(allowed & (cost < least)).tolist():
                        last[state] = node, step.column
                    least = self.least(least, cost)
        moves, blocks = self._backwards(left)
        for state in sorted(last, key=lambda state: (float(least[state]), state)):
            clock.check()
            node, column = last[state]
            yield (*self._way(left, moves, blocks, node, state), column)

    def _way(
        self, left: dict[Node, Any], moves: _ByTarget, blocks: _ByTarget, node: Node, state: int
    ) -> tuple[int, ...]:
        """The columns of a cheapest way to the end of a visit, with the cities visited until then."""
        columns: list[int] = []
        while True:
            state -= self._strides[node.city]
            _, block, move, node = min(
                (cost + step.cost, step.column, move, origin)
                for begin, step in blocks[node]
                for cost, move, origin in self._arrivals(moves[begin], left, state, step.late)
            )
            columns += (block, move)
            if node.city == NOWHERE:
                return tuple(reversed(columns))

    @staticmethod
    def _arrivals(
        moves: Iterable[tuple[Node, Step]], left: dict[Node, Any], state: int, late: int
    ) -> Iterator[tuple[float, int, Node]]:
        """Ways to arrive in time: what they cost in all, the last move, and where from."""
        for origin, step in moves:
            cost = left[origin][state] if origin.city != NOWHERE else 0.0 if state == 0 else inf
            if step.late <= late and cost < inf:
                yield float(cost) + step.cost, step.column, origin

    def _backwards(self, left: dict[Node, Any]) -> tuple[_ByTarget, _ByTarget]:
        """The moves and the blocks that can be taken."""
        moves: _ByTarget = defaultdict(list)
        blocks: _ByTarget = defaultdict(list)
        for step in self._filter.starts(self._steps.starts):
            moves[step.to].append((Node(NOWHERE, 0), step))
        for origin in left:
            for step in self._filter.moves(origin, self._steps.moves.get(origin, ())):
                moves[step.to].append((origin, step))
        for begin, steps in self._steps.blocks.items():
            for step in self._filter.blocks(begin, steps) if begin in moves else ():
                blocks[step.to].append((begin, step))
        return moves, blocks

    def least(self, costs: Any, others: Any) -> Any:
        """Of each state, the lesser of two costs."""
        return self._numpy.minimum(costs, others)

    def states(self, wishes: Iterable[Wish]) -> Any:
        """The states, as a mask, that wishes about which and how many cities allow."""
        allowed = self._numpy.ones(self._states, dtype=bool)
        for wish in wishes:
            if wish.kind == VISIT:
                allowed &= self._visits[self._cities.index(wish.cities[0])] > 0
            elif wish.kind == MAX_CITIES:
                allowed &= sum(self._visits) <= (wish.at_most or 0)
        return allowed

    def _orders(self, wishes: Iterable[Wish]) -> dict[int, Any]:
        """By city, the states in which it is too late for it, as a city that is to come later has been visited."""
        barred: dict[int, Any] = {}
        for wish in wishes:
            cities = [self._cities.index(city) for city in wish.cities] if wish.kind == ORDER else []
            for position, city in enumerate(cities):
                for later in cities[position + 1 :]:
                    barred[city] = barred.get(city, False) | (self._visits[later] > 0)
        return barred

    def _left(self, clock: Clock) -> dict[Node, Any]:
        """By city and day on which its visit ends, the least cost of each state."""
        numpy = self._numpy
        left: dict[Node, Any] = {}
        # By city and day, the states with a visit there only, side by side: what blocks lead to, many at a time.
        slept = [
            numpy.full((self._horizon + 1, outer * (many - 1) * stride), inf) for outer, many, stride in self._shapes
        ]
        arrived: dict[Node, dict[int, Any]] = {}
        nowhere = self._nothing()
        nowhere[0] = 0.0
        self._move(self._filter.starts(self._steps.starts), nowhere, arrived)
        for day in range(self._horizon + 1):
            clock.check()
            for city, shape in enumerate(self._shapes):
                node = Node(city, day)
                if slept[city][day].min() < inf:
                    left[node] = self._nothing()
                    after = left[node].reshape(shape)[:, 1:]
                    after[:] = slept[city][day].reshape(after.shape)
                    self._move(self._filter.moves(node, self._steps.moves.get(node, ())), left[node], arrived)
            for city in range(len(self._cities)):
                self._sleep(Node(city, day), arrived.pop(Node(city, day), {}), slept[city])
        return left

    def _nothing(self) -> Any:
        return self._numpy.full(self._states, inf)

    def _move(self, steps: Iterable[Step], costs: Any, arrived: dict[Node, dict[int, Any]]) -> None:
        for step in steps:
            by_hour = arrived.setdefault(step.to, {})
            cost = costs + step.cost
            there = by_hour.get(step.late)
            by_hour[step.late] = cost if there is None else self._numpy.minimum(there, cost, out=there)

    def _sleep(self, node: Node, by_hour: dict[int, Any], slept: Any) -> None:
        """Adds the visits that begin at a node to those of its city, by the day on which they end."""
        numpy = self._numpy
        blocks = self._filter.blocks(node, self._steps.blocks.get(node, ())) if by_hour else ()
        by_late: dict[int, list[Step]] = defaultdict(list)
        for step in blocks:
            by_late[step.late].append(step)
        for late, steps in by_late.items():
            before = self._in_time(node, by_hour, late)
            if before is not None:
                days = [step.to.day for step in steps]
                costs = numpy.array([step.cost for step in steps])
                after = before.reshape(self._shapes[node.city])[:, :-1].reshape(1, -1) + costs[:, None]
                slept[days] = numpy.minimum(slept[days], after, out=after)

    def _in_time(self, node: Node, by_hour: dict[int, Any], late: int) -> Any | None:
        """The least cost of those who arrive before the desk closes, and may come; None: nobody does."""
        costs = [cost for hour, cost in by_hour.items() if hour <= late]
        if not costs:
            return None
        least = self._numpy.minimum.reduce(costs)
        if node.city in self._barred:
            least[self._barred[node.city]] = inf
        return least if least.min() < inf else None
