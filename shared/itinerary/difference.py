"""How two plans of one problem differ."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from itertools import combinations

from .problem import Problem
from .slots import frozen
from .solution import Solution

MOST_SHARED = 0.7
LEAST_OTHER = 0.15
MOST_TOGETHER = 0.5
MOST_KEPT = 0.3


class Difference(StrEnum):
    """What is different: the visits, which of them share a day, the days they are on, or their order on a day."""

    VISITS = "visits"
    GROUPING = "grouping"
    DAYS = "days"
    ORDER = "order"


def difference(problem: Problem, one: Solution, other: Solution) -> Difference | None:
    """In what two plans are clearly different; None: in nothing.

    In visits, if at most 70 % of those that need not be there (of the smaller plan) and at most 85 % of all are in
    both. In grouping, if at most half of the pairs that share a day in the plan with fewer such pairs do in the other.
    In days, if at most 30 % of the visits in both have kept their day. In order, if at most half of the pairs that
    share a day in both, meals left aside, are in the same order. What is fixed or has happened counts
    only among the visits.
    """
    if shared_part(problem, one, other) <= MOST_SHARED and _others(one, other) >= LEAST_OTHER:
        return Difference.VISITS
    movable = frozenset(visit.id for visit in problem.visits if visit.fixed is None) - frozen(problem).keys()
    a, b = _pairs(one, movable), _pairs(other, movable)
    together = {frozenset(pair) for pair in a} & {frozenset(pair) for pair in b}
    days, later = _days(one, movable), _days(other, movable)
    both = days.keys() & later.keys()
    if len(problem.days) > 1 and both:
        if a and b and len(together) <= MOST_TOGETHER * min(len(a), len(b)):
            return Difference.GROUPING
        if sum(days[name] == later[name] for name in both) <= MOST_KEPT * len(both):
            return Difference.DAYS
    eaten = {visit.id for visit in problem.visits if visit.meals}
    before, later_on = ({pair for pair in pairs if not eaten & {*pair}} for pairs in (a, b))
    same = [pair for pair in before if pair in later_on or pair[::-1] in later_on]
    return Difference.ORDER if same and len(before & later_on) <= MOST_TOGETHER * len(same) else None


def visited(solution: Solution) -> frozenset[str]:
    return frozenset(stop.visit for day in solution.days for stop in day.stops)


def shared_part(problem: Problem, one: Solution, other: Solution) -> float:
    """How much of the smaller plan is in both, 0..1, musts and fixed stops not counted; 1 if there is nothing else."""
    free = frozenset(visit.id for visit in problem.visits if not visit.must and visit.fixed is None)
    a, b = visited(one) & free, visited(other) & free
    return len(a & b) / min(len(a), len(b)) if a and b else 1.0


def _others(one: Solution, other: Solution) -> float:
    """How much of the smaller plan is not in both, 0..1."""
    a, b = visited(one), visited(other)
    least = min(len(a), len(b))
    return 1 - len(a & b) / least if least else 0.0


def _pairs(solution: Solution, movable: Collection[str]) -> set[tuple[str, str]]:
    """The visits that share a day, two by two, in their order."""
    own = ([stop.visit for stop in day.stops if stop.visit in movable] for day in solution.days)
    return {pair for names in own for pair in combinations(names, 2)}


def _days(solution: Solution, movable: Collection[str]) -> dict[str, int]:
    return {stop.visit: day.index for day in solution.days for stop in day.stops if stop.visit in movable}
