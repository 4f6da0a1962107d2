"""Why things are not in a plan: reasons for what was left out, for wishes that could not be met, and what limits the
plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise, zip_longest
from typing import TypeVar

from .engine import Routes, Search
from .legs import FAR
from .model import Model, empty_day_fits
from .money import visit_cost
from .problem import Day, Problem, Visit
from .slots import Hours, breaks, frozen, slots, vetoed_by
from .solution import Binding, LeftOut, Reason, Unmet

Explained = tuple[Reason, str, tuple[str, ...]]
T = TypeVar("T", int, float)


def explain(model: Model, search: Search) -> tuple[tuple[LeftOut, ...], tuple[Unmet, ...], tuple[Binding, ...]]:
    """What the plan that `search` holds leaves out and why, which wishes it misses, and the constraints that bind."""
    problem = model.problem
    chosen = {model.visit_of[node] for route in search.plan() for node in route}
    missing = [index for index in range(len(problem.visits)) if index not in chosen]
    plan = search.plan()
    stops = [visit for route in plan for node in route if (visit := model.visit(node)) is not None]
    with _emptied(search):
        reached = {index for index in missing if _fits(model, search, index)}
        clashing = {index: _clashing(model, search, plan, index) for index in missing if problem.visits[index].fixed}
    left_out: list[LeftOut] = []
    unmet: list[Unmet] = []
    for index in missing:
        visit = problem.visits[index]
        reason, message, by = _why(model, search, stops, index, index in reached, clashing.get(index, ()))
        left_out.append(LeftOut(visit.id, reason, message, by))
        if visit.fixed is not None or visit.must:
            unmet.append(Unmet("fixed" if visit.fixed else "must", reason, message, visit=visit.id, by=by))
    costs = _meal_costs(model)
    for day in problem.days:
        unmet += _missing_meals(model, search, day, costs)
        unmet += _missing_breaks(model, search, day)
        if not _day_possible(model, day):
            message = f"on {day.date} the end of the day cannot be reached from its start in time"
            unmet.append(Unmet("day", Reason.TOO_FAR, message, day=day.index))
    if problem.budget is not None and model.budget is not None and model.budget > problem.budget:
        message = f"what happened already and the ways between the hotels cost more than {problem.budget}"
        unmet.append(Unmet("budget", Reason.OVER_BUDGET, message))
    return tuple(left_out), tuple(unmet), _binding(model, search, left_out)


@contextmanager
def _emptied(search: Search) -> Iterator[None]:
    """The search without its plan."""
    plan = search.save()
    search.load(search.model.base)
    try:
        yield
    finally:
        search.restore(plan)


def _fits(model: Model, search: Search, index: int) -> bool:
    """Whether the plan has time for a visit."""
    return any(search.positions(day.index, node) for day in model.problem.days for node in model.nodes_of[index])


def _day_possible(model: Model, day: Day) -> bool:
    return model.lasts[day.index][model.nodes + 2 * day.index + 1] < FAR and empty_day_fits(model, day.index)


def _why(
    model: Model, search: Search, plan: list[Visit], index: int, reached: bool, clashing: tuple[str, ...]
) -> Explained:
    """Why a visit is not among those of the plan."""
    problem = model.problem
    visit = problem.visits[index]
    never = _never(model, visit, index, reached)
    if never is not None:
        return never
    rivals = tuple(other.id for other in plan if visit.group is not None and other.group == visit.group)
    if rivals:
        return Reason.ALTERNATIVE_CHOSEN, f"{rivals[0]} was chosen instead", rivals
    if visit.fixed is not None:
        return _fixed_clash(model, search, visit, problem.days[visit.fixed.day], clashing)
    blocked = blockers(model, search, index)
    if "nothing" in blocked and any(model.average[node] > 0 for node in model.nodes_of[index]):
        return Reason.TOO_FAR, "it would fit, but is not worth the way there", ()
    if "nothing" in blocked:
        return Reason.LOW_INTEREST, "nobody in the group is interested enough", ()
    limited = _limited(problem, search, visit, plan, blocked)
    if limited is not None:
        return limited
    if visit.must:
        beside = tuple(other.id for other in plan if other.must or other.fixed is not None)
        return Reason.NO_TIME, "it does not fit beside the other must-sees and bookings", beside
    return Reason.NO_TIME, "there is no time for it on any day it is open", ()


def _limited(problem: Problem, search: Search, visit: Visit, plan: list[Visit], blocked: set[str]) -> Explained | None:
    """Which limit keeps out what there is time for, or None."""
    if "budget" in blocked:
        return _too_dear(problem, search, visit)
    if "meal" in blocked:
        food = tuple(other.id for other in plan if set(other.meals) & set(visit.meals))
        return Reason.ALTERNATIVE_CHOSEN, "the meals it could be are taken by other places", food
    if "kind" in blocked:
        return Reason.KIND_LIMIT, f"days on which it would fit have enough of {visit.kind!r}", ()
    if "stops" in blocked:
        return Reason.DAY_FULL, "days on which it would fit have all the stops they may have", ()
    if "walking" in blocked:
        return Reason.WALKING_LIMIT, "it would take more walking than the limit of the day", ()
    return None


def _too_dear(problem: Problem, search: Search, visit: Visit) -> Explained:
    cost, left = visit_cost(problem, visit), search.money
    by_fares = " with the way there" if cost <= left else ""
    return Reason.OVER_BUDGET, f"it costs {cost}{by_fares} and {left} are left of {problem.budget}", ()


def _never(model: Model, visit: Visit, index: int, reached: bool) -> Explained | None:
    """Why the visit can be in no plan at all, or None; `reached`: there is time for it in an empty one."""
    problem = model.problem
    vetoes = vetoed_by(problem, visit)
    if vetoes:
        return Reason.VETOED, f"vetoed by {', '.join(vetoes)}", vetoes
    cost = visit_cost(problem, visit)
    if problem.budget is not None and cost > problem.budget:
        return Reason.OVER_BUDGET, f"it alone costs {cost}, the whole budget is {problem.budget}", ()
    nodes = model.nodes_of[index]
    if not any(model.opens[day.index][node] <= model.lasts[day.index][node] for day in problem.days for node in nodes):
        lost = [day.date for day in problem.days if not _day_possible(model, day) and slots(visit, Hours(day))]
        if lost:
            return Reason.TOO_FAR, f"on {' and '.join(lost)} the end of the day cannot be reached in time", ()
        return Reason.CLOSED, _closed(problem, visit), ()
    if not reached:
        return Reason.TOO_FAR, "it cannot be reached, visited and left within any day it is open", ()
    return None


def _closed(problem: Problem, visit: Visit) -> str:
    """Why no day offers a moment at which the visit may start."""
    if visit.fixed is not None:
        day = problem.days[visit.fixed.day]
        return f"its fixed time is outside the hours of the day, {clock(day.start)} to {clock(day.end)} on {day.date}"
    if visit.days is not None and not visit.days:
        return "none of the days it may be on is a day of the trip"
    if all(day.locked or day.index not in (visit.days or range(len(problem.days))) for day in problem.days):
        return "every day it may be on is locked"
    if visit.windows is None:
        return "no day is long enough for it"
    open_days = [day for day in problem.days if visit.windows[day.index]]
    if not open_days:
        return "closed on every day of the trip"
    open_days = [day for day in open_days if visit.days is None or day.index in visit.days]
    if not open_days:
        return "closed on every day it may be on"
    longest = max(closes - opens for day in open_days for opens, closes in visit.windows[day.index])
    if longest < visit.minutes and not visit.close_is_latest_start:
        return f"never open for the {visit.minutes:g} minutes it takes"
    if visit.meals and all(day.meals for day in open_days):
        return f"not open at {' or '.join(visit.meals)} on any day that wants it"
    return "closed during the hours of every day of the trip"


def _fixed_clash(model: Model, search: Search, visit: Visit, day: Day, clashing: tuple[str, ...]) -> Explained:
    """The stops in the plan that cannot be had together with a fixed one."""
    problem = model.problem
    if clashing:
        return Reason.CLASH, f"cannot be had together with {', '.join(clashing)} on {day.date}", clashing
    plan = [other for node in search.plan()[day.index] if (other := model.visit(node)) is not None]
    limited = _limited(problem, search, visit, plan, blockers(model, search, problem.visits.index(visit)))
    if limited is not None:
        return limited
    stops = model.names(search.plan()[day.index])
    return Reason.CLASH, f"does not fit beside the other fixed stops and must-sees of {day.date}", stops


def _clashing(model: Model, search: Search, plan: Routes, index: int) -> tuple[str, ...]:
    """The wished stops of the plan beside each of which its day has no time for a fixed visit, even if there is nothing
    else; `search` holds no plan."""
    fixed = model.problem.visits[index].fixed
    if fixed is None:
        return ()
    found = []
    for node in plan[fixed.day]:
        other = model.visit(node)
        if other is None or (other.fixed is None and not other.must):
            continue
        bare = search.save()
        if node not in model.base[fixed.day]:
            search.insert(fixed.day, len(search.routes[fixed.day]) - 1, node)
        if not _fits(model, search, index):
            found.append(other.id)
        search.restore(bare)
    return tuple(found)


def blockers(model: Model, search: Search, index: int) -> set[str]:
    """What, apart from time, keeps a visit out of the plan where it has time: the easiest place's obstacles.

    Empty: there is no time anywhere. {"nothing"}: it fits.
    """
    best: set[str] = set()
    spared = _dearest_leg(model, search)
    for day in model.problem.days:
        tokens = model.tokens[day.index]
        for node in model.nodes_of[index]:
            sure = {model.token_names[token][0] for token in tokens[node] if search.left[token] <= 0}
            if model.cost[node] - spared > search.money:
                sure.add("budget")
            if best and len(sure) >= len(best):
                continue
            for place in search.positions(day.index, node):
                obstacles = set(sure)
                before, after = search.routes[day.index][place - 1 : place + 1]
                if model.cost[node] + _dearer(model.fares, before, node, after) > search.money:
                    obstacles.add("budget")
                if any(
                    walked[day.index] + _dearer(matrix, before, node, after) > limits[day.index]
                    for (matrix, limits), walked in zip(model.walks, search.walked, strict=True)
                ):
                    obstacles.add("walking")
                if not obstacles:
                    return {"nothing"}
                if not best or len(obstacles) < len(best):
                    best = obstacles
    return best


def _dearest_leg(model: Model, search: Search) -> int:
    """More than this no detour spares."""
    fares = model.fares
    if fares is None:
        return 0
    return max((fares[a][b] for route in search.routes for a, b in pairwise(route)), default=0)


def _dearer(matrix: list[list[T]] | None, before: int, node: int, after: int) -> T | int:
    """What the way by the node takes more than the one without it."""
    return 0 if matrix is None else matrix[before][node] + matrix[node][after] - matrix[before][after]


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
    problem = model.problem
    had = {slot.meal for node in search.plan()[day.index] if (slot := model.table[node].slots[day.index])}
    missing = []
    for meal in day.meals:
        if not meal.required or meal.name in had:
            continue
        cheapest = costs.get((day.index, meal.name))
        if cheapest is None:
            reason, message = Reason.CLOSED, f"no candidate can be {meal.name} on {day.date}"
        elif problem.budget is not None and cheapest > search.money:
            reason, message = Reason.OVER_BUDGET, f"no money is left for {meal.name} on {day.date}"
        else:
            reason, message = Reason.NO_TIME, f"{meal.name} on {day.date} does not fit beside the other stops"
        missing.append(Unmet("meal", reason, message, day=day.index, meal=meal.name))
    return missing


def _missing_breaks(model: Model, search: Search, day: Day) -> list[Unmet]:
    nodes = search.plan()[day.index]
    had = {slot.pause.name for k in nodes if (slot := model.table[k].slots[day.index]) and slot.pause is not None}
    return [
        Unmet(
            "break",
            Reason.NO_TIME,
            f"{pause.name} on {day.date} does not fit beside the must-sees and bookings",
            day=day.index,
            meal=pause.name,
        )
        for pause in breaks(day)
        if pause.name not in had
    ]


def _binding(model: Model, search: Search, left_out: list[LeftOut]) -> tuple[Binding, ...]:
    """The constraints that keep out visits somebody wants."""
    problem = model.problem
    reasons = Counter(item.reason for item in left_out)
    found = []
    for reason, name, message in (
        (Reason.OVER_BUDGET, "budget", "{} more would fit with a larger budget"),
        (Reason.NO_TIME, "time", "{} more would need longer or more days"),
        (Reason.DAY_FULL, "max_stops", "{} more would fit with more stops a day"),
        (Reason.WALKING_LIMIT, "walking", "{} more would fit with more walking"),
        (Reason.KIND_LIMIT, "kinds", "{} more would fit with more of one kind on a day"),
    ):
        if reasons[reason]:
            found.append(Binding(name, None, message.format(reasons[reason])))
    full = [
        day
        for day in problem.days
        if day.max_stops is not None and len(search.routes[day.index]) - 2 >= day.max_stops and left_out
    ]
    found += [Binding("max_stops", day.index, f"{day.date} has all the {day.max_stops} stops it may") for day in full]
    return tuple(found)


def clock(minutes: float) -> str:
    """Minutes after midnight as people write them; a time after midnight counts on: 25:30."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"
