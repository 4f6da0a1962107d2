"""The search as a WebAssembly module: what is in this folder as TypeScript (AssemblyScript), built into `core.wasm`.

This is its Python side: it writes a compiled model into the module's memory, lets it search a slice at a time, and
reads the best plan. See decision 64.
"""

from __future__ import annotations

import atexit
import typing
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain
from pathlib import Path

from ..model import Model, urgency
from ..stop import StopRule, iterations_left

if typing.TYPE_CHECKING:
    import wasmtime

Routes = list[list[int]]
Numbers: typing.TypeAlias = "array[int] | array[float]"
Found = Callable[[int, float, Routes], None]

SHORT = 30
"""A stay that is shorter counts as so many minutes where costs are compared with time."""
SLICE = 150_000
"""Elementary steps between two questions to the stopping rule: about two milliseconds."""
MOST_ITERATIONS = 1 << 30


class Core:
    """One search of a model, seeded. With `measured`, the best scores of plans for each member alone are searched for
    too, first by `measure`, then now and again in between; without, they are what `begin` is given."""

    def __init__(self, model: Model, seed: int, *, measured: bool) -> None:
        self._model = model
        self._linear = _Memory()
        self._cap = 0
        self._days = len(model.alike)
        self._members = len(model.member_scores)
        self._write()
        self._linear.call("start", seed & (1 << 63) - 1, int(measured))
        self._cap = int(self._linear.call("capOf"))

    @property
    def iterations(self) -> int:
        """The iterations done, those for the members alone among them."""
        return int(self._linear.number("iterations"))

    @property
    def best(self) -> Routes:
        """The nodes of each day of the best plan, in order."""
        cap = self._cap
        routes = self._linear.read("i", "bestRoutes", self._days * cap)
        lengths = self._linear.read("i", "bestSizes", self._days)
        return [list(routes[day * cap + 1 : day * cap + length - 1]) for day, length in enumerate(lengths)]

    @property
    def best_value(self) -> float:
        """The value of the best plan, with the bonuses for musts."""
        return float(self._linear.call("bestValue"))

    @property
    def alone(self) -> list[float]:
        """The best score known of a plan for each member alone; empty where there is nobody to be fair to."""
        problem = self._model.problem
        if len(problem.members) < 2 or not problem.fairness or not problem.days:
            return []
        return list(self._linear.read("d", "aloneScores", self._members))

    def measure(self, stop: StopRule) -> None:
        """Search for a plan for each member alone."""
        while not stop(self.iterations, 0.0):
            if self._linear.call("measureSlice", iterations_left(stop, self.iterations, MOST_ITERATIONS), SLICE):
                return

    def begin(self, plan: Routes, alone: Sequence[float] = ()) -> None:
        """Begin the search for everybody with a feasible plan. `alone`: measure shares by these scores."""
        routes, lengths = array("i", bytes(4 * self._days * self._cap)), array("i")
        for day, nodes in enumerate(plan):
            whole = self._model.whole(day, nodes)
            routes[day * self._cap : day * self._cap + len(whole)] = array("i", whole)
            lengths.append(len(whole))
        self._linear.write("handRoutes", [routes])
        self._linear.write("handSizes", [lengths])
        if alone:
            self._linear.write("aloneScores", [array("d", alone)])
        self._linear.call("beginMain")

    def improve(self, stop: StopRule, found: Found | None = None) -> None:
        """Improve the plan until `stop(iterations, best value)`. `found` hears of better plans, between two slices."""
        told = -1
        while True:
            if found is not None and (versions := self._linear.number("versions")) != told:
                told = versions
                found(self.iterations, self.best_value, self.best)
            if stop(self.iterations, self.best_value):
                return
            self._linear.call("slice", iterations_left(stop, self.iterations, MOST_ITERATIONS), SLICE)

    def _write(self) -> None:
        """Hand the model over, row by row: the matrices of the largest trips are some megabytes each."""
        model, problem = self._model, self._model.problem
        kinds = sorted(set(model.alike))
        groups: dict[str, int] = {}
        for visit in problem.visits:
            if visit.group is not None:
                groups.setdefault(visit.group, len(problem.visits) + len(groups))
        tokens = [tokens for kind in kinds for tokens in model.tokens[kind]]
        given = (model.budget is not None) | (model.fares is not None) << 1 | (model.tolls is not None) << 2
        sizes = (model.nodes, self._days, len(kinds), self._members, len(problem.visits), len(groups), len(model.walks))
        pauses = max((len(day.breaks) for day in problem.days), default=0)
        longest = min(model.nodes, len(problem.visits) + pauses)
        counts = (len(model.capacity), sum(map(len, tokens)), sum(map(len, model.base)), longest)
        self._linear.call("allocate", *sizes, *counts, given)
        for field, rows in enumerate(_arrays(model, kinds, tokens, groups)):
            self._linear.write("address", rows, field)
        self._linear.call("prepare", float(model.budget or 0), float(problem.fairness) if problem.days else 0.0)


def _arrays(
    model: Model, kinds: list[int], tokens: list[tuple[int, ...]], groups: Mapping[str, int]
) -> Iterator[Sequence[Numbers]]:
    """The rows of the model's arrays, in the order of `address` in model.ts."""
    used = [model.visit(node) for node in range(model.nodes)]
    means = model.average
    extra = [[gain - mean for gain, mean in zip(model.gain[kind], means, strict=True)] for kind in kinds]
    yield model.reach
    yield _packed("i", model.opens)
    yield _packed("i", model.lasts)
    yield _packed("d", extra)
    yield [array("d", means)]
    yield _packed("d", model.member_scores)
    yield [_begins(tokens)]
    yield [array("i", list(chain.from_iterable(tokens)))]
    yield [array("i", model.capacity)]
    yield [array("d", model.cost)]
    yield [row for matrix, _ in model.walks for row in matrix]
    yield _packed("d", [limits for _, limits in model.walks])
    yield model.fares or []
    yield model.tolls or []
    yield [array("i", [kinds.index(kind) for kind in model.alike])]
    yield [_begins(model.base)]
    yield _packed("i", model.base)
    yield [array("i", model.visit_of)]
    yield [array("i", [-1 if one is None or one.group is None else groups[one.group] for one in used])]
    yield [array("d", [model.bonus * urgent for urgent in urgency(model.problem)])]
    yield [array("i", model.wanted)]
    yield [array("d", model.per_stop)]
    yield [array("d", _dearness(model))]


def _dearness(model: Model) -> list[float]:
    """What each node's cost is of the budget, as a part of the time of all days, in times of its own stay."""
    if not model.budget:
        return [0.0] * model.nodes
    ends = [model.whole(day, []) for day in range(len(model.alike))]
    total = sum(model.lasts[day][last] - model.opens[day][first] for day, (first, last) in enumerate(ends))
    stays = [max(model.reach[node][node], SHORT * model.scale) for node in range(model.nodes)]
    return [cost * total / model.budget / stay for cost, stay in zip(model.cost, stays, strict=True)]


def _packed(code: typing.Literal["i", "d"], rows: Sequence[Sequence[float]]) -> list[array[typing.Any]]:
    """Rows as arrays. Some are one and the same list (see `Model`): each is converted once."""
    known = {id(row): row for row in rows}
    packed = {key: array(code, row) for key, row in known.items()}
    return [packed[id(row)] for row in rows]


def _begins(rows: Iterable[Sequence[int]]) -> array[int]:
    """Where each row begins if all are written one after the other, and where the last one ends."""
    return array("i", [0, *accumulate(map(len, rows))])


@cache
def _module() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """The compiled module: once in a process, when first needed, because importing the optimiser must be quick."""
    import wasmtime

    engine = wasmtime.Engine()
    return engine, wasmtime.Module.from_file(engine, str(Path(__file__).with_name("core.wasm")))


# Else they would be freed when parts of wasmtime's are gone already, which it complains about.
atexit.register(_module.cache_clear)


class _Memory:
    """An instance of the module, its functions and its memory."""

    def __init__(self) -> None:
        import wasmtime

        engine, module = _module()
        self._store = wasmtime.Store(engine)
        self._exports: typing.Any = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._memory: typing.Any = self._exports["memory"]

    def call(self, name: str, *arguments: float) -> typing.Any:
        return self._exports[name](self._store, *arguments)

    def number(self, name: str) -> typing.Any:
        return self._exports[name].value(self._store)

    def write(self, where: str, rows: Iterable[Numbers], *arguments: int) -> None:
        """Write arrays one after the other, from the address on that a function of the module tells."""
        at = self.call(where, *arguments)
        memory = memoryview(self._memory.get_buffer_ptr(self._store)).cast("B")
        for row in rows:
            numbers = row.tobytes()
            memory[at : at + len(numbers)] = numbers
            at += len(numbers)

    def read(self, code: typing.Literal["i", "d"], where: str, count: int) -> array[typing.Any]:
        numbers: array[typing.Any] = array(code)
        begin = self.call(where)
        numbers.frombytes(bytes(self._memory.read(self._store, begin, begin + count * numbers.itemsize)))
        return numbers
