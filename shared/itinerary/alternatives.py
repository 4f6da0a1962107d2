"""Plans that are clearly different from one another.

Where the candidates allow it, they differ in what is visited; where nearly everything fits, in how the days are put
together (`difference.py` says how much).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from .alone import Alone
from .difference import difference, visited
from .engine import Search
from .improve import Improver
from .model import compile_model
from .objective import Objective
from .problem import Problem, Visit
from .slots import frozen
from .solution import DayPlan, Solution
from .solver import explained
from .stop import MaxSeconds, StopRule
from .warm import put

KEPT_WORTH = 0.4
GOOD = 0.9
FAIR = 0.75


def one_second() -> StopRule:
    return MaxSeconds(1.0)


def alternatives(
    problem: Problem,
    first: Solution,
    *,
    count: int = 2,
    seed: int = 0,
    stop: Callable[[], StopRule] = one_second,
) -> tuple[Solution, ...]:
    """Up to `count` further plans, each clearly different from `first` and from one another, and worth at least 75 %
    of it, what changes to a previous plan cost left aside.

    Other visits are looked for first: what earlier plans visit is worth 40 % of its score each time. If that yields
    nothing clearly different that is worth 90 %, parts of the days are kept apart from where they were, and the best of
    all is taken. Values are by the true scores. `stop` makes a new stopping rule for each search. Fewer plans come back
    where no others are found.
    """
    found: list[Solution] = []
    search = _Alternatives(problem, first, random.Random(seed), stop)  # noqa: S311
    for _ in range(count):
        plan = search.best((first, *found))
        if plan is None:
            break
        found.append(plan)
    return tuple(found)


def worth(solution: Solution) -> float:
    """The value of a plan, whatever it changes of a previous one."""
    return solution.value + solution.terms.disruption


class _Alternatives:
    def __init__(self, problem: Problem, first: Solution, rng: random.Random, stop: Callable[[], StopRule]) -> None:
        self.problem, self.first, self.rng, self.stop = problem, first, rng, stop
        self.plain = compile_model(problem)
        self.alone = Alone(Search(self.plain), rng)
        self.alone.measure(stop())

    def best(self, earlier: Sequence[Solution]) -> Solution | None:
        """The best of the plans that are different and good enough; the search ends with one that is good."""
        best: Solution | None = None
        for plan in self._plans(earlier):
            if self._will_do(plan, earlier) and (best is None or worth(plan) > worth(best)):
                best = plan
                if worth(best) >= GOOD * worth(self.first):
                    break
        return best

    def _will_do(self, plan: Solution, earlier: Sequence[Solution]) -> bool:
        good = worth(plan) >= FAIR * worth(self.first) and len(plan.unmet) <= len(self.first.unmet)
        return good and all(difference(self.problem, other, plan) is not None for other in earlier)

    def _plans(self, earlier: Sequence[Solution]) -> Iterator[Solution]:
        less: dict[str, float] = {}
        for plan in earlier:
            for name in visited(plan):
                less[name] = less.get(name, 1.0) * KEPT_WORTH
        if any(not visit.must and visit.fixed is None and visit.id not in less for visit in self.problem.visits):
            yield self._solved(self.problem, less)
        for apart in _kept_apart(self.problem, earlier):
            yield self._solved(apart)

    def _solved(self, problem: Problem, less: Mapping[str, float] | None = None) -> Solution:
        """The best plan of a changed problem, as a plan of the true one."""
        model = compile_model(problem, less)
        improver = Improver(Search(model), Objective(model, [] if less else list(self.alone.scores)), self.rng)
        iterations = improver.run(self.stop(), lambda iterations, value, routes: None)
        search = Search(self.plain)
        put(search, [model.names(route) for route in improver.best])
        return explained(self.plain, Objective(self.plain, list(self.alone.scores)), search.plan(), iterations)


def _kept_apart(problem: Problem, earlier: Sequence[Solution]) -> Iterator[Problem]:
    """Problems in which parts of each day are kept from where they were: half of it from the day, in several ways, all
    of it from the day, and the first part of it from the morning."""
    movable = {visit.id for visit in problem.visits if visit.fixed is None} - frozen(problem).keys()
    halves: tuple[Callable[[int, int], bool], ...] = (
        lambda place, size: place >= size // 2,
        lambda place, size: place < size - size // 2,
        lambda place, size: place % 2 == 1,
        lambda place, size: True,
    )
    for half in halves if len(problem.days) > 1 else ():
        barred: dict[str, set[int]] = {}
        for plan in earlier:
            for day in plan.days:
                own = [stop.visit for stop in day.stops if stop.visit in movable]
                for place, name in enumerate(own):
                    if half(place, len(own)):
                        barred.setdefault(name, set()).add(day.index)
        yield replace(problem, visits=tuple(_barred(problem, one, barred.get(one.id, set())) for one in problem.visits))
    for part in (2, 3):
        late = {name: side for day in earlier[-1].days for name, side in _sides(day, movable, part).items()}
        yield replace(
            problem,
            visits=tuple(_turned(problem, one, late[one.id]) if one.id in late else one for one in problem.visits),
        )


def _barred(problem: Problem, visit: Visit, days: set[int]) -> Visit:
    """The visit without some days, if others are left."""
    left = tuple(day for day in visit.days or range(len(problem.days)) if day not in days)
    return replace(visit, days=left) if days and left else visit


def _sides(day: DayPlan, movable: set[str], part: int) -> dict[str, tuple[int, float, bool]]:
    """The first and the last part of the visits of a day that are no meals: day, middle, and whether it is first."""
    own = [stop for stop in day.stops if stop.visit in movable and stop.meal is None]
    size = len(own) // part
    if not size:
        return {}
    middle = own[len(own) // 2].start
    ends = [(stop, True) for stop in own[:size]] + [(stop, False) for stop in own[-size:]]
    return {stop.visit: (day.index, middle, first) for stop, first in ends}


def _turned(problem: Problem, visit: Visit, side: tuple[int, float, bool]) -> Visit:
    """The visit behind the middle of its day if it was in the first part of it, and before if it was in the last."""
    index, middle, first = side
    day = problem.days[index]
    low, high = (middle, day.end) if first else (day.start, middle + visit.minutes)
    windows = list(visit.windows or (((min(one.start, 0.0), one.end),) for one in problem.days))
    cut = ((max(opens, low), min(closes, high)) for opens, closes in windows[index])
    windows[index] = tuple((opens, closes) for opens, closes in cut if opens < closes)
    return replace(visit, windows=tuple(windows))
