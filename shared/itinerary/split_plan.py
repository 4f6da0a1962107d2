"""A half-day for which the group splits up, put into a plan, and what the plan is worth then."""

from __future__ import annotations

from dataclasses import replace

from .halves import Half, all_stops
from .money import too_dear, visit_cost
from .problem import Problem, Visit
from .solution import Binding, Branch, DayPlan, LeftOut, Reason, Satisfaction, Solution, Split, Terms, Unmet


def with_split(problem: Problem, solution: Solution, half: Half, branches: tuple[Branch, ...]) -> Solution:
    """The plan with the half-day split up."""
    day = _split_day(problem, half, branches)
    days = tuple(day if plan is half.plan else plan for plan in solution.days)
    there = {stop.visit for plan in days for stop in all_stops(plan)}
    before = {item.visit: item for item in solution.left_out}
    cost = sum(plan.cost for plan in days)
    left_out = [
        _left_out(problem, visit, before, there, cost, day) for visit in problem.visits if visit.id not in there
    ]
    members = tuple(_satisfaction(problem, days, index, said) for index, said in enumerate(solution.members))
    worth = _terms(problem, solution, days, members)
    noted = replace(day, split=replace(day.split, gain=worth.value - solution.value)) if day.split else day
    return replace(
        solution,
        days=tuple(noted if plan is day else plan for plan in days),
        score=worth.average,
        value=worth.value,
        cost=cost,
        travel_minutes=sum(plan.travel_minutes for plan in days),
        travel_metres=solution.travel_metres + _metres(problem, day) - _metres(problem, half.plan),
        members=members,
        left_out=tuple(left_out),
        unmet=_unmet(solution, left_out),
        binding=_binding(solution, left_out),
        terms=worth,
    )


def _split_day(problem: Problem, half: Half, branches: tuple[Branch, ...]) -> DayPlan:
    plan, after = half.plan, half.after
    arrives = max(branch.arrives for branch in branches)
    stops = list(plan.stops[: half.first] + plan.stops[half.last :])
    if after is not None:
        stops[half.first] = replace(
            after,
            arrive=arrives,
            wait=after.start - arrives,
            travel_minutes=0.0,
            travel_metres=0.0,
            mode=None,
            fare=0,
        )
        whole = replace(plan, stops=tuple(stops))
    else:
        whole = replace(
            plan, stops=tuple(stops), back=arrives, back_minutes=0.0, back_metres=0.0, back_mode=None, back_fare=0
        )
    split_ = Split(
        half=half.name,
        part_at=half.leaves,
        part_after=stops[half.first - 1].visit if half.first > 0 else None,
        meet_at=half.until if after is None else after.start,
        meet_before=None if after is None else after.visit,
        branches=branches,
        gain=0.0,
    )
    whole = replace(whole, leave=min(branch.leave for branch in branches) if half.first == 0 else plan.leave)
    whole = replace(whole, split=split_)
    own = sum(branch.back_fare + sum(stop.cost + stop.fare for stop in branch.stops) for branch in branches)
    walks = [_walked(whole, branch) for branch in branches]
    share = [len(branch.members) / len(problem.members) for branch in branches]
    common = sum(stop.travel_minutes for stop in whole.stops) + whole.back_minutes
    return replace(
        whole,
        cost=own + whole.back_fare + sum(stop.cost + stop.fare for stop in whole.stops),
        travel_minutes=common + sum(part * _way(branch) for part, branch in zip(share, branches, strict=True)),
        walk_metres=max(metres for metres, _ in walks),
        walk_minutes=max(minutes for _, minutes in walks),
    )


def _legs(plan: DayPlan, branch: Branch) -> list[tuple[float, float, str | None]]:
    """The legs of the day for a branch: minutes, metres, mode."""
    stops = (*plan.stops, *branch.stops)
    legs = [(stop.travel_minutes, stop.travel_metres, stop.mode) for stop in stops]
    return [
        *legs,
        (plan.back_minutes, plan.back_metres, plan.back_mode),
        (branch.back_minutes, branch.back_metres, branch.back_mode),
    ]


def _walked(plan: DayPlan, branch: Branch) -> tuple[float, float]:
    """Metres and minutes that a branch walks on the day."""
    walks = [leg for leg in _legs(plan, branch) if leg[2] == "walk"]
    return sum(leg[1] for leg in walks), sum(leg[0] for leg in walks)


def _way(branch: Branch) -> float:
    return sum(stop.travel_minutes for stop in branch.stops) + branch.back_minutes


def _metres(problem: Problem, plan: DayPlan) -> float:
    """The metres of a day, the mean over the members."""
    total = sum(stop.travel_metres for stop in plan.stops) + plan.back_metres
    for branch in plan.split.branches if plan.split is not None else ():
        own = sum(stop.travel_metres for stop in branch.stops) + branch.back_metres
        total += own * len(branch.members) / len(problem.members)
    return total


def _left_out(
    problem: Problem, visit: Visit, before: dict[str, LeftOut], there: set[str], cost: int, day: DayPlan
) -> LeftOut:
    """Why it is not in the plan, which has a new `cost`: as before, unless that was for a visit that the split took out
    or for money that there is now."""
    said = before.get(visit.id)
    apart = LeftOut(visit.id, Reason.LOW_INTEREST, f"left out because the group splits up on {day.date}")
    if said is None or (said.reason is Reason.ALTERNATIVE_CHOSEN and not there.issuperset(said.by)):
        return apart
    price = visit_cost(problem, visit)
    if said.reason is Reason.OVER_BUDGET and problem.budget is not None and price <= problem.budget:
        left = problem.budget - cost
        return replace(said, message=too_dear(price, left, problem.budget)) if price > left else apart
    return said


def _unmet(solution: Solution, left_out: list[LeftOut]) -> tuple[Unmet, ...]:
    """The wishes that are missing, those for visits with the reason that holds now."""
    now = {item.visit: item for item in left_out}
    return tuple(
        replace(wish, reason=said.reason, message=said.message, by=said.by)
        if wish.visit is not None and (said := now.get(wish.visit)) is not None
        else wish
        for wish in solution.unmet
    )


def _binding(solution: Solution, left_out: list[LeftOut]) -> tuple[Binding, ...]:
    """What binds the plan, the budget only if something is still too dear."""
    poor = any(item.reason is Reason.OVER_BUDGET for item in left_out)
    larger = Binding("budget", None, "more would fit with a larger budget")
    found = (larger if one.constraint == "budget" else one for one in solution.binding)
    return tuple(one for one in found if poor or one is not larger)


def _satisfaction(problem: Problem, days: tuple[DayPlan, ...], index: int, said: Satisfaction) -> Satisfaction:
    total = 0.0
    for plan in days:
        for stop in all_stops(plan):
            if not stop.members or said.member in stop.members:
                score = problem.visit(stop.visit).score
                total += score[index] if isinstance(score, tuple) else score
    best = max(said.alone, total)
    return Satisfaction(said.member, total, best, min(total / best, 1.0) if best > 0 else 1.0)


def _terms(problem: Problem, solution: Solution, days: tuple[DayPlan, ...], members: tuple[Satisfaction, ...]) -> Terms:
    weights = [member.weight for member in problem.members]
    average = sum(w * said.score for w, said in zip(weights, members, strict=True)) / sum(weights)
    mean = sum(said.alone for said in members) / len(members)
    fairness = problem.fairness * min(said.share for said in members) * mean
    minutes = sum(plan.travel_minutes for plan in days)
    return Terms(average, fairness, problem.travel_weight * solution.typical_minute * minutes, 0.0)
