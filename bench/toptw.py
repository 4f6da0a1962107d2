"""TOPTW benchmark files (Montemanni and Gambardella 2009, after Righini and Salani) as problems of the optimiser."""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

from shared.itinerary import Day, Mode, Problem, Solution, Travel, Visit


@dataclass(frozen=True)
class Instance:
    """Points (x, y, duration, profit, open, close) with the depot first; `decimals` is where distances are cut off."""

    name: str
    points: tuple[tuple[float, float, float, float, float, float], ...]
    decimals: int

    def distance(self, a: int, b: int) -> float:
        """Euclidean, truncated."""
        unit = 10**self.decimals
        (ax, ay), (bx, by) = self.points[a][:2], self.points[b][:2]
        return math.floor(math.hypot(ax - bx, ay - by) * unit + 1e-9) / unit


def read_instance(path: Path) -> Instance:
    """Read `i x y duration profit f a list… open close` lines after two that are ignored; empty lines count as none.

    Distances of Cordeau's instances, which are called `pr` and a number, are cut off after two decimals, others after
    one. Raises ValueError, naming the file and the line, for what is no point.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    points = tuple(_point(path, number, row) for number, row in enumerate(lines[2:]))
    if not points:
        raise ValueError(f"{path}: no points")
    return Instance(path.stem, points, 2 if re.search(r"(?<![a-z])pr\d", path.stem, re.IGNORECASE) else 1)


def _point(path: Path, number: int, row: list[str]) -> tuple[float, float, float, float, float, float]:
    try:
        index, x, y, stay, profit, _, *_, opens, closes = (float(text) for text in row)
    except ValueError:
        raise ValueError(f"{path}: {' '.join(row)!r} is not i x y duration profit f a list… open close") from None
    if index != number:
        raise ValueError(f"{path}: point {index:g} is where {number} belongs")
    return x, y, stay, profit, opens, closes


def read_best(path: Path) -> dict[tuple[str, int], float]:
    """The best known score of (instance, number of routes)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, skipinitialspace=True)
        return {(row["instance"].strip(), int(row["m"])): float(row["best"]) for row in rows if row["best"].strip()}


def to_problem(instance: Instance, routes: int) -> Problem:
    """Routes become days that start and end at the depot."""
    count = len(instance.points)
    minutes = tuple(tuple(instance.distance(a, b) for b in range(count)) for a in range(count))
    depot = instance.points[0]
    return Problem(
        days=tuple(Day(day, f"route {day + 1}", depot[4], depot[5], 0, 0) for day in range(routes)),
        visits=tuple(
            Visit(str(i), i, stay, profit, (((opens, closes),),) * routes, close_is_latest_start=True)
            for i, (_, _, stay, profit, opens, closes) in enumerate(instance.points)
            if i
        ),
        travel=Travel((Mode("straight", minutes),)),
        travel_weight=0.0,
    )


def to_routes(solution: Solution) -> list[list[int]]:
    return [[int(stop.visit) for stop in day.stops] for day in solution.days]


def check_routes(instance: Instance, routes: list[list[int]]) -> float:
    """The score of routes, computed from the file's numbers alone. Raises ValueError where a rule is broken."""
    points, seen, score = instance.points, set[int](), 0.0
    for route in routes:
        now, here = points[0][4], 0
        for node in route:
            _, _, _, profit, opens, closes = points[node]
            if node in seen or node == 0:
                raise ValueError(f"{instance.name}: {node} is visited twice")
            seen.add(node)
            now = max(now + points[here][2] * (here != 0) + instance.distance(here, node), opens)
            if now > closes + 1e-6:
                raise ValueError(f"{instance.name}: {node} is reached at {now:.2f}, after {closes:.2f}")
            here, score = node, score + profit
        if now + points[here][2] * (here != 0) + instance.distance(here, 0) > points[0][5] + 1e-6:
            raise ValueError(f"{instance.name}: a route is back too late")
    return score
