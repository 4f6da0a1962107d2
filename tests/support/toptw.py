"""TOPTW instances at random, in the published text format: like Solomon's and like Cordeau's with profits."""

import math
import random
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Family:
    """How a family of instances looks: depot, latest return, visiting minutes, profits, and half of a window."""

    depot: tuple[float, float]
    latest: int
    stays: tuple[int, int]
    profits: tuple[int, int]
    halves: tuple[int, int]
    clustered: float
    decimals: int = 2


FAMILIES = {
    "c1": Family((40, 50), 1236, (90, 90), (10, 50), (20, 40), 1.0),
    "c2": Family((40, 50), 3390, (90, 90), (10, 50), (80, 80), 1.0),
    "r1": Family((35, 35), 230, (10, 10), (1, 41), (5, 15), 0.0),
    "r2": Family((35, 35), 1000, (10, 10), (1, 41), (50, 120), 0.0),
    "rc1": Family((40, 50), 240, (10, 10), (1, 41), (15, 30), 0.5),
    "rc2": Family((40, 50), 960, (10, 10), (1, 41), (30, 120), 0.5),
    "pr0": Family((0, 0), 1000, (1, 25), (1, 25), (45, 90), 0.7, 3),
    "pr1": Family((0, 0), 1000, (1, 25), (1, 25), (90, 180), 0.7, 3),
}
"""Narrow windows first and wide ones second, as in the literature; a part of the points is `clustered`."""


def write_instance(folder: Path, family: str, seed: int, points: int) -> Path:
    """An instance file with so many points beside the depot; each of them can be reached and left in time."""
    kind, choose = FAMILIES[family], random.Random(f"{family}/{seed}/{points}")
    spread = 100.0 if family.startswith("pr") else 45.0
    centres = [_around(choose, kind.depot, spread) for _ in range(max(2, points // 12))]
    rows = [_row(0, kind.depot, 0, 0, "0 0", 0, kind.latest, kind.decimals)]
    while len(rows) <= points:
        where = _around(choose, choose.choice(centres), 6) if choose.random() < kind.clustered else None
        where = where or _around(choose, kind.depot, spread)
        stay, far = choose.randint(*kind.stays), math.ceil(math.dist(where, kind.depot))
        first, last = far, kind.latest - far - stay
        if first > last:
            continue
        middle, half = choose.randint(first, last), choose.randint(*kind.halves)
        opens, closes = max(middle - half, 0), min(middle + half, last)
        profit, days = choose.randint(*kind.profits), choose.choice(("1 1 1", "1 2 1 2", "2 6 5 10 3 6 12 9"))
        rows.append(_row(len(rows), where, stay, profit, days, opens, max(closes, first), kind.decimals))
    path = folder / f"{family}{seed:02d}.txt"
    path.write_text("\n".join([f"4 4 {points} 1 ", f"0 {kind.latest}", *rows]) + "\n", encoding="utf-8")
    return path


def _around(choose: random.Random, centre: tuple[float, float], spread: float) -> tuple[float, float]:
    return centre[0] + choose.uniform(-spread, spread), centre[1] + choose.uniform(-spread, spread)


def _row(
    number: int, where: tuple[float, float], stay: int, profit: int, days: str, opens: int, closes: int, decimals: int
) -> str:
    x, y = (f"{value:.{decimals}f}" for value in where)
    return f"  {number} {x} {y} {stay:.2f} {profit:.2f} {days} {opens} {closes}"
