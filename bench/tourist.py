"""Measure the trip optimiser on problems of a trip's size, made from the place catalogue.

    python bench/tourist.py --problems 12 --seconds 0.3,1 --reference 60 --seeds 2 [--wall] [--json OUT]

The reference is the best of a longer run and of all the others. Time is processor time unless `--wall` is given, so
that a busy machine changes the figures less. "over" is how long after its limit the slowest run came back.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, milliseconds
from shared.itinerary import Day, MaxSeconds, Meal, Member, Mode, Problem, Solution, Travel, Visit, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from shared.places.catalogue import CatalogueProvider
from shared.places.hours import windows
from shared.places.travel import leg

GAP_BARS = {0.3: 2.0, 1.0: 0.5}
FIRST_DAY = date(2027, 4, 2)
MEALS = (Meal("lunch", 11.5 * 60, 14 * 60), Meal("dinner", 18 * 60, 20.5 * 60))


def make_problem(seed: int) -> Problem:
    """Three kinds of tastes, a hotel in the middle, one budget, 2 to 7 days, 2 to 8 members."""
    rng = random.Random(seed)
    provider = CatalogueProvider()
    place = rng.choice(sorted(provider.destinations(), key=lambda destination: destination.id))
    places = provider.search(place.id, limit=rng.randint(30, 100))
    count, heads = rng.randint(2, 7), rng.randint(2, 8)
    kinds = sorted({each.kind for each in places})
    tastes = [{kind: rng.random() ** 2 for kind in kinds} for _ in range(heads)]
    points = [(place.lat, place.lng), *((each.lat, each.lng) for each in places)]
    legs = {mode: [[leg(a, b, (mode,)) for b in points] for a in points] for mode in ("walk", "transit")}
    modes = tuple(
        Mode(
            mode,
            tuple(tuple(float(one.minutes) for one in row) for row in rows),
            tuple(tuple(float(one.metres) for one in row) for row in rows),
        )
        for mode, rows in legs.items()
    )
    dates = [FIRST_DAY + timedelta(days=index) for index in range(count)]
    visits = tuple(
        Visit(
            each.id,
            index,
            each.minutes,
            tuple(round(10 * taste[each.kind] * (0.3 + each.weight), 2) for taste in tastes),
            tuple(tuple(windows(each, on)) for on in dates),
            cost=each.price,
            kind=each.kind,
            must=rng.random() < 0.04,
            meals=("lunch", "dinner") if each.kind == "food" else (),
        )
        for index, each in enumerate(places, start=1)
    )
    budget = round(sum(visit.cost for visit in visits) * rng.choice((0.2, 0.4, 1.0)))
    days = tuple(
        Day(index, on.isoformat(), rng.choice((540, 600)), 1290, 0, 0, max_stops=rng.choice((None, 7)), meals=MEALS)
        for index, on in enumerate(dates)
    )
    members = tuple(Member(f"member {index}") for index in range(heads))
    return Problem(days, visits, Travel(modes, walk_up_to=20), members, budget)


def checked(problem: Problem, seconds: float, seed: int, wall: bool) -> tuple[Solution, float]:
    """The answer, and how many seconds after its limit it came."""
    clock = time.perf_counter if wall else time.thread_time
    begun = clock()
    solution = solve(problem, seed=seed, stop=MaxSeconds(seconds, clock))
    over = clock() - begun - seconds
    broken = faults(problem_to_json(problem), solution_to_json(solution))
    if broken:
        raise ValueError(broken[0])
    return solution, over


def worth(problem: Problem, solution: Solution, alone: list[float]) -> float:
    """The value of a plan measured against one set of best plans alone, for all runs of a problem the same."""
    shares = [
        min(1.0, member.score / best) if best else 1.0 for member, best in zip(solution.members, alone, strict=True)
    ]
    return solution.score + problem.fairness * min(shares) * sum(alone) / len(alone) - solution.terms.travel


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="the first problem's number: others than the usual ones")
    parser.add_argument("--seconds", type=lambda text: [float(part) for part in text.split(",")], default=[0.3, 1.0])
    parser.add_argument("--reference", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--wall", action="store_true", help="measure wall-clock time")
    parser.add_argument("--quick", action="store_true", help="two problems, a reference of three seconds")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.quick:
        options.problems, options.reference, options.seeds = 2, 3.0, 1
    rows = [measure(seed, options) for seed in range(options.first, options.first + options.problems)]
    bars: list[Bar] = []
    for seconds in options.seconds:
        gaps = [gap for row in rows for gap in row["gaps"][str(seconds)]]
        bar = GAP_BARS.get(seconds)
        bars.append(Bar.at_most(f"mean gap at {seconds:g} s, %", round(sum(gaps) / len(gaps), 2), bar))
        bars.append(Bar.at_most(f"worst gap at {seconds:g} s, %", round(max(gaps), 2), bar))
    bars.append(Bar.at_most("late, ms", milliseconds(max(row["over"] for row in rows)), 50))
    for one in bars:
        print(f"{one.name}: {one.value:g}")
    return finish(bars, options.json, problems=rows)


def measure(number: int, options: argparse.Namespace) -> dict:
    problem = make_problem(number)
    runs = {
        seconds: [checked(problem, seconds, seed, options.wall) for seed in range(options.seeds)]
        for seconds in options.seconds
    }
    long, _ = checked(problem, options.reference, 99, options.wall)
    everything = [long, *(solution for answers in runs.values() for solution, _ in answers)]
    alone = [max(one) for one in zip(*([m.alone for m in s.members] for s in everything), strict=True)]
    best = max(worth(problem, solution, alone) for solution in everything)
    row = {
        "problem": number,
        "days": len(problem.days),
        "candidates": len(problem.visits),
        "members": len(problem.members),
        "gaps": {
            str(seconds): [100 * (1 - worth(problem, each, alone) / best) for each, _ in answers]
            for seconds, answers in runs.items()
        },
        "over": max(over for answers in runs.values() for _, over in answers),
        "iterations": long.iterations,
    }
    print(json.dumps(row), flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
