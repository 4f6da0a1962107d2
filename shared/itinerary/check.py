"""An independent judge of solutions: `python -m shared.itinerary.check problem.json solution.json`.

Works on the two JSON documents alone and shares no code with the solver. Prints one line per broken rule and exits 1,
or prints the plan's value and exits 0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CLOSE = 1e-6
Document = dict[str, Any]


def faults(problem: Document, solution: Document) -> list[str]:
    """Every rule of the problem that the solution breaks, as sentences; empty for a valid solution."""
    visits = {visit["id"]: visit for visit in problem["visits"]}
    found: list[str] = []
    if [day["index"] for day in solution["days"]] != list(range(len(problem["days"]))):
        return ["the solution does not have the days of the problem"]
    stops = [stop for day in solution["days"] for stop in day["stops"]]
    unknown = [stop["visit"] for stop in stops if stop["visit"] not in visits]
    if unknown:
        return [f"{name} is not a candidate" for name in unknown]
    names = [stop["visit"] for stop in stops]
    found += [f"{name} is visited twice" for name in sorted(set(names)) if names.count(name) > 1]
    for day, plan in zip(problem["days"], solution["days"], strict=True):
        found += [f"{day['date']}: {fault}" for fault in _day_faults(problem, visits, day, plan)]
    found += _trip_faults(problem, visits, solution, names)
    return found


def _day_faults(problem: Document, visits: Document, day: Document, plan: Document) -> list[str]:
    found: list[str] = []
    if not plan["stops"]:
        return found
    place, now = day.get("start_location"), plan["leave"]
    walked = [0.0, 0.0]
    if now < day["start"] - CLOSE:
        found.append("leaves before the day starts")
    for stop in plan["stops"]:
        visit = visits[stop["visit"]]
        name = visit["id"]
        found += _leg_faults(problem, place, visit["location"], stop, "travel", name, walked)
        if abs(stop["arrive"] - now - stop["travel_minutes"]) > CLOSE:
            found.append(f"{name}: arrives at {stop['arrive']}, not after the leg before it")
        if stop["start"] < stop["arrive"] - CLOSE or abs(stop["start"] - stop["arrive"] - stop["wait"]) > CLOSE:
            found.append(f"{name}: starts at {stop['start']}, before arriving at {stop['arrive']} or with a wrong wait")
        if abs(stop["end"] - stop["start"] - visit["minutes"]) > CLOSE:
            found.append(f"{name}: does not take its {visit['minutes']} minutes")
        found += [f"{name}: {fault}" for fault in _time_faults(visit, day, stop)]
        place, now = visit["location"], stop["end"]
    found += _leg_faults(problem, place, day.get("end_location"), plan, "back", "the way back", walked)
    if abs(plan["back"] - now - plan["back_minutes"]) > CLOSE or plan["back"] > day["end"] + CLOSE:
        found.append(f"is back at {plan['back']}, the day ends at {day['end']}")
    for limit, value in (("max_walk_metres", walked[0]), ("max_walk_minutes", walked[1])):
        if day.get(limit) is not None and value > day[limit] + 1e-3:
            found.append(f"walks {value}, more than {limit} {day[limit]}")
    if day.get("max_stops") is not None and len(plan["stops"]) > day["max_stops"]:
        found.append(f"has {len(plan['stops'])} stops, more than {day['max_stops']}")
    return found + _meal_faults(visits, day, plan) + _kind_faults(problem, visits, plan)


def _leg_faults(
    problem: Document, a: int | None, b: int | None, leg: Document, prefix: str, name: str, walked: list[float]
) -> list[str]:
    """Whether a leg is one the matrices offer; adds to what is walked."""
    minutes, metres = leg[f"{prefix}_minutes"], leg[f"{prefix}_metres"]
    mode_name = leg["mode" if prefix == "travel" else "back_mode"]
    if a is None or b is None or a == b:
        return [f"{name}: a leg where there is none"] if minutes or mode_name is not None else []
    mode = next((mode for mode in problem["travel"]["modes"] if mode["name"] == mode_name), None)
    if mode is None:
        return [f"{name}: no mode {mode_name!r}"]
    if mode["minutes"][a][b] is None or abs(mode["minutes"][a][b] - minutes) > CLOSE:
        return [f"{name}: travel takes {mode['minutes'][a][b]} minutes by {mode_name}, not {minutes}"]
    if mode_name == "walk":
        walked[0] += metres
        walked[1] += minutes
    if mode.get("metres") is not None and abs(mode["metres"][a][b] - metres) > CLOSE:
        return [f"{name}: it is {mode['metres'][a][b]} metres by {mode_name}, not {metres}"]
    return []


def _time_faults(visit: Document, day: Document, stop: Document) -> list[str]:
    found: list[str] = []
    fixed = visit.get("fixed")
    if stop["start"] < day["start"] - CLOSE or stop["end"] > day["end"] + CLOSE:
        found.append("is outside the hours of the day")
    if fixed is not None:
        if fixed["day"] != day["index"] or abs(fixed["start"] - stop["start"]) > CLOSE:
            found.append("is not at its fixed time")
    elif visit.get("windows") is not None:
        last = stop["start"] if visit.get("close_is_latest_start") else stop["end"]
        windows = visit["windows"][day["index"]]
        if not any(opens - CLOSE <= stop["start"] and last <= closes + CLOSE for opens, closes in windows):
            found.append(f"is visited {stop['start']} to {stop['end']} while not open")
    return found


def _meal_faults(visits: Document, day: Document, plan: Document) -> list[str]:
    wanted = {meal["name"]: meal for meal in day.get("meals", [])}
    found: list[str] = []
    had: list[str] = []
    for stop in plan["stops"]:
        visit, meal = visits[stop["visit"]], stop["meal"]
        if meal is None:
            if wanted and visit.get("meals") and visit.get("fixed") is None:
                found.append(f"{visit['id']} is a food stop outside the meals of the day")
            continue
        had.append(meal)
        if meal not in wanted or meal not in visit.get("meals", []):
            found.append(f"{visit['id']} cannot be {meal}")
        elif not wanted[meal]["opens"] - CLOSE <= stop["start"] <= wanted[meal]["closes"] + CLOSE:
            found.append(f"{visit['id']} is not at the time of {meal}")
    return found + [f"has {meal} {had.count(meal)} times" for meal in sorted(set(had)) if had.count(meal) > 1]


def _kind_faults(problem: Document, visits: Document, plan: Document) -> list[str]:
    limit = problem.get("max_same_kind_per_day")
    if limit is None:
        return []
    kinds: dict[str, int] = {}
    for stop in plan["stops"]:
        visit = visits[stop["visit"]]
        free = not (visit.get("must") or visit.get("fixed") or visit.get("meals"))
        if free and visit.get("kind"):
            kinds[visit["kind"]] = kinds.get(visit["kind"], 0) + 1
    return [f"has {count} of kind {kind}, more than {limit}" for kind, count in kinds.items() if count > limit]


def _trip_faults(problem: Document, visits: Document, solution: Document, names: list[str]) -> list[str]:
    found: list[str] = []
    chosen = [visits[name] for name in names]
    groups = [visit["group"] for visit in chosen if visit.get("group") is not None]
    found += [f"group {group} has more than one stop" for group in sorted(set(groups)) if groups.count(group) > 1]
    cost = sum(visit.get("cost", 0) for visit in chosen)
    if problem.get("budget") is not None and cost > problem["budget"]:
        found.append(f"costs {cost}, more than the budget of {problem['budget']}")
    if cost != solution["cost"]:
        found.append(f"says it costs {solution['cost']}, but it is {cost}")
    for member in problem.get("members", []):
        found += [f"{name} is vetoed by {member['id']}" for name in names if name in member.get("vetoes", [])]
    left_out = [item["visit"] for item in solution["left_out"]]
    if sorted(left_out + names) != sorted(visits):
        found.append("not every candidate is either in the plan or left out, once")
    unmet = {(item["wish"], item.get("visit") or item.get("meal"), item.get("day")) for item in solution["unmet"]}
    for name in left_out:
        for wish in ("fixed", "must"):
            if visits[name].get(wish) and (wish, name, None) not in unmet and ("fixed", name, None) not in unmet:
                found.append(f"{name} is a {wish} wish that is missing without a word")
    for day, plan in zip(problem["days"], solution["days"], strict=True):
        had = {stop["meal"] for stop in plan["stops"]}
        for meal in day.get("meals", []):
            if meal.get("required") and meal["name"] not in had and ("meal", meal["name"], day["index"]) not in unmet:
                found.append(f"{meal['name']} on {day['date']} is missing without a word")
    return found + _score_faults(problem, chosen, solution)


def _score_faults(problem: Document, chosen: list[Document], solution: Document) -> list[str]:
    members = problem.get("members") or [{"id": "all"}]
    weights = [member.get("weight", 1.0) for member in members]
    totals = [
        sum(score[m] if isinstance(score := visit.get("score", 1.0), list) else score for visit in chosen)
        for m in range(len(members))
    ]
    found = [
        f"{said['member']} is said to score {said['score']}, but it is {total}"
        for said, total in zip(solution["members"], totals, strict=True)
        if abs(said["score"] - total) > CLOSE
    ]
    average = sum(w * t for w, t in zip(weights, totals, strict=True)) / sum(weights)
    if abs(average - solution["score"]) > CLOSE:
        found.append(f"says it scores {solution['score']}, but it is {average}")
    return found


def main(arguments: list[str]) -> int:
    """Check the files named; 0: valid, 1: faults, 2: wrong use."""
    if len(arguments) != 2:
        sys.stderr.write("use: python -m shared.itinerary.check problem.json solution.json\n")
        return 2
    problem, solution = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
    found = faults(problem, solution)
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        sys.stdout.write(f"valid, score {solution['score']:g}, unmet wishes {len(solution['unmet'])}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
