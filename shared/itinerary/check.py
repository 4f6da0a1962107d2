"""An independent judge of solutions: `python -m shared.itinerary.check problem.json solution.json`.

Works on the two JSON documents alone and shares no code with the solver. Prints one line per broken rule and exits 1,
or prints the plan's value and exits 0.
"""

from __future__ import annotations

import json
import sys
from math import inf
from pathlib import Path

from .check_day import CLOSE, Document, converted, day_faults, fares, frozen, number, same, wanted_breaks
from .check_report import legs, report_faults, unreal
from .check_split import all_stops, goes, lived, part_of, split_faults


def faults(problem: Document, solution: Document) -> list[str]:
    """Every rule of the problem that the solution breaks, as sentences; empty for a valid solution."""
    visits = {visit["id"]: visit for visit in problem["visits"]}
    found = unreal(solution, "solution")
    if found:
        return found
    if [day["index"] for day in solution["days"]] != list(range(len(problem["days"]))):
        return ["the solution does not have the days of the problem"]
    stops = [stop for day in solution["days"] for stop in all_stops(day)]
    unknown = [item["visit"] for item in (*stops, *solution["left_out"]) if item["visit"] not in visits]
    if unknown:
        return [f"{name} is not a candidate" for name in unknown]
    members = [member["id"] for member in problem.get("members") or [{"id": "all"}]]
    if [said["member"] for said in solution["members"]] != members:
        return ["the members are not those of the problem"]
    names = [stop["visit"] for stop in stops]
    found += [f"{name} is visited twice" for name in sorted(set(names)) if names.count(name) > 1]
    for day, plan in zip(problem["days"], solution["days"], strict=True):
        for seen in lived(plan):
            found += [f"{day['date']}: {fault}" for fault in day_faults(problem, visits, day, seen)]
        found += [f"{day['date']}: {fault}" for fault in split_faults(problem, plan)]
    found += _trip_faults(problem, visits, solution, names)
    splits = sum(plan.get("split") is not None for plan in solution["days"])
    if splits > problem.get("max_splits", 0):
        found.append(f"splits the group {splits} times")
    return found


def _trip_faults(problem: Document, visits: Document, solution: Document, names: list[str]) -> list[str]:
    found: list[str] = []
    past = [name for day in problem["days"] for name in frozen(problem, day)]
    chosen = [visits[name] for name in names]
    groups = [visit["group"] for visit in chosen if visit.get("group") is not None and visit["id"] not in past]
    found += [f"group {group} has more than one stop" for group in sorted(set(groups)) if groups.count(group) > 1]
    for member in problem.get("members", []):
        mine = [stop["visit"] for day in solution["days"] for stop in all_stops(day) if goes(member["id"], stop)]
        found += [
            f"{name} is vetoed by {member['id']}"
            for name in mine
            if name in member.get("vetoes", []) and name not in past
        ]
    left_out = [item["visit"] for item in solution["left_out"]]
    if sorted(left_out + names) != sorted(visits):
        found.append("not every candidate is either in the plan or left out, once")
    found += _money_faults(problem, visits, solution)
    found += _silent_faults(problem, visits, solution, left_out)
    found += _move_faults(problem, solution)
    return found + _score_faults(problem, visits, solution) + report_faults(problem, visits, solution)


def _money_faults(problem: Document, visits: Document, solution: Document) -> list[str]:
    found: list[str] = []
    total = 0
    for day in solution["days"]:
        branches = day["split"]["branches"] if day.get("split") else []
        spent = day["back_fare"] + sum(branch["back_fare"] for branch in branches)
        for stop in all_stops(day):
            visit = visits[stop["visit"]]
            cost = part_of(problem, stop, converted(problem, visit.get("cost", 0), visit.get("currency")))
            if cost != stop["cost"]:
                found.append(f"{visit['id']} costs {cost}, not {stop['cost']}")
            spent += cost + stop["fare"]
        if spent != day["cost"]:
            found.append(f"{day['date']}: says it costs {day['cost']}, but it is {spent}")
        total += spent
    if total != solution["cost"]:
        found.append(f"says it costs {solution['cost']}, but it is {total}")
    named = any(item["wish"] == "budget" for item in solution["unmet"])
    if problem.get("budget") is not None and total > problem["budget"] and not named:
        found.append(f"costs {total}, more than the budget of {problem['budget']}")
    if named and total > (least := _least_cost(problem, visits)):
        found.append(f"costs {total}, though the budget is spent already and {least} would do")
    return found


def _least_cost(problem: Document, visits: Document) -> int:
    """What is spent already and what the ways of days with nothing else cost."""
    total = 0
    for day in problem["days"]:
        past = frozen(problem, day)
        stops = [visits[name] for name in sorted(past, key=past.__getitem__)]
        total += sum(converted(problem, visit.get("cost", 0), visit.get("currency")) for visit in stops)
        total += fares(
            problem, [day.get("start_location"), *(one["location"] for one in stops), day.get("end_location")]
        )
    return total


def _silent_faults(problem: Document, visits: Document, solution: Document, left_out: list[str]) -> list[str]:
    """Wishes that are missing without a word."""
    found: list[str] = []
    unmet = {
        (item["wish"], item["meal"] if item["visit"] is None else item["visit"], item["day"])
        for item in solution["unmet"]
    }
    for name in left_out:
        for wish in ("fixed", "must"):
            if visits[name].get(wish) and (wish, name, None) not in unmet and ("fixed", name, None) not in unmet:
                found.append(f"{name} is a {wish} wish that is missing without a word")
    for day, plan in zip(problem["days"], solution["days"], strict=True):
        had = {stop["meal"] for stop in plan["stops"]}
        for meal in day.get("meals", []):
            if meal.get("required") and meal["name"] not in had and ("meal", meal["name"], day["index"]) not in unmet:
                found.append(f"{meal['name']} on {day['date']} is missing without a word")
        if not plan["stops"] and ("day", None, day["index"]) not in unmet:
            if number(plan["back"]) > day["end"] + CLOSE:
                found.append(f"that the end of {day['date']} cannot be reached is not said")
            for limit in ("max_walk_metres", "max_walk_minutes"):
                if day.get(limit) is not None and number(plan[limit.removeprefix("max_")]) > day[limit] + 1e-3:
                    found.append(f"that the way of {day['date']} alone is beyond {limit} is not said")
        paused = {pause["name"] for pause in plan["pauses"]}
        for name in wanted_breaks(day):
            if name not in paused and ("break", name, day["index"]) not in unmet:
                found.append(f"{name} on {day['date']} is missing without a word")
    return found


def _move_faults(problem: Document, solution: Document) -> list[str]:
    """Whether what changed of the previous plan is said, all of it and no more."""
    now = {stop["visit"]: (day["index"], stop["start"]) for day in solution["days"] for stop in all_stops(day)}
    within = problem.get("disruption", {}).get("within", 30.0)
    changes: dict[str, str] = {}
    for item in problem.get("previous", []):
        if item["visit"] not in now:
            changes[item["visit"]] = "dropped"
            continue
        day, start = now[item["visit"]]
        if day != item["day"]:
            changes[item["visit"]] = "other_day"
        elif item.get("start") is not None and abs(start - item["start"]) > within + CLOSE:
            changes[item["visit"]] = "other_time"
    said = {move["visit"]: move["change"] for move in solution["moves"]}
    return [] if said == changes else [f"says that {said} moved, but it is {changes}"]


def _score_faults(problem: Document, visits: Document, solution: Document) -> list[str]:
    members = problem.get("members") or [{"id": "all"}]
    weights = [member.get("weight", 1.0) for member in members]
    stops = [stop for day in solution["days"] for stop in all_stops(day)]
    totals = [
        sum(
            score[m] if isinstance(score := visits[stop["visit"]].get("score", 1.0), list) else score
            for stop in stops
            if goes(member["id"], stop)
        )
        for m, member in enumerate(members)
    ]
    found = [
        f"{said['member']} is said to score {said['score']}, but it is {total}"
        for said, total in zip(solution["members"], totals, strict=True)
        if abs(said["score"] - total) > CLOSE
    ]
    average = sum(w * t for w, t in zip(weights, totals, strict=True)) / sum(weights)
    if abs(average - solution["score"]) > CLOSE:
        found.append(f"says it scores {solution['score']}, but it is {average}")
    return found + _value_faults(problem, solution, average, totals)


def _value_faults(problem: Document, solution: Document, average: float, totals: list[float]) -> list[str]:
    """Whether the parts of the value are what they have to be, as far as they follow from the plan."""
    found: list[str] = []
    terms = solution["terms"]
    travels = [number(day["travel_minutes"]) for day in solution["days"]]
    if not same(sum(travels), number(solution["travel_minutes"])):
        found.append(f"says it travels {solution['travel_minutes']} minutes, but it is {sum(travels)}")
    travel = sum(
        own if own < inf else sum(minutes for _, _, minutes in legs(day) if minutes < inf)
        for own, day in zip(travels, solution["days"], strict=True)
    )
    if abs(terms["average"] - average) > CLOSE:
        found.append(f"says the average is {terms['average']}, but it is {average}")
    if abs(terms["travel"] - problem.get("travel_weight", 0.5) * solution["typical_minute"] * travel) > CLOSE:
        found.append("counts travel wrongly")
    weights = {"dropped": 1.5, "other_day": 1.0, "other_time": 0.5} | problem.get("disruption", {})
    lost = solution["typical_score"] * sum(weights.get(move["change"], inf) for move in solution["moves"])
    if abs(terms["disruption"] - lost) > CLOSE:
        found.append(f"says the disruption is {terms['disruption']}, but it is {lost}")
    best = [said["alone"] for said in solution["members"]]
    fair = 0.0
    if len(problem.get("members", [])) > 1:
        worst = min(min(1.0, total / alone) if alone > 0 else 1.0 for total, alone in zip(totals, best, strict=True))
        fair = problem.get("fairness", 0.5) * worst * sum(best) / len(best)
    if abs(terms["fairness"] - fair) > CLOSE:
        found.append(f"says the fairness term is {terms['fairness']}, but it is {fair}")
    if any(total > alone + CLOSE for total, alone in zip(totals, best, strict=True)):
        found.append("somebody has more than the best plan alone")
    value = terms["average"] + terms["fairness"] - terms["travel"] - terms["disruption"]
    if abs(value - solution["value"]) > CLOSE:
        found.append(f"says it is worth {solution['value']}, but it is {value}")
    return found


def main(arguments: list[str]) -> int:
    """Check the files named; 0: valid, 1: faults, 2: wrong use or files that are no problem and solution."""
    if len(arguments) != 2:
        sys.stderr.write("use: python -m shared.itinerary.check problem.json solution.json\n")
        return 2
    try:
        problem, solution = (json.loads(Path(name).read_text(encoding="utf-8")) for name in arguments)
    except (OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return 2
    try:
        found = faults(problem, solution)
    except (
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
        RecursionError,
        StopIteration,
    ) as error:
        sys.stderr.write(f"not a problem and its solution as the schemas describe them: {error!r}\n")
        return 2
    for fault in found:
        sys.stdout.write(f"{fault}\n")
    if not found:
        sys.stdout.write(f"valid, score {solution['score']:g}, unmet wishes {len(solution['unmet'])}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
