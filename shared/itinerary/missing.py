"""Wishes of days that a plan misses, and why: meals, breaks, days that work, a budget that suffices."""

from __future__ import annotations

from collections.abc import Iterable

from .legs import FAR
from .model import Model, empty_day_fits
from .money import visit_cost
from .obstacles import Obstacles
from .problem import Day
from .schedule import leg
from .slots import Slot, breaks, frozen, slots, vetoed_by
from .solution import Reason, Unmet

Explained = tuple[Reason, str, tuple[str, ...]]


def missing_wishes(obstacles: Obstacles, lost_days: Iterable[Day]) -> list[Unmet]:
    """What a plan misses of what days want, by what there is in the way; `lost_days`: those that nobody can have."""
    model = obstacles.model
    problem, plan = model.problem, obstacles.search.plan()
    unmet: list[Unmet] = []
    foods = _Foods(model)
    for day in problem.days:
        unmet += _missing_meals(obstacles, day, plan[day.index], foods)
        unmet += _missing_breaks(model, day, plan[day.index])
    for day in lost_days:
        reason, message, by = why_lost(model, [day])
        unmet.append(Unmet("day", reason, message, day=day.index, by=by))
    if problem.budget is not None and model.budget is not None and model.budget > problem.budget:
        message = f"what happened already and the ways between the hotels cost more than {problem.budget}"
        unmet.append(Unmet("budget", Reason.OVER_BUDGET, message))
    return unmet


def day_possible(model: Model, day: Day) -> bool:
    """Whether the group gets from the start of the day to its end, within its hours and limits."""
    return model.lasts[day.index][model.nodes + 2 * day.index + 1] < FAR and empty_day_fits(model, day.index)


def why_lost(model: Model, days: Iterable[Day]) -> Explained:
    """Why some days cannot be had at all: nobody gets from their start to their end."""
    found: dict[Reason, list[str]] = {}
    for day in days:
        minutes, _, mode = leg(model.problem, day.start_location, day.end_location)
        limited = day.max_walk_metres is not None or day.max_walk_minutes is not None
        on_foot = limited and mode == "walk" and day.start + minutes <= day.end
        found.setdefault(Reason.WALKING_LIMIT if on_foot else Reason.TOO_FAR, []).append(day.date)
    words = {
        Reason.TOO_FAR: "on {} the end of the day cannot be reached from its start in time",
        Reason.WALKING_LIMIT: "on {} the way from the start of the day to its end is more walking than its limit",
    }
    messages = [words[reason].format(" and ".join(dates)) for reason, dates in found.items()]
    return next(iter(found)), "; ".join(messages), ()


class _Foods:
    """What could be meals: the nodes; by day and meal what the cheapest costs, and who has a veto on one.

    What is frozen has its price, but is no other meal than it was.
    """

    def __init__(self, model: Model) -> None:
        self.nodes: list[int] = []
        self.costs: dict[tuple[int, str], int] = {}
        self.vetoes: dict[tuple[int, str], dict[str, None]] = {}
        for k, node in enumerate(model.table):
            visit = model.visit(k)
            if visit is not None and visit.meals and node.frozen is None:
                self.nodes.append(k)
                for day, slot in enumerate(node.slots):
                    self._add(day, slot, model.cost[k])
        kept = frozen(model.problem)
        for visit in model.problem.visits:
            vetoes = vetoed_by(model.problem, visit) if visit.meals else ()
            if vetoes or (visit.meals and visit.id in kept):
                for day, hours in enumerate(model.hours):
                    for slot in slots(visit, hours):
                        self._add(day, slot, visit_cost(model.problem, visit), vetoes)

    def _add(self, day: int, slot: Slot | None, cost: int, vetoes: tuple[str, ...] = ()) -> None:
        if slot is None or slot.meal is None:
            return
        meal = day, slot.meal
        if vetoes:
            self.vetoes.setdefault(meal, {}).update(dict.fromkeys(vetoes))
        else:
            self.costs[meal] = min(cost, self.costs.get(meal, cost))


def _missing_meals(obstacles: Obstacles, day: Day, route: list[int], foods: _Foods) -> list[Unmet]:
    had = {slot.meal for node in route if (slot := obstacles.model.table[node].slots[day.index])}
    missing = []
    for meal in day.meals:
        if meal.required and meal.name not in had:
            reason, message, by = _no_meal(obstacles, day, meal.name, foods)
            missing.append(Unmet("meal", reason, message, day=day.index, meal=meal.name, by=by))
    return missing


def _no_meal(obstacles: Obstacles, day: Day, meal: str, foods: _Foods) -> Explained:
    """Why a meal is missing."""
    model = obstacles.model
    cheapest = foods.costs.get((day.index, meal))
    if cheapest is None:
        vetoes = tuple(foods.vetoes.get((day.index, meal), ()))
        if vetoes:
            return Reason.VETOED, f"what could be {meal} on {day.date} is vetoed by {', '.join(vetoes)}", vetoes
        return Reason.CLOSED, f"no candidate can be {meal} on {day.date}", ()
    if not day_possible(model, day):
        return why_lost(model, [day])
    of_day = [(day.index, k) for k in foods.nodes if (slot := model.table[k].slots[day.index]) and slot.meal == meal]
    blocked = obstacles.fewest(of_day)
    if "budget" in blocked or (model.problem.budget is not None and cheapest > obstacles.search.money):
        return Reason.OVER_BUDGET, f"no money is left for {meal} on {day.date}", ()
    if blocked & {"visit", "group"}:
        return Reason.ALTERNATIVE_CHOSEN, f"what could be {meal} on {day.date} is visited as something else", ()
    if "stops" in blocked:
        return Reason.DAY_FULL, f"{day.date} has all the stops it may have without {meal}", ()
    if "walking" in blocked:
        return Reason.WALKING_LIMIT, f"{meal} on {day.date} would take more walking than the limit of the day", ()
    return Reason.NO_TIME, f"{meal} on {day.date} does not fit beside the other stops", ()


def _missing_breaks(model: Model, day: Day, nodes: list[int]) -> list[Unmet]:
    """The breaks that the day has no room for, each with the stops which it has to have beside them."""
    had = {slot.pause.name for k in nodes if (slot := model.table[k].slots[day.index]) and slot.pause is not None}
    required = {meal.name for meal in day.meals if meal.required}
    found = []
    for k in nodes:
        visit, slot = model.visit(k), model.table[k].slots[day.index]
        eaten = slot is not None and slot.meal in required
        if visit is not None and (visit.must or visit.fixed is not None or eaten or k in model.base[day.index]):
            found.append(visit.id)
    beside = f"beside {', '.join([*found, *sorted(had)])}" if found or had else "into the hours of the day"
    return [
        Unmet(
            "break",
            Reason.NO_TIME,
            f"{pause.name} on {day.date} does not fit {beside}",
            day=day.index,
            meal=pause.name,
            by=tuple(found),
        )
        for pause in breaks(day)
        if pause.name not in had
    ]
