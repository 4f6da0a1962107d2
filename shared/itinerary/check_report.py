"""What a solution says of itself, for the independent judge: sums, shares, and the reasons of what is not in it."""

from __future__ import annotations

from math import inf, isfinite
from typing import Any

from .check_day import Document, converted, number, same
from .check_split import all_stops, lived

SLACK = 1.0
"""Minutes by which a visit has to fit, or not, before a reason is called wrong: times are rounded to the safe side."""


def unreal(document: Any, where: str) -> list[str]:
    """Numbers that are none, as sentences: with NaN every comparison is false, so no other rule would notice."""
    if isinstance(document, dict):
        return [fault for name, value in document.items() for fault in unreal(value, f"{where}.{name}")]
    if isinstance(document, list):
        return [fault for index, value in enumerate(document) for fault in unreal(value, f"{where}[{index}]")]
    return [f"{where} is no number"] if isinstance(document, float) and not isfinite(document) else []


def report_faults(problem: Document, visits: Document, solution: Document) -> list[str]:
    """Whether sums, shares and reasons are what follows from the plan and the problem."""
    found: list[str] = []
    if solution["feasible"] != (not solution["unmet"]):
        found.append(f"says that feasible is {solution['feasible']}")
    for day, plan in zip(problem["days"], solution["days"], strict=True):
        if plan["date"] != day["date"]:
            found.append(f"{day['date']}: is called {plan['date']}")
        found += [f"{day['date']}: {fault}" for fault in _walk_faults(plan)]
    metres = sum(_metres(problem, plan) for plan in solution["days"])
    if not same(metres, number(solution["travel_metres"])):
        found.append(f"says it travels {solution['travel_metres']} metres, but it is {metres}")
    for said in solution["members"]:
        share = min(1.0, said["score"] / said["alone"]) if said["alone"] > 0 else 1.0
        if not same(said["share"], share):
            found.append(f"the share of {said['member']} is {share}, not {said['share']}")
    return found + _reason_faults(problem, visits, solution) + _unmet_faults(problem, solution)


def legs(plan: Document) -> list[tuple[str | None, float, float]]:
    """Mode, metres and minutes of each leg of a day or a branch."""
    ways = [(stop["mode"], number(stop["travel_metres"]), number(stop["travel_minutes"])) for stop in plan["stops"]]
    return [*ways, (plan["back_mode"], number(plan["back_metres"]), number(plan["back_minutes"]))]


def _walk_faults(plan: Document) -> list[str]:
    walks = [[leg for leg in legs(seen) if leg[0] == "walk"] for seen in lived(plan)]
    metres = max(sum(leg[1] for leg in walk) for walk in walks)
    minutes = max(sum(leg[2] for leg in walk) for walk in walks)
    if same(number(plan["walk_metres"]), metres) and same(number(plan["walk_minutes"]), minutes):
        return []
    return [f"walks {metres} metres in {minutes} minutes, not {plan['walk_metres']} in {plan['walk_minutes']}"]


def _metres(problem: Document, plan: Document) -> float:
    """The metres of a day, the mean over the members."""
    total = sum(leg[1] for leg in legs(plan))
    for branch in plan["split"]["branches"] if plan.get("split") else []:
        total += sum(leg[1] for leg in legs(branch)) * len(branch["members"]) / len(problem["members"])
    return total


def _reason_faults(problem: Document, visits: Document, solution: Document) -> list[str]:
    """Reasons that the problem belies."""
    found: list[str] = []
    there = {stop["visit"] for day in solution["days"] for stop in all_stops(day)}
    members = problem.get("members", [])
    days = problem["days"]
    limited = {
        "over_budget": problem.get("budget") is not None,
        "kind_limit": problem.get("max_same_kind_per_day") is not None,
        "day_full": any(day.get("max_stops") is not None for day in days),
        "walking_limit": any(
            day.get(limit) is not None for day in days for limit in ("max_walk_metres", "max_walk_minutes")
        ),
    }
    for item in solution["left_out"]:
        visit, reason = visits[item["visit"]], item["reason"]
        vetoes = sorted(member["id"] for member in members if visit["id"] in member.get("vetoes", []))
        cost = converted(problem, visit.get("cost", 0), visit.get("currency"))
        room = max((_room(visit, day) for day in days), default=-inf)
        if (reason == "vetoed") != bool(vetoes) or (vetoes and sorted(item["by"]) != vetoes):
            found.append(f"{visit['id']} is left out as {reason} by {item['by']}, vetoed by {vetoes}")
        elif not limited.get(reason, True):
            found.append(f"{visit['id']} is left out as {reason} without such a limit")
        elif reason == "closed" and room > SLACK:
            found.append(f"{visit['id']} is left out as closed, though it is not")
        elif reason not in ("vetoed", "closed") and room < -SLACK and not _too_dear(problem, cost):
            if reason == "no_time" and all(_too_short(visit, day) for day in days):
                continue
            found.append(f"{visit['id']} is left out as {reason}, though it is closed")
        elif reason == "alternative_chosen" and (not item["by"] or not there.issuperset(item["by"])):
            found.append(f"{visit['id']} is left out for {item['by']}, which are not in the plan")
    return found


def _too_dear(problem: Document, cost: int) -> bool:
    return problem.get("budget") is not None and cost > problem["budget"]


def _too_short(visit: Document, day: Document) -> bool:
    """Whether the day has no room for the visit, or is none of its days, whenever it is open."""
    free = day["end"] - max(day["start"], day.get("frozen_before") or -inf)
    barred = day.get("locked") or (visit.get("days") is not None and day["index"] not in visit["days"])
    return bool(barred) or free < visit["minutes"]


def _room(visit: Document, day: Document) -> float:
    """By how many minutes the visit could be later on the day, by its hours and the day's; negative: not at all."""
    if day.get("locked") or (visit.get("days") is not None and day["index"] not in visit["days"]):
        return -inf
    earliest = max(day["start"], day.get("frozen_before") or -inf)
    latest = day["end"] - visit["minutes"]
    if visit.get("fixed"):
        start = visit["fixed"]["start"]
        return min(latest - start, start - earliest) if visit["fixed"]["day"] == day["index"] else -inf
    own = 0.0 if visit.get("close_is_latest_start") else visit["minutes"]
    windows = visit["windows"][day["index"]] if visit.get("windows") is not None else [(-inf, None)]
    spans = [(opens, number(closes) - own) for opens, closes in windows]
    if visit.get("meals") and day.get("meals"):
        meals = [meal for meal in day["meals"] if meal["name"] in visit["meals"]]
        spans = [
            (max(opens, meal["opens"]), min(last, number(meal["closes"]))) for opens, last in spans for meal in meals
        ]
    return max((min(last, latest) - max(opens, earliest) for opens, last in spans), default=-inf)


def _unmet_faults(problem: Document, solution: Document) -> list[str]:
    """Wishes that are called missing though they are kept, or for another reason than the visit is left out for."""
    found: list[str] = []
    reasons = {item["visit"]: (item["reason"], item["message"], item["by"]) for item in solution["left_out"]}
    for item in solution["unmet"]:
        if item["wish"] in ("must", "fixed"):
            if reasons.get(item["visit"]) != (item["reason"], item["message"], item["by"]):
                found.append(f"{item['visit']} is not left out for what is said of the wish")
        elif item["wish"] in ("meal", "break", "day"):
            plan = next((plan for plan in solution["days"] if plan["index"] == item["day"]), None)
            if plan is None:
                found.append(f"a {item['wish']} is missing on a day that is none")
                continue
            had = {"meal": [stop["meal"] for stop in plan["stops"]], "break": [one["name"] for one in plan["pauses"]]}
            if item["meal"] in had.get(item["wish"], []):
                found.append(f"{item['meal']} on {plan['date']} is called missing, but is had")
        elif item["wish"] != "budget":
            found.append(f"there is no wish {item['wish']!r}")
    return found
