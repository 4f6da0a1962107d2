"""Plans that are clearly different from one another.

Where the candidates allow it, they differ in what is visited; where nearly everything fits, in how the days are put
together (`difference.py` says how much).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from .core import Core
from .difference import difference, visited
from .engine import Search
from .model import compile_model
from .objective import Objective
from .otherwise import otherwise
from .problem import Problem
from .solution import Solution
from .solver import explained
from .stop import MaxSeconds, StopRule
from .warm import put

KEPT_WORTH = 0.4
GOOD = 0.9
FAIR = 0.75
SEED_BITS = 62


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
    nothing clearly different that is worth 90 %, the days are put together otherwise (`otherwise.py`), and the best of
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
        core = Core(self.plain, rng.getrandbits(SEED_BITS), measured=True)
        core.measure(stop())
        self.alone = core.alone

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
        for apart in otherwise(self.problem, earlier, self.rng):
            yield self._solved(apart)

    def _solved(self, problem: Problem, less: Mapping[str, float] | None = None) -> Solution:
        """The best plan of a changed problem, as a plan of the true one."""
        model = compile_model(problem, less)
        core = Core(model, self.rng.getrandbits(SEED_BITS), measured=False)
        core.begin(model.base, [] if less else self.alone)
        core.improve(self.stop())
        search = Search(self.plain)
        put(search, [model.names(route) for route in core.best])
        return explained(self.plain, Objective(self.plain, list(self.alone)), search.plan(), core.iterations)
