"""`plan`: from a problem to the best trip, or to why there is none and the closest one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .answer import answer, nothing, visited
from .build import build
from .clash import Oracle, Set, cheapest_to_give_up, minimal_clash, smallest_clash
from .highs import BEST, IMPOSSIBLE, Clock, Outcome, maximise, possible, thriftiest
from .lodging import Lodgings
from .model import Model
from .problem import CitiesProblem, Weights
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
    tell("solving")
    model = build(problem, problem.wishes)
    outcome = maximise(model, clock)
    if outcome.chosen is not None:
        tell("explaining")
        left_out = _left_out(model, outcome, clock)
        return answer(model, outcome, status="optimal" if outcome.state == BEST else "stopped", left_out=left_out)
    if outcome.state != IMPOSSIBLE:
        return nothing(problem, status="unknown")
    tell("relaxing")
    return _closest(problem, clock)


def oracle(problem: CitiesProblem, clock: Clock, *always: Wish, learnt: Oracle | None = None) -> Oracle:
    """Answers whether wishes, by their ids, can be met together, and `always` with them, as long as the clock has time.

    What is nice plays no part, so the models are small.
    """
    plain = replace(problem, weights=Weights(0, 0, 0, 0), preferences=())

    def ask(wishes: Set) -> bool | None:
        kept = tuple(wish for wish in problem.wishes if wish.id in wishes)
        return possible(build(plain, (*kept, *always)), clock)

    return Oracle(ask, lambda: clock.left() <= 0, learnt)


def _closest(problem: CitiesProblem, clock: Clock) -> CitiesSolution:
    """The clash, and the best plan that gives up least; if time is short, of what is known by then."""
    wishes = {wish.id: wish for wish in problem.wishes}
    asked = oracle(problem, clock.part(FOR_CLASH))
    if not asked.possible(frozenset()):
        return nothing(problem, status="infeasible", clash=Clash((), True, True, _roofless(problem)))
    found, minimal, proven = smallest_clash(asked, list(wishes))
    clash = Clash(tuple(wish for wish in wishes if wish in found), proven, minimal)
    costs = {wish.id: wish.cost for wish in problem.wishes}
    asked = oracle(problem, clock.part(FOR_GIVING_UP), learnt=asked)
    dropped, cheapest = cheapest_to_give_up(asked, list(wishes), costs, found)
    kept = [wish for wish in problem.wishes if wish.id not in dropped]
    given_up = []
    for wish in (wishes[name] for name in wishes if name in dropped):
        needed = _needed(problem, kept, wish, clock.part(FOR_BUDGET))
        given_up.append(GivenUp(wish.id, needed))
        if needed is not None:
            kept.append(replace(wish, at_most=needed))
    model = build(problem, tuple(kept))
    outcome = maximise(model, clock)
    if outcome.chosen is None:
        return nothing(problem, status="infeasible", clash=clash)
    told = answer(model, outcome, status="infeasible", clash=clash, given_up=tuple(given_up))
    return replace(told, cheapest=cheapest)


def _needed(problem: CitiesProblem, kept: Sequence[Wish], wish: Wish, clock: Clock) -> int | None:
    """What a budget that was given up would have to be; None for other wishes, or if time runs out before any is known
    that would do."""
    if wish.kind != BUDGET:
        return None
    model = build(problem, tuple(kept))
    chosen = thriftiest(model, clock, wish.names).chosen
    return None if chosen is None else model.spent(chosen, wish.names)


def _roofless(problem: CitiesProblem) -> tuple[str, ...]:
    """The cities without room for everybody on any night."""
    lodgings = Lodgings(problem, ())
    return tuple(city.id for city in problem.cities if not _sleeps(problem, lodgings, city.id))


def _sleeps(problem: CitiesProblem, lodgings: Lodgings, city: str) -> bool:
    nights = range(problem.horizon)
    return any(lodgings.of(city, first, 1 + more) for first in nights for more in range(problem.horizon - first))


def _left_out(model: Model, outcome: Outcome, clock: Clock) -> tuple[LeftOutCity, ...]:
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
            found.append(_not_chosen(problem, city.id, value, clock))
    return tuple(found)


def _not_chosen(problem: CitiesProblem, city: str, value: float, clock: Clock) -> LeftOutCity:
    """What a plan with the city would lose, or which wishes it clashes with."""
    if clock.left() <= 0:
        return LeftOutCity(city, "less_worth")
    forced = Wish("", VISIT, (city,))
    model = build(problem, (*problem.wishes, forced))
    outcome = maximise(model, clock)
    if outcome.state == IMPOSSIBLE:
        by = minimal_clash(oracle(problem, clock, forced), [wish.id for wish in problem.wishes])
        names = tuple(wish.id for wish in problem.wishes if wish.id in by)
        return LeftOutCity(city, "clash", names) if names else LeftOutCity(city, "unreachable")
    if outcome.state != BEST:
        return LeftOutCity(city, "less_worth")
    return LeftOutCity(city, "less_worth", loss=max(0.0, value - answer(model, outcome, status=BEST).value))
