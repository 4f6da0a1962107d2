"""How long people wait for days to be planned: jobs end to end on one machine.

    .venv/bin/python bench/planning.py [--quick] [--json FILE]

A five-day trip to Kyoto with 20 stops put down without a thought, 20 ideas and three members, two of whom have
reacted. Seconds are wall clock, from the call of the function to what a Firestore listener on the job sees: its first
progress, and its end.
"""

import argparse
import json
import os
import random
import statistics
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from clients.python.backend import Backend
from clients.python.session import Session
from emulator.layout import PARTS
from emulator.testing import local_cloud
from shared.cloud import firestore
from shared.places.catalogue import CatalogueProvider
from shared.plan.order import keys_between
from tests.support.people import make_trip, sign_in, stop

DAYS = tuple(f"d{number}" for number in range(1, 6))
STOPS_A_DAY, IDEAS = 4, 20
PATIENCE = 60
WEEK = {"scope": {"days": list(DAYS)}}
ORDERS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("order five days anew", "planning-optimise", WEEK),
    ("the same, two alternatives", "planning-optimise", {**WEEK, "alternatives": 2}),
    ("the same, up to two half-days apart", "planning-optimise", {**WEEK, "splits": 2}),
    ("a place for an idea", "planning-place", {"stopId": "i0"}),
    ("late by an hour", "planning-replan", {"change": {"kind": "late", "dayId": "d2", "minutes": 60, "at": "11:00"}}),
    ("a rainy day", "planning-replan", {"change": {"kind": "dayRainedOut", "dayId": "d1"}}),
)
BARS = {"first progress, s": 1.0, "done, s": 10.0}


@dataclass(frozen=True)
class Bar:
    """A measured figure and what it should be at most."""

    name: str
    value: float
    bar: float
    ok: bool


def make_week(backend: Backend, seed: int) -> tuple[Session, str]:
    """The trip, and who plans it."""
    choose = random.Random(f"week/{seed}")
    ana, ben, cleo = (sign_in(backend, name) for name in ("Ana", "Ben", "Cleo"))
    dates = {"startDate": "2027-04-05", "endDate": "2027-04-09"}
    trip_id = make_trip(ana, (ben, "editor"), (cleo, "voter"), destinations=["Kyoto"], **dates)
    known = ana.call("plan-get", tripId=trip_id)
    places = choose.sample(CatalogueProvider().search("kyoto", limit=200), STOPS_A_DAY * len(DAYS) + IDEAS)
    orders = keys_between(None, None, len(places))
    op: list[dict[str, Any]] = [{"p": ["days", key], "od": day} for key, day in known["plan"]["days"].items()]
    for number, key in enumerate(DAYS):
        base = {"name": "Hotel", "lat": 35.0, "lng": 135.76}
        op.append(
            {"p": ["days", key], "oi": {"date": f"2027-04-{5 + number:02d}", "order": f"a{number}", "base": base}}
        )
    for number, (place, order) in enumerate(zip(places, orders, strict=True)):
        standing = number >= IDEAS
        at = {"at": f"{choose.randint(9, 19):02d}:00", "dayId": choose.choice(DAYS)} if standing else {}
        kind = "food" if place.kind == "food" else "sight"
        told = stop(ana, place.name, placeId=place.id, lat=place.lat, lng=place.lng, minutes=place.minutes, kind=kind)
        op.append({"p": ["stops", f"{'s' if standing else 'i'}{number}"], "oi": {**told, "order": order, **at}})
    ana.call("plan-submit", tripId=trip_id, base=known["version"], src="bench", seq=0, ops=[op])
    for session in (ana, ben):
        for number in range(IDEAS):
            reaction = choose.choice(("love", "fine", "rather_not"))
            session.call("reactions-set", tripId=trip_id, stopId=f"i{number}", reaction=reaction)
    return ana, trip_id


def wait_for(ana: Session, trip_id: str, function: str, fields: dict[str, Any]) -> dict[str, float]:
    """Seconds from the call to its answer, the job's first progress and its end."""
    seen: dict[str, float] = {}
    ended = threading.Event()
    start = time.monotonic()
    job_id = ana.call(function, tripId=trip_id, **{"as": "proposal", **fields})["jobId"]
    seen["answered, s"] = time.monotonic() - start

    def follow(snapshots: Any, _changes: Any, _at: Any) -> None:
        for snapshot in snapshots:
            job = snapshot.to_dict()
            if job["progress"] > 0:
                seen.setdefault("first progress, s", time.monotonic() - start)
            if job["state"] in ("done", "failed"):
                seen.setdefault("done, s", time.monotonic() - start)
                seen["failed"] = float(job["state"] == "failed")
                ended.set()

    watch = firestore.client().document("trips", trip_id, "jobs", job_id).on_snapshot(follow)
    try:
        if not ended.wait(PATIENCE):
            raise TimeoutError(f"{function} did not end within {PATIENCE} s")
    finally:
        watch.unsubscribe()
    if seen.pop("failed"):
        raise RuntimeError(f"{function} failed")
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/planning.py", description="How long people wait for days.")
    parser.add_argument("--quick", action="store_true", help="one trip instead of five")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    told: dict[str, dict[str, float]] = {}
    parts = [part for part in PARTS if part not in ("scheduler", "gemini")]
    with local_cloud(parts, extra={"TRAVVY_RATE_LIMITS": "off"}) as cloud:
        os.environ.update(cloud.environment())
        backend = Backend.local()
        trips = [make_week(backend, seed) for seed in range(1 if options.quick else 5)]
        for name, function, fields in ORDERS:
            runs = [wait_for(ana, trip_id, function, fields) for ana, trip_id in trips]
            told[name] = {key: round(statistics.median(run[key] for run in runs), 2) for key in sorted(runs[0])}
            told[name]["slowest done, s"] = round(max(run["done, s"] for run in runs), 2)
    bars = [
        Bar(f"{name}: {what}", told[name][what], most, told[name][what] <= most)
        for name in told
        for what, most in BARS.items()
    ]
    for name, figures in told.items():
        print(f"{name:<38} " + "   ".join(f"{key} {value:5.2f}" for key, value in figures.items()))
    for bar in bars:
        if not bar.ok:
            print(f"MISSED: {bar.name} {bar.value} (bar {bar.bar})")
    if options.json:
        made = {"figures": told, "bars": [asdict(bar) for bar in bars]}
        options.json.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    return 0 if all(bar.ok for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
