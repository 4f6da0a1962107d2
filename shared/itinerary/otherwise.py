"""Problems whose plans put the days together otherwise than the plans that are known already."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from .difference import MOST_TOGETHER
from .problem import Problem, Visit
from .slots import frozen
from .solution import Solution, Stop

GROUPINGS = 300
REGROUPED = 6
TURNS = 120
Days = list[list[str]]
_HALVES: tuple[Callable[[int, int], bool], ...] = (
    lambda place, size: place >= size // 2,
    lambda place, size: place < size - size // 2,
    lambda place, size: place % 2 == 1,
)


def otherwise(problem: Problem, earlier: Sequence[Solution], rng: random.Random) -> Iterator[Problem]:
    """Half of each day is kept from its day, in several ways; visits are grouped anew; all are kept from their days;
    what was early on a day has to be late."""
    movable = {visit.id for visit in problem.visits if visit.fixed is None} - frozen(problem).keys()
    known = [[[stop.visit for stop in day.stops if stop.visit in movable] for day in plan.days] for plan in earlier]
    if len(problem.days) > 1:
        for half in _HALVES:
            yield _kept_from_days(problem, known, half)
        for _ in range(REGROUPED):
            if anew := _grouped_anew(problem, known, rng):
                yield anew
        yield _kept_from_days(problem, known, lambda place, size: True)
    yield _turned(problem, earlier, movable, rng)


def _kept_from_days(problem: Problem, known: Sequence[Days], half: Callable[[int, int], bool]) -> Problem:
    barred: dict[str, set[int]] = {}
    for days in known:
        for index, names in enumerate(days):
            for place, name in enumerate(names):
                if half(place, len(names)):
                    barred.setdefault(name, set()).add(index)
    return replace(problem, visits=tuple(_barred(problem, one, barred.get(one.id, set())) for one in problem.visits))


def _barred(problem: Problem, visit: Visit, days: set[int]) -> Visit:
    """The visit without some days, if others are left."""
    left = tuple(day for day in _days(problem, visit) if day not in days)
    return replace(visit, days=left) if days and left else visit


def _days(problem: Problem, visit: Visit) -> Sequence[int]:
    return range(len(problem.days)) if visit.days is None else visit.days


def _grouped_anew(problem: Problem, known: Sequence[Days], rng: random.Random) -> Problem | None:
    """With each visit of the first plan on a given day: of random groupings that separate enough of those who were
    together, the one that lies closest together."""
    home = {name: index for index, names in enumerate(known[0]) for name in names}
    together = [{frozenset(pair) for names in days for pair in combinations(names, 2)} for days in known]
    best: tuple[float, dict[str, int]] | None = None
    names, places = list(home), list(home.values())
    for _ in range(GROUPINGS):
        rng.shuffle(places)
        made = dict(zip(names, places, strict=True))
        pairs = [(a, b) for a, b in combinations(names, 2) if made[a] == made[b]]
        shared = [sum(frozenset(pair) in before for pair in pairs) for before in together]
        if any(
            many > MOST_TOGETHER * min(len(pairs), len(before)) for many, before in zip(shared, together, strict=True)
        ):
            continue
        if all(day in _days(problem, problem.visit(name)) for name, day in made.items()):
            far = sum(_way(problem, a, b) for a, b in pairs)
            if best is None or far < best[0]:
                best = far, made
    if best is None:
        return None
    made = best[1]
    return replace(
        problem,
        visits=tuple(replace(one, days=(made[one.id],)) if one.id in made else one for one in problem.visits),
    )


def _way(problem: Problem, a: str, b: str) -> float:
    one, other = problem.visit(a).location, problem.visit(b).location
    return problem.travel.choose(one, other).minutes[one][other]


def _turned(problem: Problem, earlier: Sequence[Solution], movable: set[str], rng: random.Random) -> Problem:
    """With half of the visits of each day behind its middle, those that turn round most pairs of every known plan."""
    sides: dict[str, tuple[int, float, bool]] = {}
    for day in earlier[-1].days:
        own = [stop for stop in day.stops if stop.visit in movable and stop.meal is None]
        if len(own) > 1:
            late = _latecomers(own, earlier, rng)
            middle = own[len(own) - len(late)].start if late else 0.0
            sides.update((stop.visit, (day.index, middle, stop.visit in late)) for stop in own)
    return replace(
        problem,
        visits=tuple(_on_side(problem, one, sides[one.id]) if one.id in sides else one for one in problem.visits),
    )


def _latecomers(own: Sequence[Stop], earlier: Sequence[Solution], rng: random.Random) -> frozenset[str]:
    names = [stop.visit for stop in own]
    size = len(names) // 2
    when = [{stop.visit: (day.index, stop.start) for day in plan.days for stop in day.stops} for plan in earlier]

    def kept(late: frozenset[str]) -> float:
        """The largest part of the pairs across the middle that are as they were in a known plan."""
        pairs = [(one, other) for one in names if one not in late for other in late]
        return max(sum(at[a] < at[b] for a, b in pairs if a in at and b in at) / len(pairs) for at in when)

    choices = [frozenset(names[:size]), *(frozenset(rng.sample(names, size)) for _ in range(TURNS))]
    return min(choices, key=kept)


def _on_side(problem: Problem, visit: Visit, side: tuple[int, float, bool]) -> Visit:
    """The visit behind the middle of its day, or before it."""
    index, middle, late = side
    day = problem.days[index]
    low, high = (middle, day.end) if late else (day.start, middle + visit.minutes)
    windows = list(visit.windows or (((min(one.start, 0.0), one.end),) for one in problem.days))
    cut = ((max(opens, low), min(closes, high)) for opens, closes in windows[index])
    windows[index] = tuple((opens, closes) for opens, closes in cut if opens < closes)
    return replace(visit, windows=tuple(windows))
