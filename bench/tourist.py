"""Measure the trip optimiser on problems of a trip's size, made from the place catalogue, and what fairness does.

    python bench/tourist.py --problems 12 --seconds 0.3,1 --reference 20 [--json OUT]

The reference is the best of a longer run and of all the others. Time is processor time, so that a busy machine does not
change the figures. Fairness compares the same problem solved with weight 0 and with the default, both to the reference
time.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shared.itinerary import Day, Meal, Member, Mode, Problem, Solution, Travel, Visit, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from shared.places.catalogue import CatalogueProvider
from shared.places.hours import windows
from shared.places.travel import leg

FIRST_DAY = date(2027, 4, 2)
MEALS = (Meal("lunch", 11.5 * 60, 14 * 60), Meal("dinner", 18 * 60, 20.5 * 60))


class ProcessorSeconds:
    """Stop after processor time of this process."""

    def __init__(self, seconds: float) -> None:
        self.end = time.process_time() + seconds

    def __call__(self, iterations: int, best: float) -> bool:
        return time.process_time() >= self.end


def make_problem(seed: int) -> Problem:
    """Three kinds of tastes, a hotel in the middle, one budget, 2 to 7 days, 2 to 8 members."""
    rng = random.Random(seed)
    provider = CatalogueProvider()
    place = rng.choice(sorted(provider.destinations(), key=lambda destination: destination.id))
    places = provider.search(place.id, limit=100)
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


def checked(problem: Problem, seconds: float, seed: int) -> Solution:
    solution = solve(problem, seed=seed, stop=ProcessorSeconds(seconds))
    broken = faults(problem_to_json(problem), solution_to_json(solution))
    if broken:
        raise ValueError(broken[0])
    return solution


def worth(problem: Problem, solution: Solution, alone: list[float]) -> float:
    """The value of a plan measured against one set of best plans alone, for all runs of a problem the same."""
    shares = [
        min(1.0, member.score / best) if best else 1.0 for member, best in zip(solution.members, alone, strict=True)
    ]
    return solution.score + problem.fairness * min(shares) * sum(alone) / len(alone)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=12)
    parser.add_argument("--seconds", type=lambda text: [float(part) for part in text.split(",")], default=[0.3, 1.0])
    parser.add_argument("--reference", type=float, default=20.0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = [measure(seed, options.seconds, options.reference) for seed in range(options.problems)]
    for seconds in options.seconds:
        gaps = [row["gaps"][str(seconds)] for row in rows]
        print(f"{seconds:g} s: mean gap {sum(gaps) / len(gaps):.2f} %, worst {max(gaps):.2f} %")
    plain = sum(row["plain"]["worst_share"] for row in rows) / len(rows)
    fair = sum(row["fair"]["worst_share"] for row in rows) / len(rows)
    cost = sum(1 - row["fair"]["score"] / row["plain"]["score"] for row in rows) / len(rows)
    print(
        f"fairness: the worst-off member's share {plain:.3f} -> {fair:.3f}, for {100 * cost:.2f} % of the average score"
    )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(seed: int, limits: list[float], reference: float) -> dict:
    problem = make_problem(seed)
    long = checked(problem, reference, 99)
    short = {seconds: checked(problem, seconds, 0) for seconds in limits}
    plain = checked(replace(problem, fairness=0.0), reference, 99)
    alone = [max(one) for one in zip(*([m.alone for m in s.members] for s in (long, *short.values())), strict=True)]
    best = max(worth(problem, solution, alone) for solution in (long, *short.values()))
    gaps = {str(seconds): 100 * (1 - worth(problem, each, alone) / best) for seconds, each in short.items()}
    row = {
        "seed": seed,
        "days": len(problem.days),
        "candidates": len(problem.visits),
        "members": len(problem.members),
        "gaps": gaps,
        "iterations": long.iterations,
        "plain": share_row(plain, alone),
        "fair": share_row(long, alone),
    }
    print(json.dumps(row), flush=True)
    return row


def share_row(solution: Solution, alone: list[float]) -> dict[str, float]:
    shares = [member.score / best if best else 1.0 for member, best in zip(solution.members, alone, strict=True)]
    return {"score": solution.score, "worst_share": min(shares)}


if __name__ == "__main__":
    sys.exit(main())
