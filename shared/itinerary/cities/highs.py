"""The model solved: small ones at once, large ones in steps, so that there is a plan early."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any

from .clock import Clock
from .diving import Diving
from .model import Model, Row
from .pricing import Priced, priced
from .program import Program, Run
from .wishes import BUDGET

DIRECT = 3000
"""Columns up to which steps do not pay."""
FEW = (2000, 8000)
"""How many columns are tried first."""
CLOSE = 0.002
"""How far from the best of them that may end, relative to it."""
SLACK = 1e-6
FOR_PRICES = 0.7
"""The share of the time for a plan by sweeps."""
BEST = "optimal"
STOPPED = "stopped"
IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out: `state` is "optimal", "stopped" (by time) or "impossible". `chosen`: columns, None if none is
    known; `bound`: no plan is worth more."""

    state: str
    chosen: tuple[int, ...] | None
    value: float
    bound: float


def maximise(model: Model, clock: Clock) -> Outcome:
    """The best plan of the model, exact to the smallest unit of money unless time runs out."""
    return _solve(model, model.values, clock)


def thriftiest(model: Model, clock: Clock, categories: tuple[str, ...]) -> Outcome:
    """The plan that spends least on the categories; `value` and `bound` are amounts below zero."""
    spent = model.costs(categories)
    return _solve(model, [-spent.get(column, 0.0) for column in range(len(model.values))], clock)


def possible(model: Model, clock: Clock) -> bool | None:
    """Whether there is any plan; None if time runs out before it is known."""
    outcome = _solve(model, [0.0] * len(model.values), clock)
    if outcome.chosen is not None:
        return True
    return False if outcome.state == IMPOSSIBLE else None


def _solve(model: Model, values: list[float], clock: Clock) -> Outcome:
    """Plans that a tolerance let through are ruled out one by one."""
    outcome = _solved(model, values, clock)
    while outcome.chosen is not None and _overspent(model, outcome.chosen):
        if clock.left() <= 0:
            return Outcome(STOPPED, None, -inf, outcome.bound)
        model.rows.append(Row(0, len(outcome.chosen) - 1, dict.fromkeys(outcome.chosen, 1.0)))
        outcome = _solved(model, values, clock)
    return outcome


def _overspent(model: Model, chosen: tuple[int, ...]) -> bool:
    """Whether a budget is exceeded by as little as one unit of its money."""
    budgets = (wish for wish in model.wishes if wish.kind == BUDGET)
    return any(model.spent(chosen, wish.names) > (wish.at_most or 0) for wish in budgets)


def _solved(model: Model, values: list[float], clock: Clock) -> Outcome:
    if any(row.low > 0 and not row.terms for row in model.rows):
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    program = Program(model, values)
    if model.binaries <= DIRECT:
        return _outcome(model, program.solve(program.every(), clock.left()))
    return _in_steps(model, program, clock)


def _in_steps(model: Model, program: Program, clock: Clock) -> Outcome:
    """A plan by prices; the relaxation; then only columns that can be in a better one, as their reduced costs tell, the
    most promising of them first."""
    early = priced(model, program.values.tolist(), clock.part(FOR_PRICES))
    if early.bound == -inf:
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    found = _known(model, program, early)
    if found is not None and found.bound <= found.value + SLACK:
        return _outcome(model, replace(found, finished=True, bound=found.value))
    relaxed = program.solve(program.every(), clock.left(), whole=False)
    if relaxed.impossible:
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    if relaxed.reduced is None:
        return Outcome(STOPPED, None, -inf, early.bound) if found is None else _outcome(model, found)
    reduced: Any = relaxed.reduced
    found = found or _first_plan(model, program, reduced, clock)
    best_first = sorted(reduced, reverse=True)
    for few in (*FEW, len(best_first)):
        keep = program.every()
        start: Any = None if found is None else found.columns
        if found is not None:
            # What may be in a better plan, and this one.
            keep = (relaxed.bound + reduced >= found.value - SLACK) | (start > 0)
        every = int(keep.sum()) <= few
        if not every:
            keep &= reduced >= best_first[few - 1]
            keep |= False if start is None else start > 0
        keep[model.binaries :] = True
        seconds = clock.left() if every else clock.left() / 2
        run = program.solve(keep, seconds, gap=0.0 if every else CLOSE, start=start)
        if run.columns is not None and (found is None or run.value > found.value):
            found = run
        if every:
            break
    bound = min(relaxed.bound, run.bound, early.bound)
    if found is None:
        return Outcome(IMPOSSIBLE if run.impossible else STOPPED, None, -inf, -inf if run.impossible else bound)
    finished = run.finished or run.impossible
    return _outcome(model, replace(found, finished=finished, bound=found.value if finished else bound))


def _known(model: Model, program: Program, early: Priced) -> Run | None:
    """The plan that prices have led to, if there is one."""
    if early.chosen is None:
        return None
    columns = model.completed(early.chosen)
    return Run(False, False, columns, None, early.value, early.bound) if program.holds(columns) else None


def _first_plan(model: Model, program: Program, reduced: Any, clock: Clock) -> Run | None:
    """The first path that loses little and keeps all rows."""
    until = clock.left() / 2
    diving = Diving(model, reduced.tolist())
    for chosen in diving.paths(lambda: clock.left() > until):
        columns = model.completed(chosen)
        if program.holds(columns):
            return Run(False, False, columns, None, float(program.values @ columns), inf)
    return None


def _outcome(model: Model, run: Run) -> Outcome:
    if run.impossible:
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    state = BEST if run.finished else STOPPED
    if run.columns is None:
        return Outcome(state, None, -inf, inf)
    chosen = tuple(column for column in range(model.binaries) if run.columns[column] > 0.5)
    return Outcome(state, chosen, run.value, run.bound)
