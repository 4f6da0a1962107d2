"""How long people wait for days to be planned: jobs end to end on one machine.

    .venv/bin/python bench/planning.py [--quick] [--json FILE]

A five-day trip to Kyoto with 20 stops put down without a thought, 20 ideas and three members, two of whom have
reacted. Seconds are wall clock, from the call of the function to what a Firestore listener on the job sees: its first
progress, and its end. Changed stops are those that the best plan moves to another day or gives another time.

Before that, re-plans in this process, of trips as tourists make them and of the largest that may be planned: how long
after its limit the latest came back, in processor time, without making the problem.
"""

import random
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, milliseconds, options
from bench.common import BEGUN, backend_cloud, job_waits, waits
from clients.python.backend import Backend
from clients.python.session import Session
from shared.assistant.settings import SearchEffort
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan.order import keys_between
from shared.planning.brief import Brief
from shared.planning.facts import Facts
from shared.planning.requests import DayRainedOut, Late, Replan
from shared.planning.solving import Solver
from shared.planning.task import Task
from shared.runtime.caller import Role
from tests.assistant.worlds import World
from tests.planning import worlds
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
SIZES = {"3 days": (3, 24, 20, 4), "7 days": (7, 63, 37, 8), "60 days": (60, 240, 10, 20)}
"""Days, stops on them, ideas and people."""
LIMITS = (0.3, 1.0, 2.5)
LATE_MS = 50.0
TELLING = {"60 days": 2.5}
"""The shortest limit with a bar: what is told of a plan of that size takes as long as less would leave."""
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


def make_trip_of(size: str, seed: int) -> tuple[World, Facts]:
    """Full days with a break on a street, half of their stops in the open, some of them closed at noon."""
    days, stops, ideas, people = SIZES[size]
    choose = random.Random(f"{size}/{seed}")
    gap = 13 * 60 // -(-stops // days)
    keys = keys_between(None, None, stops + ideas)
    doc = worlds.plan({})
    doc["days"] = {
        f"d{number}": {
            "date": (date(2027, 5, 2) + timedelta(days=number)).isoformat(),
            "order": order,
            "start": "09:00",
            "end": "22:30",
            "breaks": {"rest": {"name": "Rest", "minutes": 30, "from": "14:00", "to": "17:00"}},
        }
        for number, order in enumerate(keys_between(None, None, days), start=1)
    }
    places = []
    for number, key in enumerate(keys):
        kind = choose.choice(("park", "sight"))
        hours = choose.choice(("08:00-23:00", "08:00-12:00,13:00-23:00", "09:00-18:00"))
        place = worlds.sight(
            f"s{number}", choose.random() * 3, minutes=gap * 6 // 10 // 5 * 5, kind=kind, opening_hours=hours
        )
        places.append(place)
        begin = 9 * 60 + number // days * gap // 5 * 5
        there = (f"d{number % days + 1}", f"{begin // 60:02d}:{begin % 60:02d}") if number < stops else ()
        doc["stops"][f"s{number}"] = worlds.stop(place, *there, order=key)
    known = worlds.world(*places)
    uids = ("ana", *(f"u{number}" for number in range(1, people)))
    return known, worlds.facts(doc, known, members=uids, roles=dict.fromkeys(uids, Role.OWNER))


class Timed(Solver):
    """Tells the time that making problems has taken, which does not count."""

    made = 0.0

    def _task(self, facts: Facts, brief: Brief) -> Task:
        begun = time.thread_time()
        task = super()._task(facts, brief)
        Timed.made += time.thread_time() - begun
        return task


def lateness(size: str, seconds: float, seeds: int) -> float:
    """Milliseconds from the limit to the end of the latest re-plan; below 0, none used all its time."""
    latest = float("-inf")
    for seed in range(seeds):
        known, facts = make_trip_of(size, seed)
        day = f"d{SIZES[size][0] // 2 + 1}"
        for change in (
            DayRainedOut(kind="dayRainedOut", day_id=day),
            Late(kind="late", day_id=day, minutes=240, at="09:00"),
        ):
            effort = SearchEffort(iterations=10**9, seconds=seconds, without_improvement=10**9)
            solver = Timed(known, reference_rates(), effort, clock=time.thread_time)
            begun, Timed.made = time.thread_time(), 0.0
            solver.plans(facts, Replan(change=change))
            latest = max(latest, time.thread_time() - begun - Timed.made - seconds)
    return milliseconds(latest)


def main() -> int:
    chosen = options("planning", "How long people wait for days.", "one trip instead of five").parse_args()
    late = {(size, seconds): lateness(size, seconds, 1 if chosen.quick else 3) for size in SIZES for seconds in LIMITS}
    for (size, seconds), latest in late.items():
        print(f"re-plan of {size}, {seconds:g} s: late by {latest:g} ms")
    told: dict[str, dict[str, float]] = {}
    with backend_cloud(("scheduler", "gemini")):
        backend = Backend.local()
        trips = [make_week(backend, seed) for seed in range(1 if chosen.quick else 5)]
        for name, function, fields in ORDERS:
            runs = [wait_for(ana, trip_id, function, fields) for ana, trip_id in trips]
            told[name] = {key: round(statistics.median(run[key] for run in runs), 2) for key in sorted(runs[0])}
            told[name]["slowest done, s"] = round(max(run["done, s"] for run in runs), 2)
    bars = [Bar.at_most(f"{name}: {what}", told[name][what], most) for name in told for what, most in BARS.items()]
    bars += [
        Bar.at_most(
            f"re-plan of {size}, {seconds:g} s: late, ms", latest, LATE_MS if seconds >= TELLING.get(size, 0) else None
        )
        for (size, seconds), latest in late.items()
    ]
    waits(told, 38)
    return finish(bars, chosen.json, figures=told)


if __name__ == "__main__":
    sys.exit(main())
