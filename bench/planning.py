"""How long people wait for days to be planned: jobs end to end on one machine.

    .venv/bin/python bench/planning.py [--quick] [--json FILE]

A five-day trip to Kyoto with 20 stops put down without a thought, 20 ideas and three members, two of whom have
reacted. Seconds are wall clock, from the call of the function to what a Firestore listener on the job sees: its first
progress, and its end. Changed stops are those that the best plan moves to another day or gives another time.
"""

import random
import statistics
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from bench.common import BEGUN, backend_cloud, job_waits, waits
from clients.python.backend import Backend
from clients.python.session import Session
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
    return job_waits(
        trip_id,
        lambda: ana.call(function, tripId=trip_id, **{"as": "proposal", **fields})["jobId"],
        BEGUN,
        patience=PATIENCE,
    )


def _changes(job: dict[str, Any]) -> int:
    """How many stops the best plan moves to another day or gives another time."""
    best, *_ = (job["result"] or {}).get("plans") or [{}]
    return sum(len(best.get(kind, ())) for kind in ("moved", "retimed"))


def main() -> int:
    chosen = options("planning", "How long people wait for days.", "one trip instead of five").parse_args()
    told: dict[str, dict[str, float]] = {}
    with backend_cloud(("scheduler", "gemini")):
        backend = Backend.local()
        trips = [make_week(backend, seed) for seed in range(1 if chosen.quick else 5)]
        for name, function, fields in ORDERS:
            runs = [wait_for(ana, trip_id, function, fields) for ana, trip_id in trips]
            told[name] = {key: round(statistics.median(run[key] for run in runs), 2) for key in sorted(runs[0])}
            told[name]["slowest done, s"] = round(max(run["done, s"] for run in runs), 2)
    bars = [Bar.at_most(f"{name}: {what}", told[name][what], most) for name in told for what, most in BARS.items()]
    waits(told, 38)
    return finish(bars, chosen.json, figures=told)


if __name__ == "__main__":
    sys.exit(main())
