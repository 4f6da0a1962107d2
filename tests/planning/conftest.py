"""A trip to Kyoto with two days of stops in a careless order, through real functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from tests.support.people import make_trip, stop
from tests.support.waiting import eventually

SIGHTS = {
    "inari": ("kyoto/fushimi-inari", 34.967, 135.773, "09:00", "d1"),
    "kinkaku": ("kyoto/kinkaku-ji", 35.039, 135.729, "12:00", "d1"),
    "tofuku": ("kyoto/tofuku-ji", 34.976, 135.774, "14:00", "d1"),
    "ryoan": ("kyoto/ryoan-ji", 35.035, 135.718, "16:00", "d1"),
    "castle": ("kyoto/nijo-castle", 35.014, 135.748, "10:00", "d2"),
}
DATES = {"startDate": "2027-04-05", "endDate": "2027-04-07"}


@dataclass(frozen=True)
class Kyoto:
    """Ana's trip: four stops on Monday, zigzagging, one on Tuesday, none on Wednesday; an idea, Nishiki Market."""

    ana: Session
    trip_id: str
    database: Client

    def edit(self, session: Session, *op: dict[str, Any], base: int, seq: int = 0, src: str = "phone") -> int:
        version: int = session.call("plan-submit", tripId=self.trip_id, base=base, src=src, seq=seq, ops=[list(op)])[
            "version"
        ]
        return version

    def plan(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ana.call("plan-get", tripId=self.trip_id)["plan"]
        return found

    def ask(self, function: str, session: Session | None = None, **fields: Any) -> dict[str, Any]:
        """The job, ended."""
        job = (session or self.ana).call(function, tripId=self.trip_id, **fields)
        return self.ended(job["jobId"])

    def ended(self, job_id: str) -> dict[str, Any]:
        reference = self.database.document("trips", self.trip_id, "jobs", job_id)

        def found() -> dict[str, Any] | None:
            job = reference.get().to_dict()
            return job if job and job["state"] in ("done", "failed", "cancelled") else None

        return eventually(found)


def days_of(plan: dict[str, Any]) -> dict[str, list[str]]:
    """By day, its stops in the order of their keys."""
    found: dict[str, list[str]] = {day_id: [] for day_id in plan["days"]}
    for key, one in sorted(plan["stops"].items(), key=lambda entry: (entry[1]["order"], entry[0])):
        if one["dayId"]:
            found[one["dayId"]].append(key)
    return found


def make_kyoto(ana: Session, database: Client, *others: tuple[Session, str]) -> Kyoto:
    trip_id = make_trip(ana, *others, destinations=["Kyoto"], **DATES)
    days = ana.call("plan-get", tripId=trip_id)["plan"]["days"]
    old = [{"p": ["days", day_id], "od": day} for day_id, day in days.items()]
    new = [
        {"p": ["days", f"d{number}"], "oi": {"date": f"2027-04-{4 + number:02d}", "order": f"a{number}", "notes": ""}}
        for number in (1, 2, 3)
    ]
    stops = [
        {
            "p": ["stops", key],
            "oi": stop(ana, key, placeId=place, lat=lat, lng=lng, at=at, dayId=day, order=f"a{number}"),
        }
        for number, (key, (place, lat, lng, at, day)) in enumerate(SIGHTS.items())
    ]
    idea = {"p": ["stops", "market"], "oi": stop(ana, placeId="kyoto/nishiki-market", lat=35.005, lng=135.765)}
    kyoto = Kyoto(ana, trip_id, database)
    base = ana.call("plan-get", tripId=trip_id)["version"]
    kyoto.edit(ana, *old, *new, *stops, idea, base=base)
    return kyoto


@pytest.fixture
def kyoto(person: Callable[..., Session], database: Client) -> Kyoto:
    return make_kyoto(person(), database)
