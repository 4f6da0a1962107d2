"""`plan`: from a problem to the best trip, or to why there is none and the closest one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .answer import answer, nothing, visited
from .build import build
from .clash import Oracle, Set, cheapest_to_give_up, minimal_clash, smallest_clash
from .clock import Clock, OutOfTimeError
from .highs import BEST, IMPOSSIBLE, Outcome, maximise
from .lodging import Lodgings
from .model import Model
from .possible import Possibilities
from .problem import CitiesProblem
from .solution import CitiesSolution, Clash, GivenUp, LeftOutCity
from .wishes import BUDGET, VISIT, Wish

Told = Callable[[str], None]
FOR_CLASH = 0.4
FOR_GIVING_UP = 0.4
FOR_BUDGET = 0.5
"""Shares of the time that is left for finding the smallest clash, what is cheapest to give up, and what a budget would
have to be; the rest is for the plan."""


def plan(problem: CitiesProblem, *, seconds: float = 10.0, progress: Told | None = None) -> CitiesSolution:
    """Choose and order cities, nights, transfers and stays so that the value is greatest and all wishes hold.

    Takes at most about `seconds`; the same problem has the same answer unless they run out. `progress` hears "solving",
    "explaining" and "relaxing" as they begin. Raises nothing on impossible wishes: the solution names the clash and is
    the closest plan.
    """
    tell = progress or (lambda stage: None)
    clock = Clock(seconds)
    known = Possibilities(problem)
    tell("solving")
    outcome: Outcome | None = None
    try:
        if not known.excluded(problem.wishes, clock):
            model = build(problem, problem.wishes, clock)
            outcome = maximise(model, clock)
    except OutOfTimeError:
        return nothing(problem, status="unknown")
    if outcome is not None and outcome.chosen is not None:
        tell("explaining")
        left_out = _left_out(model, outcome, known, clock)
        return answer(model, outcome, status="optimal" if outcome.state == BEST else "stopped", left_out=left_out)
    if outcome is not None and outcome.state != IMPOSSIBLE:
        return nothing(problem, status="unknown")
    tell("relaxing")
    return _closest(problem, known, clock)


def oracle(
    known: Possibilities, problem: CitiesProblem, clock: Clock, *always: Wish, learnt: Oracle | None = None
) -> Oracle:
    """Answers whether wishes, by their ids, can be met together, and `always` with them, as long as the clock has
    time."""

    def ask(wishes: Set) -> bool | None:
        return known.ask((*(wish for wish in problem.wishes if wish.id in wishes), *always), clock)

    return Oracle(ask, lambda: clock.left() <= 0, learnt)


def _closest(problem: CitiesProblem, known: Possibilities, clock: Clock) -> CitiesSolution:
    """The clash, and the best plan that gives up least; if time is short, of what is known by then. Time that the plan
    leaves goes to the clash."""
    wishes = {wish.id: wish for wish in problem.wishes}
    asked = oracle(known, problem, clock.part(FOR_CLASH))
    if not asked.possible(frozenset()):
        return nothing(problem, status="infeasible", clash=Clash((), True, True, _roofless(problem)))
    clash = _named(asked, list(wishes))
    costs = {wish.id: wish.cost for wish in problem.wishes}
    asked = oracle(known, problem, clock.part(FOR_GIVING_UP), learnt=asked)
    dropped, cheapest = cheapest_to_give_up(asked, list(wishes), costs, frozenset(clash.wishes))
    kept = [wish for wish in problem.wishes if wish.id not in dropped]
    given_up = []
    for wish in (wishes[name] for name in wishes if name in dropped):
        needed = known.needed(kept, wish, clock.part(FOR_BUDGET)) if wish.kind == BUDGET else None
        given_up.append(GivenUp(wish.id, needed))
        if needed is not None:
            kept.append(replace(wish, at_most=needed))
    try:
        model = build(problem, tuple(kept), clock)
    except OutOfTimeError:
        return nothing(problem, status="infeasible", clash=clash)
    outcome = maximise(model, clock)
    if not clash.smallest and clock.left() > 0:
        clash = min(clash, _named(oracle(known, problem, clock, learnt=asked), list(wishes)), key=_size)
    if outcome.chosen is None:
        return nothing(problem, status="infeasible", clash=clash)
    told = answer(model, outcome, status="infeasible", clash=clash, given_up=tuple(given_up))
    return replace(told, cheapest=cheapest)


def _named(asked: Oracle, wishes: Sequence[str]) -> Clash:
    found, minimal, smallest = smallest_clash(asked, wishes)
    return Clash(tuple(wish for wish in wishes if wish in found), smallest, minimal)


def _size(clash: Clash) -> tuple[int, bool, bool]:
    return len(clash.wishes), not clash.smallest, not clash.minimal


def _roofless(problem: CitiesProblem) -> tuple[str, ...]:
    """The cities without room for everybody on any night."""
    lodgings = Lodgings(problem, ())
    return tuple(city.id for city in problem.cities if not _sleeps(problem, lodgings, city.id))


def _sleeps(problem: CitiesProblem, lodgings: Lodgings, city: str) -> bool:
    nights = range(problem.horizon)
    return any(lodgings.of(city, first, 1 + more) for first in nights for more in range(problem.horizon - first))


def _left_out(model: Model, outcome: Outcome, known: Possibilities, clock: Clock) -> tuple[LeftOutCity, ...]:
    problem, there = model.problem, visited(model, outcome)
    lodgings = Lodgings(problem, ())
    value = answer(model, outcome, status=BEST).value
    found = []
    for city in problem.cities:
        if city.id in there:
            continue
        if not _sleeps(problem, lodgings, city.id):
            found.append(LeftOutCity(city.id, "no_stay"))
        elif problem.start and not any(city.id == transfer.destination for transfer in problem.transfers):
            found.append(LeftOutCity(city.id, "unreachable"))
        else:
            found.append(_not_chosen(problem, city.id, value, known, clock))
    return tuple(found)


def _not_chosen(problem: CitiesProblem, city: str, value: float, known: Possibilities, clock: Clock) -> LeftOutCity:
    """What a plan with the city would lose, or which wishes it clashes with."""
    forced = Wish("", VISIT, (city,))
    try:
        model = build(problem, (*problem.wishes, forced), clock)
    except OutOfTimeError:
        return LeftOutCity(city, "less_worth")
    outcome = maximise(model, clock)
    if outcome.state == IMPOSSIBLE:
        by = minimal_clash(oracle(known, problem, clock, forced), [wish.id for wish in problem.wishes])
        names = tuple(wish.id for wish in problem.wishes if wish.id in by)
        return LeftOutCity(city, "clash", names) if names else LeftOutCity(city, "unreachable")
    if outcome.state != BEST:
        return LeftOutCity(city, "less_worth")
    return LeftOutCity(city, "less_worth", loss=max(0.0, value - answer(model, outcome, status=BEST).value))
