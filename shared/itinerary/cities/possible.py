"""Whether wishes can be met together: asked again and again while a clash is looked for, so what was worked out for one
question is kept for the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

from .build import build
from .clock import Clock, OutOfTimeError
from .highs import possible, thriftiest
from .model import Model
from .network import Network
from .problem import CitiesProblem, Weights
from .steps import Steps
from .sweep import READ_BY_SWEEPS, SHOWN_AT_THE_END, Sweep, fits
from .wishes import BUDGET, LAST, TOTAL_NIGHTS, Wish

_MOST_STEPS = 4
_WHOLE = 2**53
"""Up to here floats hold every whole number."""
_Names = tuple[str, ...]


class _Swept(NamedTuple):
    """A sweep, and by which of the wishes about ends hold, the least cost of each state."""

    sweep: Sweep
    least: dict[frozenset[str], Any]


class Possibilities:
    """What is known of which wishes of a problem can be met together. What is nice plays no part."""

    def __init__(self, problem: CitiesProblem) -> None:
        self._problem = replace(problem, weights=Weights(0, 0, 0, 0), preferences=())
        self._whole = _most_that_a_trip_costs(problem) < _WHOLE
        self._known_steps: dict[tuple[tuple[Wish, ...], _Names], Steps] = {}
        self._swept: dict[tuple[tuple[Wish, ...], _Names], _Swept] = {}

    def ask(self, wishes: Sequence[Wish], clock: Clock) -> bool | None:
        """Whether they can; None if time runs out before that is known."""
        try:
            told = self._by_sweeps(wishes, clock)
            return possible(build(self._problem, tuple(wishes), clock), clock) if told is None else told
        except OutOfTimeError:
            return None

    def excluded(self, wishes: Sequence[Wish], clock: Clock) -> bool:
        """Whether sweeps alone show that they cannot. Raises OutOfTimeError."""
        return self._by_sweeps(wishes, clock) is False

    def needed(self, wishes: Sequence[Wish], budget: Wish, clock: Clock) -> int | None:
        """What the budget has to be at least beside other wishes; None if time runs out before any is known that would
        do."""
        try:
            alone = all(wish.kind != BUDGET or wish.names == budget.names for wish in wishes)
            if alone and self._whole and fits(self._problem, wishes):
                least = self.least(wishes, budget.names, clock)
                return None if least == inf else int(least)
            model = build(self._problem, tuple(wishes), clock)
            chosen = thriftiest(model, clock, budget.names).chosen
        except OutOfTimeError:
            return None
        return None if chosen is None else model.spent(chosen, budget.names)

    def least(self, wishes: Sequence[Wish], names: _Names, clock: Clock) -> float:
        """The least that a trip with the wishes costs in the categories, other budgets aside; inf: there is none.

        The wishes have to be such that a sweep `fits` them. Raises OutOfTimeError.
        """
        sweep, least = self._sweep(wishes, names, clock)
        wanted = {wish.id for wish in wishes if wish.kind in (LAST, TOTAL_NIGHTS)}
        states = sweep.states(wishes)
        return min(
            (float(costs[states].min(initial=inf)) for held, costs in least.items() if wanted <= held), default=inf
        )

    def _by_sweeps(self, wishes: Sequence[Wish], clock: Clock) -> bool | None:
        """As `ask`; None where sweeps cannot tell: not if each of several budgets suffices alone, whether all do."""
        if not (self._whole and fits(self._problem, wishes)):
            return None
        budgets: dict[_Names, float] = {}
        for wish in wishes:
            if wish.kind == BUDGET:
                budgets[wish.names] = min(wish.at_most or 0, budgets.get(wish.names, inf))
        for names, at_most in (budgets or {self._some_names(): inf}).items():
            least = self.least(wishes, names, clock)
            if least > at_most or least == inf:
                return False
        return True if len(budgets) <= 1 else None

    def _some_names(self) -> _Names:
        """For a question without a budget, what is asked for most often with one."""
        return next((wish.names for wish in self._problem.wishes if wish.kind == BUDGET), ())

    def _sweep(self, wishes: Sequence[Wish], names: _Names, clock: Clock) -> _Swept:
        shaping = tuple(wish for wish in wishes if wish.kind not in (*SHOWN_AT_THE_END, BUDGET))
        if (shaping, names) not in self._swept:
            others = tuple(wish for wish in shaping if wish.kind not in READ_BY_SWEEPS)
            sweep = Sweep(self._problem, self._steps(others, names, clock), shaping)
            least: dict[frozenset[str], Any] = {}
            for end, found in sweep.ends(clock).items():
                held = frozenset(wish.id for wish in self._problem.wishes if end.suits(wish))
                least[held] = sweep.least(least[held], found) if held in least else found
            self._swept[shaping, names] = _Swept(sweep, least)
        return self._swept[shaping, names]

    def _steps(self, wishes: tuple[Wish, ...], names: _Names, clock: Clock) -> Steps:
        """Of the moves and blocks that wishes leave, the steps that cost least in the categories."""
        if (wishes, names) not in self._known_steps:
            model = Model(self._problem, wishes)
            Network(model).grow(clock)
            costs = model.costs(names)
            if len(self._known_steps) == _MOST_STEPS:
                self._known_steps.pop(next(iter(self._known_steps)))
            self._known_steps[wishes, names] = Steps(model, [costs.get(one, 0.0) for one in range(model.binaries)])
        return self._known_steps[wishes, names]


def _most_that_a_trip_costs(problem: CitiesProblem) -> int:
    """No less than any trip does."""
    night = sum(stay.price * stay.rooms for stay in problem.stays)
    day = max(city.meals for city in problem.cities) + max((one.price for one in problem.transfers), default=0)
    return (problem.horizon + 2) * (night + day * problem.people)
