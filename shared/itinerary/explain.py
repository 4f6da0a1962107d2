"""Why things are not in a plan: reasons for what was left out, for wishes that could not be met, and what limits the
plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from .engine import Routes, Search
from .missing import Explained, day_possible, missing_wishes, why_lost
from .model import Model
from .money import too_dear, visit_cost
from .obstacles import NOTHING, Obstacles
from .problem import Day, Problem, Visit
from .slots import begins, vetoed_by
from .solution import Binding, LeftOut, Reason, Unmet


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Known:
    """What is known of a visit that is left out: whether an empty plan has time for it, for a fixed one what cannot be
    had beside it, what keeps it out where the plan has time for it, and the days that nobody can have."""

    reached: bool
    clashing: tuple[str, ...]
    blocked: set[str]
    lost: list[Day]


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
    alone: Counter[Reason] = Counter()
    obstacles = Obstacles(model, search)
    lost_days = [day for day in problem.days if not day_possible(model, day)]
    for index in missing:
        visit = problem.visits[index]
        blocked = obstacles.fewest((day.index, k) for day in problem.days for k in model.nodes_of[index])
        known = _Known(index in reached, clashing.get(index, ()), blocked, lost_days)
        reason, message, by = _why(model, search, stops, index, known)
        alone[reason] += len(blocked) < 2 and (bool(blocked) or reason is Reason.NO_TIME)
        left_out.append(LeftOut(visit.id, reason, message, by))
        if visit.fixed is not None or visit.must:
            unmet.append(Unmet("fixed" if visit.fixed else "must", reason, message, visit=visit.id, by=by))
    unmet += missing_wishes(obstacles, lost_days)
    return tuple(left_out), tuple(unmet), _binding(model, search, left_out, alone)


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


def _why(model: Model, search: Search, plan: list[Visit], index: int, known: _Known) -> Explained:
    """Why a visit is not among those of the plan."""
    problem = model.problem
    visit = problem.visits[index]
    never = _never(model, visit, index, known)
    if never is not None:
        return never
    rivals = tuple(other.id for other in plan if visit.group is not None and other.group == visit.group)
    if rivals:
        return Reason.ALTERNATIVE_CHOSEN, f"{rivals[0]} was chosen instead", rivals
    if visit.fixed is not None:
        return _fixed_clash(model, search, visit, problem.days[visit.fixed.day], known)
    blocked = known.blocked
    if NOTHING in blocked and any(model.average[node] > 0 for node in model.nodes_of[index]):
        return Reason.TOO_FAR, "it would fit, but is not worth the way there", ()
    if NOTHING in blocked or not any(model.wanted[node] for node in model.nodes_of[index]):
        some = any(scores[node] > 0 for scores in model.member_scores for node in model.nodes_of[index])
        return Reason.LOW_INTEREST, f"{'not enough' if some else 'nobody'} of the group is interested in it", ()
    limited = _limited(problem, search, visit, plan, blocked)
    if limited is not None:
        return limited
    if visit.must:
        beside = tuple(other.id for other in plan if other.must or other.fixed is not None)
        return Reason.NO_TIME, "it does not fit beside the other must-sees and bookings", beside
    return _or_lost(model, index, known, (Reason.NO_TIME, "there is no time for it on any day it is open", ()))


def _lost(model: Model, index: int, known: _Known) -> list[Day]:
    """The days that nobody can have on which a visit could start."""
    nodes = [model.table[node] for node in model.nodes_of[index]]
    return [day for day in known.lost if any(node.slots[day.index] is not None for node in nodes)]


def _or_lost(model: Model, index: int, known: _Known, told: Explained) -> Explained:
    """What is told of a visit, and why it cannot be on days that nobody can have."""
    lost = _lost(model, index, known)
    if not lost:
        return told
    return told[0], f"{told[1]}; {why_lost(model, lost)[1]}", told[2]


def _limited(problem: Problem, search: Search, visit: Visit, plan: list[Visit], blocked: set[str]) -> Explained | None:
    """Which limits keep out what there is time for, the first of them as the reason, or None."""
    found: list[Explained] = []
    if "budget" in blocked:
        found.append(_too_dear(problem, search, visit))
    if "meal" in blocked:
        food = tuple(other.id for other in plan if set(other.meals) & set(visit.meals))
        found.append((Reason.ALTERNATIVE_CHOSEN, "the meals it could be are taken by other places", food))
    if "kind" in blocked:
        found.append((Reason.KIND_LIMIT, f"days on which it would fit have enough of {visit.kind!r}", ()))
    if "stops" in blocked:
        found.append((Reason.DAY_FULL, "days on which it would fit have all the stops they may have", ()))
    if "walking" in blocked:
        found.append((Reason.WALKING_LIMIT, "it would take more walking than the limit of the day", ()))
    if not found:
        return None
    reason, _, by = found[0]
    return reason, ", and ".join(message for _, message, _ in found), by


def _too_dear(problem: Problem, search: Search, visit: Visit) -> Explained:
    cost, left = visit_cost(problem, visit), search.money
    if cost > left:
        return Reason.OVER_BUDGET, too_dear(cost, left, problem.budget), ()
    message = f"it costs more with the way there than the {left:.0f} that are left of {problem.budget}"
    return Reason.OVER_BUDGET, message, ()


def _never(model: Model, visit: Visit, index: int, known: _Known) -> Explained | None:
    """Why the visit can be in no plan at all, or None."""
    problem = model.problem
    vetoes = vetoed_by(problem, visit)
    if vetoes:
        return Reason.VETOED, f"vetoed by {', '.join(vetoes)}", vetoes
    cost = visit_cost(problem, visit)
    if problem.budget is not None and cost > problem.budget:
        return Reason.OVER_BUDGET, f"it alone costs {cost}, the whole budget is {problem.budget}", ()
    nodes = model.nodes_of[index]
    if not any(model.opens[day.index][node] <= model.lasts[day.index][node] for day in problem.days for node in nodes):
        lost = _lost(model, index, known)
        return why_lost(model, lost) if lost else _shut(problem, visit)
    if not known.reached and not known.blocked:
        message = "it cannot be reached, visited and left within any day it is open"
        return _or_lost(model, index, known, (Reason.TOO_FAR, message, ()))
    return None


def _shut(problem: Problem, visit: Visit) -> Explained:
    """Why no day offers a moment at which the visit may start."""
    if not problem.days:
        return Reason.CLOSED, "the trip has no days", ()
    if visit.fixed is not None:
        day = problem.days[visit.fixed.day]
        hours = f"{clock(day.start)} to {clock(day.end)} on {day.date}"
        return Reason.CLOSED, f"its fixed time is outside the hours of the day, {hours}", ()
    if visit.days is not None and not visit.days:
        return Reason.CLOSED, "none of the days it may be on is a day of the trip", ()
    days = [day for day in problem.days if not day.locked and (visit.days is None or day.index in visit.days)]
    if not days:
        return Reason.CLOSED, "every day it may be on is locked", ()
    open_at_all = visit.windows is None or any(visit.windows[day.index] for day in days)
    if open_at_all and all(day.end - max(day.start, begins(day)) < visit.minutes for day in days):
        return Reason.NO_TIME, "no day is long enough for it", ()
    return Reason.CLOSED, _closed(visit, days), ()


def _closed(visit: Visit, days: list[Day]) -> str:
    """Why it is not open when it could be visited on some days, one of which is long enough."""
    if visit.windows is not None:
        if not any(visit.windows):
            return "closed on every day of the trip"
        spans = [window for day in days for window in visit.windows[day.index]]
        if not spans:
            return "closed on every day it may be on"
        if not visit.close_is_latest_start and max(closes - opens for opens, closes in spans) < visit.minutes:
            return f"never open for the {visit.minutes:g} minutes it takes"
        days = [day for day in days if visit.windows[day.index]]
    if visit.meals and all(day.meals for day in days):
        return f"not open at {' or '.join(visit.meals)} on any day that wants it"
    return f"not open for {visit.minutes:g} minutes during the hours of any day"


def _fixed_clash(model: Model, search: Search, visit: Visit, day: Day, known: _Known) -> Explained:
    """The stops in the plan that cannot be had together with a fixed one."""
    problem = model.problem
    if known.clashing:
        beside = ", ".join(known.clashing)
        return Reason.CLASH, f"cannot be had together with {beside} on {day.date}", known.clashing
    plan = [other for node in search.plan()[day.index] if (other := model.visit(node)) is not None]
    limited = _limited(problem, search, visit, plan, known.blocked)
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


def _binding(model: Model, search: Search, left_out: list[LeftOut], alone: Mapping[Reason, int]) -> tuple[Binding, ...]:
    """The constraints that keep out visits somebody wants; `alone`: how many, where nothing else does."""
    problem = model.problem
    found = []
    for reason, name, message in (
        (Reason.OVER_BUDGET, "budget", "{} more would fit with a larger budget"),
        (Reason.NO_TIME, "time", "{} more would need longer or more days"),
        (Reason.DAY_FULL, "max_stops", "{} more would fit with more stops a day"),
        (Reason.WALKING_LIMIT, "walking", "{} more would fit with more walking"),
        (Reason.KIND_LIMIT, "kinds", "{} more would fit with more of one kind on a day"),
    ):
        if alone.get(reason):
            found.append(Binding(name, None, message.format(alone[reason])))
    full = [
        day
        for day in problem.days
        if day.max_stops is not None and len(model.names(search.routes[day.index][1:-1])) >= day.max_stops and left_out
    ]
    found += [Binding("max_stops", day.index, f"{day.date} has all the {day.max_stops} stops it may") for day in full]
    return tuple(found)


def clock(minutes: float) -> str:
    """Minutes after midnight as people write them; a time after midnight counts on: 25:30."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"
