"""Wishes of days that a plan misses, and why: meals, breaks, days that work, a budget that suffices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest

from .engine import Search
from .legs import FAR
from .model import Model, empty_day_fits
from .money import visit_cost
from .obstacles import obstacles
from .problem import Day
from .schedule import leg
from .slots import Hours, breaks, frozen, slots, vetoed_by
from .solution import Reason, Unmet

Explained = tuple[Reason, str, tuple[str, ...]]


def missing_wishes(model: Model, search: Search, lost_days: Iterable[Day]) -> list[Unmet]:
    """What the plan that `search` holds misses of what days want; `lost_days`: those that nobody can have."""
    problem = model.problem
    unmet: list[Unmet] = []
    costs = _meal_costs(model)
    for day in problem.days:
        unmet += _missing_meals(model, search, day, costs)
        unmet += _missing_breaks(model, search, day)
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


def _meal_costs(model: Model) -> dict[tuple[int, str], int]:
    """By day and meal what the cheapest candidate costs that could be it; what is frozen elsewhere is one, too."""
    problem = model.problem
    able = [
        (model.cost[k], node.slots) for k, node in enumerate(model.table) if node.visit >= 0 and node.frozen is None
    ]
    for name in frozen(problem):
        visit = problem.visit(name)
        if visit.meals and not vetoed_by(problem, visit):
            found = [slots(visit, Hours(day)) for day in problem.days]
            able += [(visit_cost(problem, visit), list(row)) for row in zip_longest(*found)]
    costs: dict[tuple[int, str], int] = {}
    for cost, row in able:
        for day, slot in enumerate(row):
            if slot is not None and slot.meal is not None:
                costs[day, slot.meal] = min(cost, costs.get((day, slot.meal), cost))
    return costs


def _missing_meals(model: Model, search: Search, day: Day, costs: Mapping[tuple[int, str], int]) -> list[Unmet]:
    """`costs`: what the cheapest candidate costs for each meal of each day."""
    had = {slot.meal for node in search.plan()[day.index] if (slot := model.table[node].slots[day.index])}
    missing = []
    for meal in day.meals:
        if meal.required and meal.name not in had:
            reason, message, by = _no_meal(model, search, day, meal.name, costs.get((day.index, meal.name)))
            missing.append(Unmet("meal", reason, message, day=day.index, meal=meal.name, by=by))
    return missing


def _no_meal(model: Model, search: Search, day: Day, meal: str, cheapest: int | None) -> Explained:
    """Why a meal is missing; `cheapest`: what its cheapest candidate costs."""
    problem = model.problem
    if cheapest is None:
        could = [visit for visit in problem.visits if any(slot.meal == meal for slot in slots(visit, Hours(day)))]
        vetoes = tuple(dict.fromkeys(name for visit in could for name in vetoed_by(problem, visit)))
        if vetoes:
            return Reason.VETOED, f"what could be {meal} on {day.date} is vetoed by {', '.join(vetoes)}", vetoes
        return Reason.CLOSED, f"no candidate can be {meal} on {day.date}", ()
    if not day_possible(model, day):
        return why_lost(model, [day])
    table = enumerate(model.table)
    able = [k for k, node in table if (slot := node.slots[day.index]) and slot.meal == meal and node.frozen is None]
    blocked = obstacles(model, search, [(day.index, k) for k in able])
    if "budget" in blocked or (problem.budget is not None and cheapest > search.money):
        return Reason.OVER_BUDGET, f"no money is left for {meal} on {day.date}", ()
    if blocked & {"visit", "group"}:
        return Reason.ALTERNATIVE_CHOSEN, f"what could be {meal} on {day.date} is visited as something else", ()
    if "stops" in blocked:
        return Reason.DAY_FULL, f"{day.date} has all the stops it may have without {meal}", ()
    if "walking" in blocked:
        return Reason.WALKING_LIMIT, f"{meal} on {day.date} would take more walking than the limit of the day", ()
    return Reason.NO_TIME, f"{meal} on {day.date} does not fit beside the other stops", ()


def _missing_breaks(model: Model, search: Search, day: Day) -> list[Unmet]:
    """The breaks that the day has no room for, each with the stops which it has to have beside them."""
    nodes = search.plan()[day.index]
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
