"""A model as the arrays that HiGHS takes, and runs of HiGHS (Huangfu and Hall 2018) on all or some of its columns.

Both libraries are loaded on first use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from .model import Model

TOLERANCE = 1e-9
_OPTIONS = (
    ("output_flag", False),
    ("presolve", "off"),  # the relaxation is tight as it is: without, it takes a quarter of the time
    ("threads", 1),
    ("random_seed", 0),
    ("mip_abs_gap", 1e-7),
    ("primal_feasibility_tolerance", TOLERANCE),
    ("mip_feasibility_tolerance", TOLERANCE),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What HiGHS says: `columns` are the values of all columns of the model, None if it found none, `reduced` the
    reduced costs of a relaxation, `bound` what no values are worth more than."""

    impossible: bool
    finished: bool
    columns: Any | None
    reduced: Any | None
    value: float
    bound: float


class Program:
    """Rows of money are scaled to 0..1, where tolerances mean the same for yen and for rupiah."""

    def __init__(self, model: Model, values: Sequence[float]) -> None:
        import numpy

        self._numpy = numpy
        starts: list[int] = [0]
        index: list[int] = []
        coefficients: list[float] = []
        low: list[float] = []
        high: list[float] = []
        for row in model.rows:
            scale = max(map(abs, row.terms.values()), default=0.0) or 1.0
            index += row.terms.keys()
            coefficients += [value / scale for value in row.terms.values()]
            starts.append(len(index))
            low.append(row.low / scale)
            high.append(row.high / scale)
        self._starts = numpy.array(starts, dtype=numpy.int32)
        self._index = numpy.array(index, dtype=numpy.int32)
        self._coefficients = numpy.array(coefficients, dtype=float)
        self._low, self._high = numpy.array(low, dtype=float), numpy.array(high, dtype=float)
        self.values = numpy.array(values, dtype=float)
        self._binaries = model.binaries

    def every(self) -> Any:
        """All columns, as a mask."""
        return self._numpy.ones(len(self.values), dtype=bool)

    def holds(self, columns: Any) -> bool:
        """Whether values of all columns meet all rows."""
        sums = self._numpy.zeros(len(self._low))
        rows = self._numpy.repeat(self._numpy.arange(len(self._low)), self._numpy.diff(self._starts))
        self._numpy.add.at(sums, rows, self._coefficients * columns[self._index])
        return bool((sums >= self._low - TOLERANCE).all() and (sums <= self._high + TOLERANCE).all())

    def solve(
        self, keep: Any, seconds: float, *, whole: bool = True, gap: float = 0.0, start: Any | None = None
    ) -> Run:
        """Maximise over the columns of the mask `keep`, all others 0; not `whole`: the relaxation. `gap`: how far from
        the best it may end, relative to it. `start`: values of all columns to begin from."""
        import highspy

        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, setting in (*_OPTIONS, ("mip_rel_gap", gap), ("time_limit", seconds)):
            solver.setOptionValue(name, setting)
        solver.passModel(self._lp(highspy, keep, whole=whole))
        if start is not None:
            begin = highspy.HighsSolution()
            begin.col_value, begin.value_valid = list(start[keep]), True
            solver.setSolution(begin)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
            return Run(True, True, None, None, -inf, -inf)
        finished = status == highspy.HighsModelStatus.kOptimal
        known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible and (whole or finished)
        value = info.objective_function_value
        bound = info.mip_dual_bound if whole else value if finished else inf
        if not known:
            return Run(False, finished, None, None, -inf, bound)
        solution = solver.getSolution()
        columns = self._spread(keep, solution.col_value)
        return Run(False, finished, columns, None if whole else self._spread(keep, solution.col_dual), value, bound)

    def _spread(self, keep: Any, found: Sequence[float]) -> Any:
        spread = self._numpy.zeros(len(self.values))
        spread[keep] = found
        return spread

    def _lp(self, highspy: Any, keep: Any, *, whole: bool) -> Any:
        """The rows over the columns that are kept."""
        numpy = self._numpy
        count = int(keep.sum())
        there = keep[self._index]
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = count, len(self._low)
        program.col_cost_ = self.values[keep]
        program.col_lower_, program.col_upper_ = numpy.zeros(count), numpy.ones(count)
        program.row_lower_, program.row_upper_ = self._low, self._high
        program.sense_ = highspy.ObjSense.kMaximize
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        before = numpy.concatenate(([0], numpy.cumsum(there)))
        matrix.start_ = before[self._starts].astype(numpy.int32)
        matrix.index_ = (numpy.cumsum(keep) - 1)[self._index[there]].astype(numpy.int32)
        matrix.value_ = self._coefficients[there]
        if whole:
            integers = int(keep[: self._binaries].sum())
            kinds = [highspy.HighsVarType.kInteger] * integers
            program.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (count - integers)
        return program
