"""Splitting the group for half a day where tastes clash: each part has a plan of its own between common meeting points.

`halves.py` says what a half-day is, `split_plan.py` puts one into the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from math import sqrt

from .halves import Half, halves, open_visits, short_day, way_on
from .money import visit_cost
from .problem import Mode, Problem, Travel, Visit
from .solution import Branch, Solution
from .solver import solve
from .split_plan import with_split
from .stop import FirstOf, MaxIterations

Parts = tuple[tuple[int, ...], tuple[int, ...]]
"""Who goes one way and who the other, by the members' numbers."""
MARGIN = 0.1
"""A split has to add at least this part of what a day of the plan is worth on average."""
CANDIDATES = 25
ITERATIONS = 60


def split(
    problem: Problem,
    solution: Solution,
    *,
    margin: float = MARGIN,
    seed: int = 0,
    divisible: Collection[str] = (),
    enough: Callable[[], bool] = lambda: False,
) -> Solution:
    """The plan with the half-days for which it is worth to split up: the best first, as many as the problem allows.

    A split is taken only if the value, fairness included, rises by `margin` times the value of an average day. Musts,
    bookings, meals and breaks stay common, but of the musts in `divisible` each may be visited by the part of the group
    that likes it best; a veto binds those who have it. `enough` is asked again and again: once it says so, the best
    until then counts. Returns `solution` itself if nothing is worth it, or if it changes a previous plan. The same
    input and seed give the same answer, unless `enough` cuts it short.
    """
    if len(problem.members) < 2 or problem.previous or not problem.days:
        return solution
    for _ in range(problem.max_splits):
        if enough():
            break
        needed = margin * abs(solution.value) / len(problem.days)
        tried = takewhile(lambda _: not enough(), _ways(problem, solution, divisible))
        made = (_parted(problem, solution, half, parts, seed, enough) for half, parts in tried)
        best = max((one for one in made if one), key=lambda one: one.value, default=solution)
        if best.value - solution.value < max(needed, 1e-9):
            break
        solution = best
    return solution


def _ways(problem: Problem, solution: Solution, divisible: Collection[str]) -> Iterator[tuple[Half, Parts]]:
    """The half-days that could be split, and how the members could be divided there."""
    for plan in solution.days:
        if plan.split is None:
            for half in halves(problem, plan, divisible):
                for parts in _partitions(problem, solution, half):
                    yield half, parts


def _parted(
    problem: Problem, solution: Solution, half: Half, parts: Parts, seed: int, enough: Callable[[], bool]
) -> Solution | None:
    """The plan with the half-day split up; None if a part has nothing to do, or no money for it."""
    branches = _branches(problem, solution, half, parts, seed, enough)
    return None if branches is None else with_split(problem, solution, half, branches)


def _partitions(problem: Problem, solution: Solution, half: Half) -> list[Parts]:
    """Two ways to divide the members: around the two with the least common taste, and the worst-off one alone."""
    open_ = open_visits(problem, solution, half)
    everybody = range(len(problem.members))
    tastes = [[_taste(problem, visit, member) for visit in open_] for member in everybody]
    pairs = [(_likeness(tastes[a], tastes[b]), a, b) for a in everybody for b in everybody if a < b]
    _, one, other = min(pairs)
    near = tuple(m for m in everybody if _likeness(tastes[m], tastes[one]) >= _likeness(tastes[m], tastes[other]))
    worst = min(everybody, key=lambda member: solution.members[member].share)
    found = [near, (worst,)]
    return [
        (part, tuple(member for member in everybody if member not in part))
        for part in dict.fromkeys(found)
        if 0 < len(part) < len(everybody)
    ]


def _taste(problem: Problem, visit: Visit, member: int) -> float:
    score = visit.score[member] if isinstance(visit.score, tuple) else visit.score
    return -abs(score) if visit.id in problem.members[member].vetoes else score


def _likeness(a: Sequence[float], b: Sequence[float]) -> float:
    """The cosine between two tastes."""
    lengths = sqrt(sum(x * x for x in a)) * sqrt(sum(y * y for y in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / lengths if lengths else 0.0


def _branches(
    problem: Problem,
    solution: Solution,
    half: Half,
    parts: Sequence[tuple[int, ...]],
    seed: int,
    enough: Callable[[], bool],
) -> tuple[Branch, ...] | None:
    """A plan for each part, one after the other; None if one of them has nothing to do, or no money for it."""
    visits = open_visits(problem, solution, half)
    saved = sum(stop.cost + stop.fare for stop in half.stops) + way_on(half)[3]
    money = None if problem.budget is None else problem.budget - solution.cost + saved
    found: list[Branch] = []
    for part in parts:
        own = [visit for visit in visits if not visit.must or _fans(visit, parts) == part]
        branch = _branch(problem, half, part, own, money, seed, enough)
        if branch is None:
            return None
        found.append(branch)
        names = {stop.visit for stop in branch.stops}
        groups = {problem.visit(name).group for name in names} - {None}
        visits = [visit for visit in visits if visit.id not in names and visit.group not in groups]
        if money is not None:
            money -= sum(stop.cost + stop.fare for stop in branch.stops) + branch.back_fare
    return tuple(found)


def _fans(visit: Visit, parts: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """The part of the group that likes a visit best, for each of its members."""
    score = visit.score
    if not isinstance(score, tuple):
        return parts[0]
    return max(parts, key=lambda part: sum(score[member] for member in part) / len(part))


def _branch(
    problem: Problem,
    half: Half,
    part: tuple[int, ...],
    visits: Sequence[Visit],
    money: int | None,
    seed: int,
    enough: Callable[[], bool],
) -> Branch | None:
    members = tuple(replace(problem.members[member], vetoes=frozenset()) for member in part)
    if not any(member.weight for member in members):
        members = tuple(replace(member, weight=1.0) for member in members)
    wanted = sorted((_for(problem, half, visit, part) for visit in visits), key=_rank)
    vetoed = {name for member in part for name in problem.members[member].vetoes}
    wanted = [visit for visit in wanted if visit.must or (visit.id not in vetoed and _sum(visit) > 0)][:CANDIDATES]
    if not wanted or (money is not None and money < 0):
        return None
    day = short_day(problem, half)
    places = list(dict.fromkeys((half.origin, half.destination, *(visit.location for visit in wanted))))
    at = {place: index for index, place in enumerate(places)}
    small = replace(
        problem,
        days=(replace(day, start_location=at[half.origin], end_location=at[half.destination]),),
        visits=tuple(replace(visit, location=at[visit.location]) for visit in wanted),
        travel=_between(problem.travel, places),
        members=members,
        budget=money,
        fairness=0.0,
        max_splits=0,
    )
    solved = solve(small, seed=seed, stop=FirstOf(MaxIterations(ITERATIONS), lambda _iterations, _best: enough()))
    plan = solved.days[0]
    if not plan.stops or solved.unmet:
        return None
    ids = tuple(member.id for member in members)
    stops = [replace(stop, members=ids) for stop in plan.stops]
    if half.first > 0:
        arrive = half.leaves + stops[0].travel_minutes
        stops[0] = replace(stops[0], arrive=arrive, wait=stops[0].start - arrive)
    return Branch(
        members=ids,
        leave=half.leaves if half.first > 0 else plan.leave,
        stops=tuple(stops),
        arrives=plan.back,
        back_minutes=plan.back_minutes,
        back_metres=plan.back_metres,
        back_mode=plan.back_mode,
        back_fare=plan.back_fare,
    )


def _between(travel: Travel, places: Sequence[int]) -> Travel:
    """The travel times between some of the places only: a part of the group has few, and a problem reads them all."""

    def part(mode: Mode) -> Mode:
        return replace(
            mode,
            minutes=tuple(tuple(mode.minutes[a][b] for b in places) for a in places),
            metres=mode.metres and tuple(tuple(mode.metres[a][b] for b in places) for a in places),
            prices=mode.prices and tuple(tuple(mode.prices[a][b] for b in places) for a in places),
        )

    return replace(travel, modes=tuple(part(mode) for mode in travel.modes))


def _for(problem: Problem, half: Half, visit: Visit, part: tuple[int, ...]) -> Visit:
    """The visit on the half-day, for some members, who pay their part."""
    cost = -(-visit_cost(problem, visit) * len(part) // len(problem.members))
    score = visit.score
    return replace(
        visit,
        score=tuple(score[member] for member in part) if isinstance(score, tuple) else (score,) * len(part),
        windows=None if visit.windows is None else (visit.windows[half.plan.index],),
        days=None,
        cost=cost,
        currency=None,
        meals=(),
    )


def _rank(visit: Visit) -> tuple[bool, float]:
    return not visit.must, -_sum(visit)


def _sum(visit: Visit) -> float:
    return sum(visit.score) if isinstance(visit.score, tuple) else visit.score
