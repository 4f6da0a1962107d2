"""What the fairness term does where tastes clash: the worst-off member's share against the sum, over its weight.

    python bench/fairness.py [--problems 6] [--iterations 1500] [--svg docs/fairness.svg] [--json OUT]

Groups of two camps: most love one half of the catalogue's kinds, the others the other half. Every plan is found with
the same number of iterations and measured against the same best plans alone.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tourist import make_problem

from bench.bars import Bar, finish
from shared.itinerary import MaxIterations, Problem, Solution, solve

WEIGHTS = (0.0, 0.25, 0.5, 1.0, 2.0)
DEFAULT = 0.5
"""The weight of plans in the product."""
WIDTH, HEIGHT, EDGE = 520, 300, 50


def clashing(number: int) -> Problem:
    """A tourist's problem with five members in two camps."""
    problem = make_problem(number)
    rng = random.Random(number)
    kinds = sorted({visit.kind for visit in problem.visits})
    rng.shuffle(kinds)
    half = set(kinds[: len(kinds) // 2])
    camps = (0, 0, 0, 1, 1)
    visits = tuple(
        replace(visit, score=tuple(9.0 if (visit.kind in half) == (camp == 0) else 1.0 for camp in camps), must=False)
        for visit in problem.visits
    )
    members = tuple(replace(problem.members[0], id=f"member {index}") for index in range(len(camps)))
    return replace(problem, visits=visits, members=members)


def measure(number: int, iterations: int) -> list[dict[str, float]]:
    problem = clashing(number)
    plans = {w: solve(replace(problem, fairness=w), stop=MaxIterations(iterations)) for w in WEIGHTS}
    alone = [max(one) for one in zip(*([m.alone for m in plan.members] for plan in plans.values()), strict=True)]
    sums = plans[0.0].score
    return [
        {"problem": number, "weight": weight, "worst_share": worst(plan, alone), "score": plan.score / sums}
        for weight, plan in plans.items()
    ]


def worst(plan: Solution, alone: list[float]) -> float:
    return min(member.score / best if best else 1.0 for member, best in zip(plan.members, alone, strict=True))


def curve(points: list[tuple[float, float]]) -> str:
    """Weight on the square root of the x axis, a part of 1 on the y axis."""
    x = [EDGE + (WIDTH - 2 * EDGE) * (weight / WEIGHTS[-1]) ** 0.5 for weight, _ in points]
    y = [HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * part for _, part in points]
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def plot(table: list[dict[str, float]]) -> str:
    lines = []
    for name, colour, label in (("worst_share", "#c2410c", "worst-off member's share"), ("score", "#1d4ed8", "sum")):
        points = [(row["weight"], row[name]) for row in table]
        last = curve(points).split()[-1].split(",")
        lines.append(f'<polyline points="{curve(points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(
            f'<text x="{WIDTH - EDGE}" y="{float(last[1]) - 8:.1f}" fill="{colour}" text-anchor="end">{label}</text>'
        )
    for part in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * part
        lines.append(f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        lines.append(f'<text x="{EDGE - 8}" y="{y + 4}" text-anchor="end">{part:g}</text>')
    for weight in WEIGHTS:
        x = curve([(weight, 0.0)]).split(",")[0]
        lines.append(f'<text x="{x}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{weight:g}</text>')
    lines.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">fairness</text>')
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>', *lines, "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", type=int, default=6)
    parser.add_argument("--iterations", type=int, default=1500)
    parser.add_argument("--quick", action="store_true", help="two problems, few iterations")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.quick:
        options.problems, options.iterations = 2, 300
    rows = [row for number in range(options.problems) for row in measure(number, options.iterations)]
    table = []
    for weight in WEIGHTS:
        mine = [row for row in rows if row["weight"] == weight]
        means = {name: sum(row[name] for row in mine) / len(mine) for name in ("worst_share", "score")}
        table.append({"weight": weight, **means})
        print(f"fairness {weight:4g}: worst share {means['worst_share']:.3f}, sum {100 * means['score']:.1f} %")
    if options.svg:
        options.svg.write_text(plot(table), encoding="utf-8")
    plain, chosen = table[0], next(row for row in table if row["weight"] == DEFAULT)
    gained = round(chosen["worst_share"] - plain["worst_share"], 3)
    bars = [
        Bar("what the default weight gains the worst-off member's share", gained, 0.1, gained >= 0.1),
        Bar.at_most("what it costs of the sum, %", round(100 * (plain["score"] - chosen["score"]), 1), 10),
    ]
    return finish(bars, options.json, runs=rows)


if __name__ == "__main__":
    sys.exit(main())
