"""A good plan of a large model, and how good any could be, by sweeps: budgets are priced instead of kept.

Lagrangian relaxation of the constrained shortest path (Handler and Zang 1980): of two plans, one that spends too much
and one that does not, the price of money at which both are worth the same leads to the next; where it leads to no
other, no plan is worth more than those two are at that price. Where no budget binds, the first sweep is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from math import inf

from .clock import Clock, OutOfTimeError
from .model import Model
from .steps import Steps
from .sweep import Sweep, fits
from .wishes import BUDGET

_CLOSE = 1e-9
_MORE = 40
"""Trips to other sets of cities that are looked at, at the price that leads to no other: some keep the budget."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The columns of the best plan found, None if none is known; no plan is worth more than `bound`: -inf, there is
    none."""

    chosen: tuple[int, ...] | None
    value: float
    bound: float


@dataclass(frozen=True, slots=True)
class _Trip:
    """Columns, what they are worth, and by how much they exceed the budgets in all, each budget counting as 1."""

    columns: tuple[int, ...]
    value: float
    excess: float


def priced(model: Model, values: Sequence[float], clock: Clock) -> Priced:
    """The best of the plans that prices lead to, as far as time allows; nothing where sweeps do not fit the model."""
    if any(values[model.binaries :]) or not fits(model.problem, model.wishes):
        return Priced(None, -inf, inf)
    return _Prices(model, values, clock).search()


class _Prices:
    def __init__(self, model: Model, values: Sequence[float], clock: Clock) -> None:
        self._model, self._values, self._clock = model, values, clock
        self._budgets = [
            (max(wish.at_most or 0, 1), wish.at_most or 0, model.costs(wish.names))
            for wish in model.wishes
            if wish.kind == BUDGET
        ]
        self._shares = [0.0] * model.binaries
        for unit, _, costs in self._budgets:
            for column, cost in costs.items():
                self._shares[column] += cost / unit
        self._allowed = sum(at_most / unit for unit, at_most, _ in self._budgets)
        self._steps: Steps | None = None
        self._best = Priced(None, -inf, inf)

    def search(self) -> Priced:
        """What is known when it ends, or time does."""
        with suppress(OutOfTimeError):
            self._follow()
        return self._best

    def _follow(self) -> None:
        """Raises OutOfTimeError."""
        dear = next(self._trips(1.0, 0.0), None)
        if dear is None:
            self._best = Priced(None, -inf, -inf)
            return
        self._note(dear, dear.value)
        if self._best.chosen is not None:
            return
        thrifty = next(self._trips(0.0, 1.0), dear)
        if thrifty.excess > _CLOSE:
            self._best = Priced(None, -inf, -inf)
            return
        self._note(thrifty, dear.value)
        while dear.excess - thrifty.excess > _CLOSE:
            price = (dear.value - thrifty.value) / (dear.excess - thrifty.excess)
            trips = self._trips(1.0, price)
            between = next(trips, dear)
            known, worth = dear.value - price * dear.excess, between.value - price * between.excess
            self._note(between, max(known, worth))
            if worth <= known + _CLOSE * abs(known):
                for other in islice(trips, _MORE):
                    self._note(other, inf)
                return
            if between.excess > 0:
                dear = between
            else:
                thrifty = between

    def _trips(self, value: float, price: float) -> Iterator[_Trip]:
        """The trips that are worth most, values counting so much and what is spent at a price, by the cities visited.

        Raises OutOfTimeError.
        """
        pairs = zip(self._values, self._shares, strict=False)
        costs = [price * share - value * worth for worth, share in pairs]
        self._steps = steps = Steps(self._model, costs) if self._steps is None else self._steps.at(costs)
        self._clock.check()
        for found in Sweep(self._model.problem, steps, self._model.wishes).trips(self._model.wishes, self._clock):
            spent = sum(self._shares[column] for column in found)
            yield _Trip(found, sum(self._values[column] for column in found), spent - self._allowed)

    def _note(self, trip: _Trip, bound: float) -> None:
        """Remembers a trip that keeps every budget, if it is the best, and what no plan is worth more than."""
        best = self._best
        kept = all(sum(int(costs.get(one, 0)) for one in trip.columns) <= most for _, most, costs in self._budgets)
        if kept and trip.value > best.value:
            best = Priced(trip.columns, trip.value, best.bound)
        self._best = Priced(best.chosen, best.value, min(best.bound, bound))
