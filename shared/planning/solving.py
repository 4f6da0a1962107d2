"""From an order to plans: runs of the optimiser that grow only as far as they have to."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from shared.assistant.settings import SearchEffort
from shared.itinerary import FirstOf, MaxIterations, MaxSeconds, NoImprovement, Solution, alternatives, appraise, solve
from shared.itinerary.alternatives import worth
from shared.itinerary.difference import difference
from shared.itinerary.solver import EXPLANATION
from shared.itinerary.stop import StopRule, keep_back
from shared.money import Rates
from shared.places.provider import PlaceProvider
from shared.planning.brief import Brief, optimising, placing, replanning
from shared.planning.facts import Facts, PlanStop
from shared.planning.limit import Clock, Limit
from shared.planning.outcome import Outcome, operations, outcome, repaired
from shared.planning.parting import parted
from shared.planning.placing import Slot
from shared.planning.reasons import DIFFERS
from shared.planning.regrouping import regrouped
from shared.planning.repair import Plan, Repair
from shared.planning.report import sources
from shared.planning.requests import Optimise, Order, Place
from shared.planning.slots import Fit, fits
from shared.planning.task import Task, build, cost
from shared.planning.timing import stands
from shared.travel.builtin import ESTIMATED
from shared.travel.times import TravelTimes
from shared.words import say

_SEARCHES: Final = 3
_NARROW: Final = 0.5
"""The share of the time for changes on the touched days only, if others may follow."""
_OTHERS: Final = 0.7
"""Of the time that is left, the share for plans of the optimiser where a stop has no place; the rest polishes them."""
_APPRAISAL, _REPORT = 1.0, 0.15
"""What telling of a re-plan takes, and what of it follows the optimiser's part, as parts of the processor time that
making the task took: all grow with its stops and days."""


@dataclass(frozen=True, slots=True)
class _Repaired:
    """A re-plan that is found but not told of; `making`: the processor time that its task took, in seconds."""

    brief: Brief
    task: Task
    repair: Repair
    plan: Plan
    making: float

    @property
    def drops(self) -> bool:
        """Whether a stop leaves the days."""
        return bool((self.plan.dropped | self.plan.replaced) - self.task.apart.keys())


@dataclass(frozen=True)
class Solver:
    """Makes plans. `check` is asked again and again while it searches and may raise to stop it. A re-plan takes the
    seconds of the `effort` in all, by `clock`; looking up travel times, and making tables of them, is not counted."""

    provider: PlaceProvider
    rates: Rates
    effort: SearchEffort
    check: Callable[[], None] = lambda: None
    travel: TravelTimes = ESTIMATED
    clock: Clock = time.perf_counter

    def plans(self, facts: Facts, order: Order) -> list[Outcome]:
        """The best plan and its alternatives; for a place sought, each slot. Raises as the briefs do."""
        if isinstance(order, Optimise):
            return self._optimised(facts, order)
        if isinstance(order, Place):
            return self._placed(facts, order)
        brief = replanning(facts, order, self.provider)
        return [self._steadily(facts, brief)]

    def standing(self, facts: Facts, days: tuple[str, ...]) -> list[str]:
        """Those of the days that work as they stand in the plan."""
        return self._working(facts, Brief(days, frozenset()))

    def _optimised(self, facts: Facts, order: Optimise) -> list[Outcome]:
        brief = optimising(facts, order)
        task = self._task(facts, brief)
        best = solve(task.problem, stop=self._patience(self.effort.seconds))
        others = (
            alternatives(
                task.problem,
                best,
                count=order.alternatives,
                stop=partial(self._patience, self.effort.seconds / _SEARCHES),
            )
            if order.alternatives
            else ()
        )
        made = [
            outcome(facts, brief, task, parted(facts, task, one, self._time_is_up()), one) for one in (best, *others)
        ]
        told = [None, *(alternative(facts, task, best, one) for one in others)]
        return [replace(one, report={**one.report, "alternative": what}) for one, what in zip(made, told, strict=True)]

    def _placed(self, facts: Facts, order: Place) -> list[Outcome]:
        brief = placing(facts, order)
        task = self._task(facts, brief)
        found = fits(task, order.stop_id, order.slots)
        return [_slot(facts, task, order.stop_id, fit) for fit in found] or [self._squeezed(facts, brief)]

    def _squeezed(self, facts: Facts, brief: Brief) -> Outcome:
        """The wanted idea among stops that make room for it; if they cannot, nothing moves."""
        made = self._steadily(facts, brief)
        if made.report["placed"]:
            return made
        return Outcome([], (), {**made.report, "moved": [], "retimed": []})

    def _steadily(self, facts: Facts, brief: Brief) -> Outcome:
        """Only the touched days if that is enough, else the others too, as far as they work as they are."""
        limit = Limit(self.effort.seconds, self.clock)
        if brief.touched and brief.shifting:
            narrow = self._repaired(facts, brief.narrow(), limit, _NARROW)
            if not narrow.drops:
                return self._told(facts, narrow, limit)
        return self._told(facts, self._repaired(facts, brief, limit), limit)

    def _repaired(self, facts: Facts, brief: Brief, limit: Limit, share: float = 1.0) -> _Repaired:
        with limit.paused():
            begun = time.thread_time()
            task = self._task(facts, brief)
            making = time.thread_time() - begun
        own = limit.part(share, _APPRAISAL * making)

        def enough(part: float) -> bool:
            self.check()
            return own.gone(part)

        repair = Repair(task, brief, enough)
        plan = repair.best(lambda: [repair.plan_of(one) for one in self._least_change(task, own, making)])
        return _Repaired(brief, task, repair, plan, making)

    def _told(self, facts: Facts, found: _Repaired, limit: Limit) -> Outcome:
        brief, task = found.brief, found.task
        return repaired(
            facts,
            brief,
            task,
            found.repair,
            found.plan,
            lambda days: self._appraised(task, days, limit.part(1.0, _REPORT * found.making)),
            lambda slots: regrouped(facts, brief, self.provider, self._price(facts), slots, _money(task, slots)),
        )

    def _appraised(self, task: Task, days: Sequence[Sequence[str]], limit: Limit) -> Solution:
        rule = self._patience(limit.left())
        rule(0, 0.0)
        asked = False

        def stop(iterations: int, best: float) -> bool:
            nonlocal asked
            if not asked:
                asked = True
                keep_back(rule, EXPLANATION)
            return rule(iterations, best)

        return appraise(task.problem, days, stop=stop)

    def _price(self, facts: Facts) -> Callable[[PlanStop], int]:
        return lambda stop: cost(stop, facts, self.rates)

    def _least_change(self, task: Task, limit: Limit, least: float) -> list[Solution]:
        """The best of a few short searches: one may stay where it has to move two stops, though one would do. None, if
        there is no time for a search, which takes at least so many seconds."""
        own = limit.part(_OTHERS)
        found: list[Solution] = []
        for seed in range(_SEARCHES):
            if (left := own.left()) <= least:
                break
            found.append(solve(task.problem, seed=seed, stop=self._patience(left / (_SEARCHES - seed))))
            least = max(least, (left - own.left()) / 2)
        return [max(found, key=lambda solution: solution.value)] if found else []

    def _working(self, facts: Facts, brief: Brief) -> list[str]:
        task = self._task(facts, brief)
        return [day.id for index, day in enumerate(task.days) if stands(task, index)]

    def _task(self, facts: Facts, brief: Brief) -> Task:
        return build(facts, brief, self.provider, self.rates, self.travel)

    def _time_is_up(self) -> Callable[[], bool]:
        """Whether a search beside that of the optimiser has taken as long as that for a plan may."""
        enough = MaxSeconds(self.effort.seconds, self.clock)

        def asked() -> bool:
            self.check()
            return enough(0, 0.0)

        return asked

    def _patience(self, seconds: float) -> StopRule:
        """When a search stops that has so many seconds."""

        def checked(_iterations: int, _best: float) -> bool:
            self.check()
            return False

        return FirstOf(
            checked,
            MaxIterations(self.effort.iterations),
            MaxSeconds(seconds, self.clock),
            NoImprovement(self.effort.without_improvement),
        )


def _money(task: Task, slots: Mapping[str, Slot]) -> int | None:
    """What is left of the budget behind the ideas that have been placed."""
    placed = (id_ for id_, stop in task.stops.items() if stop.day is None and slots[id_].day is not None)
    budget = task.problem.budget
    return None if budget is None else budget - sum(task.problem.visit(id_).cost for id_ in placed)


def _slot(facts: Facts, task: Task, stop_id: str, fit: Fit) -> Outcome:
    day = task.days[fit.day]
    slot = Slot(day.id, fit.at)
    name = facts.stops[stop_id].name
    placed = {"stopId": stop_id, "name": name, "from": Slot(None, None).told(), "to": slot.told()}
    report: dict[str, Any] = {"moved": [], "retimed": [], "placed": [placed], "leftOut": [], "splits": []}
    report |= {"detourMinutes": fit.detour, **sources(task)}
    return Outcome(operations(facts, {stop_id: slot}), (day.id,), report)


def alternative(facts: Facts, task: Task, best: Solution, other: Solution) -> dict[str, Any]:
    """In what an alternative `differs` from the best plan, in a word and a `text`, and what it is worth, the best plan
    being 1."""
    differs = difference(task.problem, best, other)
    text = say(facts.language, DIFFERS[differs]) if differs else ""
    return {
        "differs": differs and differs.value,
        "text": text,
        "worth": round(worth(other) / worth(best), 2) if worth(best) > 0 else 1.0,
    }
