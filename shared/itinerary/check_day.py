"""The rules of one day, for the independent judge of solutions: works on JSON alone, shares no code with the solver."""

from __future__ import annotations

from collections.abc import Set
from itertools import pairwise
from math import inf
from typing import Any

CLOSE = 1e-6
Document = dict[str, Any]


def number(value: float | None) -> float:
    """A number of a document, where null stands for infinity."""
    return inf if value is None else value


def same(a: float, b: float) -> bool:
    """Whether two numbers, infinity among them, are one but for rounding."""
    return a == b or abs(a - b) <= CLOSE


def day_faults(problem: Document, visits: Document, day: Document, plan: Document) -> list[str]:
    """Every rule of the day that the plan breaks, as sentences."""
    found: list[str] = []
    past = frozen(problem, day)
    found += [f"{name}: is frozen, but not kept as it was" for name in past if not _kept(past[name], name, plan)]
    if not plan["stops"]:
        return found + _idle_faults(problem, day, plan) + _pause_faults(day, plan)
    place, now = day.get("start_location"), plan["leave"]
    walked = [0.0, 0.0]
    judged = len(past) == 0
    if judged and now < day["start"] - CLOSE:
        found.append("leaves before the day starts")
    for stop in plan["stops"]:
        visit = visits[stop["visit"]]
        name = visit["id"]
        found += _leg_faults(problem, place, visit["location"], stop, "travel", name, walked)
        arrives = now + number(stop["travel_minutes"])
        if not same(stop["arrive"], min(arrives, stop["start"]) if name in past else arrives):
            found.append(f"{name}: arrives at {stop['arrive']}, not after the leg before it")
        if name not in past:
            found += [f"{name}: {fault}" for fault in _time_faults(visit, day, stop)]
        if stop["start"] < stop["arrive"] - CLOSE or abs(stop["start"] - stop["arrive"] - stop["wait"]) > CLOSE:
            found.append(f"{name}: starts at {stop['start']}, before arriving at {stop['arrive']} or with a wrong wait")
        if abs(stop["end"] - stop["start"] - visit["minutes"]) > CLOSE:
            found.append(f"{name}: does not take its {visit['minutes']} minutes")
        place, now = visit["location"], stop["end"]
        for pause in plan["pauses"]:
            if pause["after"] == name:
                if abs(pause["start"] - now) > CLOSE:
                    found.append(f"{pause['name']}: starts at {pause['start']}, not after {name}")
                now = pause["end"]
    found += _leg_faults(problem, place, day.get("end_location"), plan, "back", "the way back", walked)
    late = number(plan["back"]) > day["end"] + CLOSE and set(past) != {stop["visit"] for stop in plan["stops"]}
    if late or not same(number(plan["back"]), now + number(plan["back_minutes"])):
        found.append(f"is back at {plan['back']}, the day ends at {day['end']}")
    if len(past) < len(plan["stops"]):
        found += _limit_faults(problem, visits, day, plan, walked, past.keys())
    return found + _pause_faults(day, plan)


def _idle_faults(problem: Document, day: Document, plan: Document) -> list[str]:
    """Of a day without stops there is only the way from its start to its end, which nobody may be able to go."""
    found = _leg_faults(problem, day.get("start_location"), day.get("end_location"), plan, "back", "the way", [0, 0])
    if not same(number(plan["back"]), plan["leave"] + number(plan["back_minutes"])):
        found.append(f"is back at {plan['back']}, not after the way")
    if plan["leave"] < day["start"] - CLOSE:
        found.append("leaves before the day starts")
    return found


def _limit_faults(
    problem: Document, visits: Document, day: Document, plan: Document, walked: list[float], past: Set[str]
) -> list[str]:
    """Limits of the day; what happened already may break them, and then nothing is added to it."""
    found: list[str] = []
    before = _walk_alone(problem, day, [visits[stop["visit"]]["location"] for stop in plan["stops"][: len(past)]])
    for limit, value, least in zip(("max_walk_metres", "max_walk_minutes"), walked, before, strict=True):
        if day.get(limit) is not None and value > max(day[limit], least if past else 0.0) + 1e-3:
            found.append(f"walks {value}, more than {limit} {day[limit]}")
    if day.get("max_stops") is not None and len(plan["stops"]) > max(day["max_stops"], len(past)):
        found.append(f"has {len(plan['stops'])} stops, more than {day['max_stops']}")
    return found + _meal_faults(visits, day, plan, past) + _kind_faults(problem, visits, plan, past)


def _walk_alone(problem: Document, day: Document, places: list[int]) -> tuple[float, float]:
    """Metres and minutes on foot of a day with stops at these places only."""
    walk = next((mode for mode in problem["travel"]["modes"] if mode["name"] == "walk"), None)
    whole = [place for place in (day.get("start_location"), *places, day.get("end_location")) if place is not None]
    legs = [(a, b) for a, b in pairwise(whole) if walk and a != b and _is_chosen(problem, "walk", a, b)]
    if walk is None:
        return 0.0, 0.0
    metres = walk.get("metres")
    return (
        sum(number(metres[a][b]) if metres is not None else 0.0 for a, b in legs),
        sum(number(walk["minutes"][a][b]) for a, b in legs),
    )


def fares(problem: Document, places: list[int | None]) -> int:
    """The prices of the ways from place to place; of modes that are equally fast, the dearest."""
    total = 0
    for a, b in pairwise(place for place in places if place is not None):
        ways = [mode for mode in problem["travel"]["modes"] if a != b and _is_chosen(problem, mode["name"], a, b)]
        prices = [converted(problem, way["prices"][a][b], way.get("currency")) for way in ways if way.get("prices")]
        total += max(prices, default=0)
    return total


def frozen(problem: Document, day: Document) -> dict[str, float]:
    """The visits of the previous plan that have to stay on the day, and when they start."""
    return {
        item["visit"]: item["start"]
        for item in problem.get("previous", [])
        if item["day"] == day["index"]
        and item.get("start") is not None
        and (day.get("locked") or (day.get("frozen_before") is not None and item["start"] < day["frozen_before"]))
    }


def _kept(start: float, name: str, plan: Document) -> bool:
    return any(stop["visit"] == name and abs(stop["start"] - start) <= CLOSE for stop in plan["stops"])


def wanted_breaks(day: Document) -> dict[str, Document]:
    """The breaks that the hours of the day have room for, by name."""
    if day.get("locked"):
        return {}
    begin = max(day["start"], day.get("frozen_before") or 0)
    return {
        item["name"]: item
        for item in day.get("breaks", [])
        if max(item["opens"], begin) <= min(number(item["closes"]), day["end"] - item["minutes"])
    }


def _pause_faults(day: Document, plan: Document) -> list[str]:
    """Whether pauses are those that the day wants, at their time, and while the group is not busy."""
    wanted = wanted_breaks(day)
    found: list[str] = []
    for pause in plan["pauses"]:
        rule = wanted.get(pause["name"])
        if rule is None:
            found.append(f"has a break {pause['name']} that nobody wants")
            continue
        if not rule["opens"] - CLOSE <= pause["start"] <= number(rule["closes"]) + CLOSE:
            found.append(f"{pause['name']} starts at {pause['start']}, outside of its time")
        if abs(pause["end"] - pause["start"] - rule["minutes"]) > CLOSE or pause["end"] > day["end"] + CLOSE:
            found.append(f"{pause['name']} does not last {rule['minutes']} minutes of the day")
        away = plan["stops"] and plan["leave"] < pause["end"] - CLOSE and pause["start"] < plan["back"] - CLOSE
        if pause["after"] is None and away:
            found.append(f"{pause['name']} is at home while the group is not")
        if pause["after"] is not None and all(stop["visit"] != pause["after"] for stop in plan["stops"]):
            found.append(f"{pause['name']} comes after a stop that is not there")
    names = [pause["name"] for pause in plan["pauses"]]
    return found + [f"has {name} twice" for name in sorted(set(names)) if names.count(name) > 1]


def _leg_faults(
    problem: Document, a: int | None, b: int | None, leg: Document, prefix: str, name: str, walked: list[float]
) -> list[str]:
    """Whether a leg is one the matrices offer; adds to what is walked."""
    minutes, metres = number(leg[f"{prefix}_minutes"]), number(leg[f"{prefix}_metres"])
    fare = leg["fare" if prefix == "travel" else "back_fare"]
    mode_name = leg["mode" if prefix == "travel" else "back_mode"]
    if a is None or b is None or a == b:
        return [f"{name}: a leg where there is none"] if minutes or metres or fare or mode_name is not None else []
    mode = next((mode for mode in problem["travel"]["modes"] if mode["name"] == mode_name), None)
    if mode is None:
        return [f"{name}: no mode {mode_name!r}"]
    if not same(number(mode["minutes"][a][b]), minutes):
        return [f"{name}: travel takes {mode['minutes'][a][b]} minutes by {mode_name}, not {minutes}"]
    if not _is_chosen(problem, mode_name, a, b):
        return [f"{name}: goes by {mode_name}, which is not the way that the modes and the walking are chosen by"]
    if mode_name == "walk":
        walked[0] += metres
        walked[1] += minutes
    told = number(mode["metres"][a][b]) if mode.get("metres") is not None else 0.0
    if not same(told, metres):
        return [f"{name}: it is {told} metres by {mode_name}, not {metres}"]
    price = converted(problem, mode["prices"][a][b], mode.get("currency")) if mode.get("prices") is not None else 0
    if fare != price:
        return [f"{name}: the fare by {mode_name} is {price}, not {fare}"]
    return []


def _is_chosen(problem: Document, name: str, a: int, b: int) -> bool:
    """Whether a mode is the one to take: walking where it is short enough, else one of the fastest."""
    travel = problem["travel"]
    minutes = {mode["name"]: number(mode["minutes"][a][b]) for mode in travel["modes"]}
    if minutes.get("walk", inf) <= number(travel.get("walk_up_to", 0.0)):
        return name == "walk"
    return minutes[name] <= min(minutes.values())


def _time_faults(visit: Document, day: Document, stop: Document) -> list[str]:
    found: list[str] = []
    fixed = visit.get("fixed")
    if visit.get("days") is not None and day["index"] not in visit["days"]:
        found.append("is on a day on which it may not be")
    if day.get("locked") or (day.get("frozen_before") is not None and stop["start"] < day["frozen_before"] - CLOSE):
        found.append("was put into what is frozen")
    if stop["start"] < day["start"] - CLOSE or stop["end"] > day["end"] + CLOSE:
        found.append("is outside the hours of the day")
    if fixed is not None:
        if fixed["day"] != day["index"] or abs(fixed["start"] - stop["start"]) > CLOSE:
            found.append("is not at its fixed time")
    elif visit.get("windows") is not None:
        last = stop["start"] if visit.get("close_is_latest_start") else stop["end"]
        windows = visit["windows"][day["index"]]
        if not any(opens - CLOSE <= stop["start"] and last <= number(closes) + CLOSE for opens, closes in windows):
            found.append(f"is visited {stop['start']} to {stop['end']} while not open")
    return found


def _meal_faults(visits: Document, day: Document, plan: Document, past: Set[str]) -> list[str]:
    wanted = {meal["name"]: meal for meal in day.get("meals", [])}
    new = [stop for stop in plan["stops"] if stop["visit"] not in past]
    found: list[str] = []
    had: list[str] = []
    for stop in plan["stops"]:
        visit, meal = visits[stop["visit"]], stop["meal"]
        if visit["id"] in past:
            had += [meal] if meal is not None and any(one["meal"] == meal for one in new) else []
            continue
        if meal is None:
            if wanted and visit.get("meals") and visit.get("fixed") is None:
                found.append(f"{visit['id']} is a food stop outside the meals of the day")
            continue
        had.append(meal)
        if meal not in wanted or meal not in visit.get("meals", []):
            found.append(f"{visit['id']} cannot be {meal}")
        elif not wanted[meal]["opens"] - CLOSE <= stop["start"] <= number(wanted[meal]["closes"]) + CLOSE:
            found.append(f"{visit['id']} is not at the time of {meal}")
    return found + [f"has {meal} {had.count(meal)} times" for meal in sorted(set(had)) if had.count(meal) > 1]


def _kind_faults(problem: Document, visits: Document, plan: Document, past: Set[str]) -> list[str]:
    limit = problem.get("max_same_kind_per_day")
    if limit is None:
        return []
    kinds: dict[str, list[str]] = {}
    for stop in plan["stops"]:
        visit = visits[stop["visit"]]
        free = not (visit.get("must") or visit.get("fixed") or visit.get("meals"))
        if free and visit.get("kind"):
            kinds.setdefault(visit["kind"], []).append(visit["id"])
    return [
        f"has {len(names)} of kind {kind}, more than {limit}"
        for kind, names in kinds.items()
        if len(names) > limit and not past >= set(names)
    ]


def converted(problem: Document, amount: int, currency: str | None) -> int:
    """An amount in the problem's currency, rounded up."""
    if currency is None or currency == problem.get("currency", ""):
        return amount
    rate = next(rate for rate in problem["rates"] if rate["currency"] == currency)
    whole, rest = divmod(amount * rate["worth"], rate["amount"])
    return int(whole + (rest > 0))
