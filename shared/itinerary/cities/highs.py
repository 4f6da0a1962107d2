"""The model solved by HiGHS (Huangfu and Hall 2018), which is loaded on first use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import Any

from .model import Model

TOLERANCE = 1e-9
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


class Clock:
    """How much time is left of a limit in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.perf_counter())


def maximise(model: Model, clock: Clock) -> Outcome:
    """The best plan of the model, exact to the smallest unit of money unless time runs out."""
    return _solve(model, model.values, clock)


def cheapest(model: Model, clock: Clock, categories: tuple[str, ...]) -> Outcome:
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
    if any(row.low > 0 and not row.terms for row in model.rows):
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in (
        ("output_flag", False),
        ("presolve", "off"),  # the relaxation is tight as it is: without, it takes a quarter of the time
        ("threads", 1),
        ("random_seed", 0),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 1e-7),
        ("primal_feasibility_tolerance", TOLERANCE),
        ("mip_feasibility_tolerance", TOLERANCE),
        ("time_limit", clock.left()),
    ):
        solver.setOptionValue(name, setting)
    solver.passModel(_program(highspy, model, values))
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if status == highspy.HighsModelStatus.kOptimal:
        state = BEST
    elif status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Outcome(IMPOSSIBLE, None, -inf, -inf)
    else:
        state = STOPPED
    if not known:
        return Outcome(state, None, -inf, inf)
    solution = solver.getSolution().col_value
    chosen = tuple(column for column in range(model.binaries) if solution[column] > 0.5)
    return Outcome(state, chosen, info.objective_function_value, info.mip_dual_bound)


def _program(highspy: Any, model: Model, values: list[float]) -> Any:
    """Row by row. Rows of money are scaled to 0..1, where tolerances mean the same for yen and for rupiah."""
    import numpy

    columns, rows = len(values), model.rows
    starts: list[int] = [0]
    index: list[int] = []
    coefficients: list[float] = []
    low: list[float] = []
    high: list[float] = []
    for row in rows:
        scale = max(map(abs, row.terms.values()), default=0.0) or 1.0
        index += row.terms.keys()
        coefficients += [value / scale for value in row.terms.values()]
        starts.append(len(index))
        low.append(row.low / scale)
        high.append(row.high / scale)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, len(rows)
    program.col_cost_ = numpy.array(values, dtype=float)
    program.col_lower_, program.col_upper_ = numpy.zeros(columns), numpy.ones(columns)
    program.row_lower_, program.row_upper_ = numpy.array(low, dtype=float), numpy.array(high, dtype=float)
    program.sense_ = highspy.ObjSense.kMaximize
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_, matrix.index_ = numpy.array(starts, dtype=numpy.int32), numpy.array(index, dtype=numpy.int32)
    matrix.value_ = numpy.array(coefficients, dtype=float)
    kinds = [highspy.HighsVarType.kInteger] * model.binaries
    program.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (columns - model.binaries)
    return program
