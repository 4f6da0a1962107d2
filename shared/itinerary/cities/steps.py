"""The columns of a model as steps through time: of those from one place and day to the same other, the cheapest."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from math import inf
from typing import NamedTuple

from .model import Model
from .problem import CitiesProblem
from .wishes import FIRST, NIGHT_OF, NIGHTS, ON_DATE, Wish

NOWHERE = -1


class Node(NamedTuple):
    """A city, by its index, or `NOWHERE`, and a day."""

    city: int
    day: int


class Step(NamedTuple):
    """A column that leads to a node. `late`: of the hours at which desks there close, so many have passed when a move
    arrives, and may have passed for a block."""

    to: Node
    late: int
    cost: float
    column: int


class Steps:
    """The steps of a model by the nodes that they lead from; `costs`: of each column, any numbers."""

    def __init__(self, model: Model, costs: Sequence[float]) -> None:
        self._index = {city.id: number for number, city in enumerate(model.problem.cities)}
        closing = self._closing(model)
        self._alike_moves = self._read_moves(model, closing)
        self._alike_blocks = self._read_blocks(model, closing)
        self._choose(costs)

    def at(self, costs: Sequence[float]) -> Steps:
        """The steps of the same model at other costs."""
        steps = copy(self)
        steps._choose(costs)
        return steps

    def _choose(self, costs: Sequence[float]) -> None:
        """The cheapest of the columns between the same nodes."""
        self.starts: list[Step] = []
        self.moves: dict[Node, list[Step]] = defaultdict(list)
        self.finals: dict[Node, list[Step]] = defaultdict(list)
        self.blocks: dict[Node, list[Step]] = defaultdict(list)
        for (origin, to, late), columns in self._alike_moves.items():
            column = min(columns, key=costs.__getitem__)
            step = Step(to, late, costs[column], column)
            if origin is None:
                self.starts.append(step)
            elif to.city == NOWHERE:
                self.finals[origin].append(step)
            else:
                self.moves[origin].append(step)
        for (node, to, late), columns in self._alike_blocks.items():
            column = min(columns, key=costs.__getitem__)
            self.blocks[node].append(Step(to, late, costs[column], column))

    def _closing(self, model: Model) -> dict[Node, list[float]]:
        """The hours at which desks close."""
        hours: dict[Node, set[float]] = defaultdict(set)
        for block in model.blocks:
            if block.lodging.check_in_until < inf:
                hours[Node(self._index[block.city], block.first)].add(block.lodging.check_in_until)
        return defaultdict(list, {node: sorted(until) for node, until in hours.items()})

    def _read_moves(
        self, model: Model, closing: dict[Node, list[float]]
    ) -> dict[tuple[Node | None, Node, int], list[int]]:
        alike: dict[tuple[Node | None, Node, int], list[int]] = defaultdict(list)
        for column, move in enumerate(model.moves):
            origin = None if move.origin is None else Node(self._index[move.origin], move.leaves)
            to = Node(NOWHERE if move.destination is None else self._index[move.destination], move.arrives)
            alike[origin, to, bisect_left(closing[to], move.arrival_minute)].append(column)
        return alike

    def _read_blocks(self, model: Model, closing: dict[Node, list[float]]) -> dict[tuple[Node, Node, int], list[int]]:
        alike: dict[tuple[Node, Node, int], list[int]] = defaultdict(list)
        for column, block in enumerate(model.blocks, len(model.moves)):
            city = self._index[block.city]
            node = Node(city, block.first)
            late = bisect_left(closing[node], block.lodging.check_in_until)
            alike[node, Node(city, block.last), late].append(column)
        return alike


class Filter:
    """The steps that wishes about dates, nights and the first city leave."""

    def __init__(self, problem: CitiesProblem, wishes: Sequence[Wish]) -> None:
        index = {city.id: number for number, city in enumerate(problem.cities)}
        self._firsts = {index[wish.cities[0]] for wish in wishes if wish.kind == FIRST}
        self._nights = [
            (index[wish.cities[0]], wish.at_least or 0, inf if wish.at_most is None else wish.at_most)
            for wish in wishes
            if wish.kind == NIGHTS
        ]
        self._there = [
            (Node(index[wish.cities[0]], problem.day_of(wish.date or "")), wish.kind == NIGHT_OF)
            for wish in wishes
            if wish.kind in (ON_DATE, NIGHT_OF)
        ]

    def starts(self, steps: Iterable[Step]) -> Iterable[Step]:
        if any(there.day < 0 for there, _ in self._there):
            return ()
        return self.moves(Node(NOWHERE, 0), [step for step in steps if not self._firsts - {step.to.city}])

    def moves(self, origin: Node, steps: Iterable[Step]) -> Iterable[Step]:
        for there, at_night in self._there:
            steps = [step for step in steps if _passes(origin, step.to, there, at_night=at_night)]
        return steps

    def blocks(self, node: Node, steps: Iterable[Step]) -> Iterable[Step]:
        for city, low, high in self._nights:
            if city == node.city:
                steps = [step for step in steps if low <= step.to.day - node.day <= high]
        for (city, day), at_night in self._there:
            if city != node.city and node.day <= day:
                # Whoever leaves on the day itself can still get there in time, but not for the night.
                last = day if at_night or node.day < day else inf
                steps = [step for step in steps if step.to.day <= last]
        return steps


def _passes(origin: Node, to: Node, there: Node, *, at_night: bool) -> bool:
    """Whether those who move can be in a city on its day, or sleep there in the night that begins then."""
    over = to.city == NOWHERE and origin.day < there.day + at_night
    if at_night:
        return not over and not origin.day <= there.day < to.day
    return not over and (there in (origin, to) or not origin.day <= there.day <= to.day)
