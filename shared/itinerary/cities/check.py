"""An independent judge: `python -m shared.itinerary.cities.check problem.json solution.json`.

Works on the two JSON documents alone and shares no code with the model. Prints one line per broken rule and exits 1, or
prints the plan's value and exits 0.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

CLOSE = 1e-6
Document = dict[str, Any]


def faults(problem: Document, solution: Document) -> list[str]:
    """Every rule of the problem that the solution breaks, as sentences; empty for a valid one."""
    if not solution["visits"]:
        return [] if solution["status"] in ("infeasible", "unknown") else ["a plan without a visit"]
    given_up = {item["wish"]: item for item in solution["given_up"]}
    found = _path_faults(problem, solution)
    found += [fault for trip in solution["trips"] for fault in _trip_faults(problem, trip)]
    for visit in solution["visits"]:
        found += [f"{visit['city']}: {fault}" for fault in _stay_faults(problem, solution, visit)]
    found += _money_faults(problem, solution)
    found += _value_faults(problem, solution)
    for wish in problem.get("wishes", []):
        if wish["id"] in given_up:
            if given_up[wish["id"]]["needed"] is None:
                continue
            wish = {**wish, "at_most": given_up[wish["id"]]["needed"]}
        if not holds(problem, solution, wish):
            found.append(f"wish {wish['id']} does not hold and is not given up")
    if given_up and solution["status"] != "infeasible":
        found.append("wishes are given up though it is said that all can be met")
    there = {visit["city"] for visit in solution["visits"]}
    left = [city["id"] for city in problem["cities"] if city["id"] not in there]
    if solution["status"] in ("optimal", "stopped") and sorted(item["city"] for item in solution["left_out"]) != sorted(
        left
    ):
        found.append("not every city is either visited or left out with a reason")
    return found


def _path_faults(problem: Document, solution: Document) -> list[str]:
    """Whether visits and transfers join into one journey through the dates."""
    found: list[str] = []
    place, today = problem.get("start"), problem["first_date"]
    trips = list(solution["trips"])
    for number, visit in enumerate(solution["visits"]):
        if number or place is not None:
            if not trips:
                return [*found, f"there is no way to {visit['city']}"]
            trip = trips.pop(0)
            if (trip["origin"], trip["destination"], trip["date"]) != (place, visit["city"], today):
                found.append(f"{trip['transfer']} does not lead from {place} to {visit['city']} on {today}")
            today = trip["arrival_date"]
        if visit["arrive"] != today:
            found.append(f"{visit['city']} begins on {visit['arrive']}, but one is there on {today}")
        if visit["nights"] < 1 or _days(visit["arrive"], visit["leave"]) != visit["nights"]:
            found.append(f"{visit['city']} does not have {visit['nights']} nights between its dates")
        place, today = visit["city"], visit["leave"]
    if problem.get("end") is not None:
        if not trips:
            return [*found, "there is no way to the end"]
        trip = trips.pop(0)
        if (trip["origin"], trip["destination"], trip["date"]) != (place, problem["end"], today):
            found.append(f"{trip['transfer']} does not lead from {place} to the end on {today}")
        today = trip["arrival_date"]
    if trips:
        found.append("there are more transfers than the journey needs")
    nights = _days(problem["first_date"], today)
    if solution["last_date"] != today or solution["nights"] != nights or nights > problem["horizon"]:
        found.append(f"ends on {today} after {nights} nights, which is not what it says or beyond the horizon")
    for city in problem["cities"]:
        count = sum(visit["city"] == city["id"] for visit in solution["visits"])
        if count > city.get("max_visits", 1):
            found.append(f"{city['id']} is visited {count} times")
    return found


def _trip_faults(problem: Document, trip: Document) -> list[str]:
    known = next((each for each in problem["transfers"] if each["id"] == trip["transfer"]), None)
    if known is None:
        return [f"there is no transfer {trip['transfer']}"]
    found = []
    for name in ("origin", "destination", "mode", "minutes"):
        if known[name] != trip[name]:
            found.append(f"{trip['transfer']}: {name} is {known[name]}, not {trip[name]}")
    if trip["price"] != known.get("price", 0) * problem.get("people", 1):
        found.append(f"{trip['transfer']}: does not cost {trip['price']}")
    if known.get("dates") is not None and trip["date"] not in known["dates"]:
        found.append(f"{trip['transfer']} does not run on {trip['date']}")
    if known.get("weekdays") is not None and date.fromisoformat(trip["date"]).weekday() not in known["weekdays"]:
        found.append(f"{trip['transfer']} does not run on this day of the week")
    windows = known.get("departures")
    if windows is not None and not any(first <= trip["departs"] <= last for first, last in windows):
        found.append(f"{trip['transfer']} does not leave at {trip['departs']}")
    if not problem.get("earliest_departure", 480) <= trip["departs"] <= 1439:
        found.append(f"{trip['transfer']} leaves too early or never")
    later = _days(trip["date"], trip["arrival_date"])
    arrives = trip["departs"] + known["minutes"] + known.get("clock_shift", 0) - 1440 * later
    nights = known.get("overnight", False)
    if (nights is not None and later != int(nights)) or arrives != trip["arrives"] or not 0 <= arrives <= 1439:
        found.append(f"{trip['transfer']} does not arrive at {trip['arrives']} on {trip['arrival_date']}")
    return found


def _stay_faults(problem: Document, solution: Document, visit: Document) -> list[str]:
    stays = {stay["id"]: stay for stay in problem["stays"]}
    if any(booking["stay"] not in stays for booking in visit["bookings"]):
        return ["a stay that is not known"]
    found, room = [], 0
    arrival = next(
        (
            t["arrives"]
            for t in solution["trips"]
            if t["destination"] == visit["city"] and t["arrival_date"] == visit["arrive"]
        ),
        0,
    )
    if not 1 <= len(visit["bookings"]) <= problem.get("max_stays", 2):
        found.append(f"is spread over {len(visit['bookings'])} stays")
    for booking in visit["bookings"]:
        stay = stays[booking["stay"]]
        room += stay["capacity"] * booking["rooms"]
        if stay["city"] != visit["city"]:
            found.append(f"{stay['id']} is elsewhere")
        if not 1 <= booking["rooms"] <= stay.get("rooms", 1) or visit["nights"] < stay.get("min_nights", 1):
            found.append(f"{stay['id']} does not have {booking['rooms']} rooms for {visit['nights']} nights")
        if booking["price"] != booking["rooms"] * stay["price"] * visit["nights"]:
            found.append(f"{stay['id']} does not cost {booking['price']}")
        if stay.get("check_in_until") is not None and arrival > stay["check_in_until"]:
            found.append(f"{stay['id']} closes before one arrives at {arrival}")
        for night in range(visit["nights"]):
            told = (date.fromisoformat(visit["arrive"]) + timedelta(days=night)).isoformat()
            ranges = stay.get("available")
            if ranges is not None and not any(first <= told <= last for first, last in ranges):
                found.append(f"{stay['id']} is not to be had on {told}")
    if room < problem.get("people", 1):
        found.append(f"holds {room} people")
    return found


def _money_faults(problem: Document, solution: Document) -> list[str]:
    meals_of = {city["id"]: city.get("meals", 0) * problem.get("people", 1) for city in problem["cities"]}
    found = []
    for number, visit in enumerate(solution["visits"], 1):
        days = visit["nights"] + (number == len(solution["visits"]))
        if visit["meals_price"] != meals_of[visit["city"]] * days:
            found.append(f"{visit['city']}: meals do not cost {visit['meals_price']}")
        if visit["stays_price"] != sum(booking["price"] for booking in visit["bookings"]):
            found.append(f"{visit['city']}: the stays do not cost {visit['stays_price']}")
    sums = {
        "transfers": sum(trip["price"] for trip in solution["trips"]),
        "stays": sum(visit["stays_price"] for visit in solution["visits"]),
        "meals": sum(visit["meals_price"] for visit in solution["visits"]),
    }
    sums["total"] = sum(sums.values())
    return found + [
        f"{name} cost {sums[name]}, not {solution['money'][name]}"
        for name in sums
        if sums[name] != solution["money"][name]
    ]


def _value_faults(problem: Document, solution: Document) -> list[str]:
    weights = {"travel_hour": 0.1, "spending": 0.0, "rating": 0.05, "extra_stay": 0.2, **problem.get("weights", {})}
    liked: dict[tuple[str, str], float] = {}
    for one in problem.get("preferences", []):
        liked[one["kind"], one["name"]] = liked.get((one["kind"], one["name"]), 0.0) + one["value"]
    stays = {stay["id"]: stay for stay in problem["stays"]}
    parts = {"cities": 0.0, "travel": 0.0, "stays": 0.0, "spending": 0.0}
    for city in problem["cities"]:
        nights = sum(visit["nights"] for visit in solution["visits"] if visit["city"] == city["id"])
        worth = _interest(problem, city)
        for _ in range(nights):
            parts["cities"] += worth
            worth *= city.get("decay", 0.8)
    for trip in solution["trips"]:
        parts["travel"] += liked.get(("mode", trip["mode"]), 0.0) - weights["travel_hour"] * trip["minutes"] / 60
    for visit in solution["visits"]:
        mine = [stays[booking["stay"]] for booking in visit["bookings"]]
        if not mine:
            return [f"{visit['city']} has no bookings"]
        night = weights["rating"] * min(stay.get("rating", 0.0) for stay in mine)
        night -= weights["extra_stay"] * (len(mine) - 1)
        night += min(liked.get(("stay_type", stay["type"]), 0.0) for stay in mine)
        parts["stays"] += night * visit["nights"]
    parts["spending"] = -weights["spending"] * solution["money"]["total"] / 1000
    found = [
        f"{name} are worth {parts[name]}, not {solution['worth'][name]}"
        for name in parts
        if abs(parts[name] - solution["worth"][name]) > CLOSE
    ]
    if abs(sum(parts.values()) - solution["value"]) > CLOSE:
        found.append(f"is worth {sum(parts.values())}, not {solution['value']}")
    return found


def _interest(problem: Document, city: Document) -> float:
    score = city.get("score", 1.0)
    if not isinstance(score, list):
        return float(score)
    weights = [member.get("weight", 1.0) for member in problem.get("members", [])] or [1.0]
    return float(sum(w * s for w, s in zip(weights, score, strict=True)) / sum(weights))


def holds(problem: Document, solution: Document, wish: Document) -> bool:
    """Whether the plan meets a wish."""
    kind, names = wish["kind"], wish.get("names", [])
    low, high = wish.get("at_least"), wish.get("at_most")
    low, high = 0 if low is None else low, float("inf") if high is None else high
    visits, trips = solution["visits"], solution["trips"]
    city = (wish.get("cities") or [None])[0]
    mine = [visit for visit in visits if visit["city"] == city]
    stays = {stay["id"]: stay for stay in problem["stays"]}
    used = [stays[booking["stay"]] for visit in visits for booking in visit["bookings"]]
    modes = [trip["mode"] for trip in trips]
    if kind == "visit":
        return bool(mine)
    if kind == "nights":
        return not mine or bool(low <= sum(visit["nights"] for visit in mine) <= high)
    if kind == "on_date":
        return any(visit["arrive"] <= wish["date"] <= visit["leave"] for visit in mine)
    if kind == "night_of":
        return any(visit["arrive"] <= wish["date"] < visit["leave"] for visit in mine)
    if kind == "order":
        order = [wish["cities"].index(visit["city"]) for visit in visits if visit["city"] in wish["cities"]]
        return order == sorted(order)
    if kind in ("first", "last"):
        return bool(visits[0 if kind == "first" else -1]["city"] == city)
    if kind == "total_nights":
        return bool(low <= solution["nights"] <= high)
    if kind == "max_cities":
        return bool(len(visits) <= high)
    if kind == "budget":
        return bool(sum(solution["money"][name] for name in names or ("transfers", "stays", "meals")) <= high)
    if kind == "transfer_minutes":
        return all(trip["minutes"] <= high for trip in trips)
    if kind == "no_overnight":
        return not any(trip["arrival_date"] != trip["date"] and (not names or trip["mode"] in names) for trip in trips)
    if kind == "avoid_modes":
        return not set(modes) & set(names)
    if kind == "stay_types":
        return all(stay["type"] in names for stay in used)
    if kind == "stay_rules":
        return all(set(names) <= set(stay.get("allows", [])) for stay in used)
    return all(stay.get("rating", 0.0) >= low for stay in used)


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def main(arguments: list[str]) -> int:
    """Check the files named; 0: valid, 1: faults, 2: wrong use."""
    if len(arguments) != 2:
        sys.stderr.write("use: python -m shared.itinerary.cities.check problem.json solution.json\n")
        return 2
    problem, solution = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
    found = faults(problem, solution)
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        sys.stdout.write(f"valid, {solution['status']}, value {solution['value']:g}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
