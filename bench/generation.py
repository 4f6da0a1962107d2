"""How long people wait for a plan from their own words: generations end to end on one machine.

    .venv/bin/python bench/generation.py [--quick] [--json FILE]

Seconds are wall clock, from the call of ai-generate to what a Firestore listener on the job sees: its first progress,
the first day with stops, and its end. The model is the stand-in, which answers at once; without --quick there is one
more plan for which it takes 40 seconds for each of its answers, two minutes in all.
"""

import statistics
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from bench.common import BEGUN, backend_cloud, job_waits, waits
from clients.python.backend import Backend
from clients.python.session import Session
from emulator.gemini.testing import StandIn
from tests.support.people import make_trip, sign_in

WISHES = {
    "a weekend with children": "Un week-end à Lisbonne avec des enfants, pas de musées",
    "five days with wishes": (
        "Five days in Kyoto for three friends in early April: temples, ramen, one lazy morning, about 900 euros for "
        "all of us, must see Fushimi Inari"
    ),
    "three cities by train": "10 days, Rome then Florence then Venice, by train, we love food",
    "three weeks": "21 days in May: Rome, Florence, Venice, Paris and London, museums and markets, packed",
}
SLOW = "five days, a slow model"
SECONDS_A_CALL, CALLS = 40, 3
QUICK_BARS = {"first progress, s": 1.0, "first day, s": 5.0, "done, s": 10.0}
SLOW_BARS = {"first progress, s": 1.0, "done, s": 180.0}
PATIENCE = 300
SHOWN: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    **BEGUN,
    "first day, s": lambda job: any(day["stops"] for day in (job["partial"] or {}).get("days", ())),
}


def wait_for(ana: Session, trip_id: str, wish: str) -> dict[str, float]:
    """Seconds from the call to its answer, and to what the job showed."""
    return job_waits(
        trip_id, lambda: ana.call("ai-generate", tripId=trip_id, request=wish)["jobId"], SHOWN, patience=PATIENCE
    )


def measure(backend: Backend, gemini: StandIn, *, quick: bool) -> dict[str, dict[str, float]]:
    """By wish the median over the runs, and the slowest end."""
    ana = sign_in(backend, "Ana")
    told: dict[str, dict[str, float]] = {}
    for name, wish in WISHES.items():
        runs = [wait_for(ana, make_trip(ana), wish) for _ in range(1 if quick else 5)]
        told[name] = {key: round(statistics.median(run[key] for run in runs), 2) for key in sorted(runs[0])}
        told[name]["slowest done, s"] = round(max(run["done, s"] for run in runs), 2)
    if not quick:
        gemini.order(f"slow:{SECONDS_A_CALL}", times=CALLS)
        slow = wait_for(ana, make_trip(ana), WISHES["five days with wishes"])
        told[SLOW] = {key: round(slow[key], 2) for key in sorted(slow)}
    return told


def bars_of(told: dict[str, dict[str, float]]) -> list[Bar]:
    return [
        Bar.at_most(f"{name}: {what}", figures[what], most)
        for name, figures in told.items()
        for what, most in (SLOW_BARS if name == SLOW else QUICK_BARS).items()
    ]


def main() -> int:
    chosen = options("generation", "How long people wait for a plan.", "each wish once, and no slow model").parse_args()
    with backend_cloud() as cloud:
        told = measure(Backend.local(), StandIn(cloud.address("gemini")), quick=chosen.quick)
    bars = bars_of(told)
    waits(told, 26)
    return finish(bars, chosen.json, figures=told)


if __name__ == "__main__":
    sys.exit(main())
