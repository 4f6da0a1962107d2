"""Splitting the group where tastes clash: who goes with whom, and what is theirs to pay. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from shared.itinerary import Solution, split
from shared.planning.facts import Facts
from shared.planning.task import Task

_NOBODY: Final[tuple[str, ...]] = ()


def parted(facts: Facts, task: Task, solution: Solution, enough: Callable[[], bool]) -> Solution:
    """The plan with the half-days on which the group had better go two ways, as far as they are found until `enough`;
    itself, if none is worth it.

    What stands on such a half-day stays in the plan, for those who like it best; bookings stay for everybody. What was
    where before is no matter here: the plan has settled that.
    """
    if not task.problem.max_splits:
        return solution
    problem = replace(task.problem, previous=())
    value = solution.value + solution.terms.disruption
    settled = replace(solution, value=value, terms=replace(solution.terms, disruption=0.0))
    standing = [visit.id for visit in problem.visits if visit.must]
    found = split(problem, settled, divisible=standing, enough=enough)
    spent = sum(_costs(facts, task, found))
    return solution if found is settled or (problem.budget is not None and spent > problem.budget) else found


def going(facts: Facts, members: Iterable[str]) -> tuple[str, ...]:
    """The travellers of a part of the group: members, and the guests who go with them."""
    part = set(members)
    return tuple(one for one in facts.travellers if facts.hosts.get(one, one) in part)


def share_of(facts: Facts, amount: int, who: tuple[str, ...]) -> int:
    """What those who go pay of a cost for everybody, rounded up; nobody named is everybody."""
    return -(-amount * len(who) // len(facts.travellers)) if who else amount


def _costs(facts: Facts, task: Task, solution: Solution) -> Iterator[int]:
    """What each stop costs with its guests, whom the optimiser does not know."""
    for day in solution.days:
        branches = day.split.branches if day.split else ()
        for stop in (*day.stops, *(stop for branch in branches for stop in branch.stops)):
            who = going(facts, stop.members) if stop.members else _NOBODY
            yield share_of(facts, task.problem.visit(stop.visit).cost, who)
