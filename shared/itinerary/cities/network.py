"""The moves and blocks of a model, grown day by day, so that only what can be reached from the start is there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import ceil, inf

from .clock import Clock
from .journeys import Journeys
from .lodging import Lodgings
from .model import Block, Model, Move
from .wishes import NIGHTS, TOTAL_NIGHTS, Wish


class Network:
    """Fills a model with moves and blocks."""

    def __init__(self, model: Model) -> None:
        problem = model.problem
        self._model = model
        self._problem = problem
        self._journeys = Journeys(problem, model.wishes)
        self._lodgings = Lodgings(problem, model.wishes)
        self._total = _within([wish for wish in model.wishes if wish.kind == TOTAL_NIGHTS])
        self._nights: dict[str, tuple[float, float]] = {}
        for city in problem.cities:
            low, high = _within([w for w in model.wishes if w.kind == NIGHTS and w.cities == (city.id,)])
            self._nights[city.id] = (low if city.max_visits == 1 else 1, high)
        self._horizon = int(min(problem.horizon, self._total[1]))

    def grow(self, clock: Clock) -> None:
        """Raises OutOfTimeError."""
        arriving: dict[int, set[str]] = defaultdict(set)
        leaving: dict[int, set[str]] = defaultdict(set)
        for move in self._starts():
            self._add(move, arriving)
        for day in range(self._horizon + 1):
            clock.check()
            for city in sorted(leaving[day]):
                for move in self._moves_from(city, day):
                    self._add(move, arriving)
            for city in sorted(arriving[day]):
                for block in self._blocks_from(city, day):
                    self._model.blocks.append(block)
                    leaving[block.last].add(city)

    def _add(self, move: Move, arriving: dict[int, set[str]]) -> None:
        self._model.moves.append(move)
        if move.destination is not None:
            arriving[move.arrives].add(move.destination)

    def _starts(self) -> Iterable[Move]:
        for city in self._problem.cities:
            if self._problem.start is None:
                yield Move(None, city.id, 0, 0, None, 0)
            else:
                for journey in self._journeys.between(self._problem.start, city.id, 0):
                    yield Move(None, city.id, 0, journey.arrival_day, journey, 0)

    def _moves_from(self, city: str, day: int) -> Iterable[Move]:
        for other in self._problem.cities:
            if other.id != city:
                for journey in self._journeys.between(city, other.id, day):
                    if journey.arrival_day < self._horizon:
                        yield Move(city, other.id, day, journey.arrival_day, journey, 0)
        meals = self._problem.city(city).meals * self._problem.people
        low, high = self._total[0], self._horizon
        if self._problem.end is None:
            if low <= day <= high:
                yield Move(city, None, day, day, None, meals)
        else:
            for journey in self._journeys.between(city, self._problem.end, day):
                if low <= journey.arrival_day <= high:
                    yield Move(city, None, day, journey.arrival_day, journey, meals)

    def _blocks_from(self, city: str, day: int) -> Iterable[Block]:
        low, high = self._nights[city]
        meals = self._problem.city(city).meals * self._problem.people
        for nights in range(ceil(max(1, low)), int(min(high, self._horizon - day)) + 1):
            for lodging in self._lodgings.of(city, day, nights):
                yield Block(city, day, day + nights, lodging, meals * nights)


def _within(wishes: list[Wish]) -> tuple[float, float]:
    """What the ranges of nights have in common."""
    return (
        max((wish.at_least or 0 for wish in wishes), default=0),
        min((inf if wish.at_most is None else wish.at_most for wish in wishes), default=inf),
    )
