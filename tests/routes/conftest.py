"""A trip to somewhere in Italy, from Paris, through real functions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from tests.support.people import make_trip
from tests.support.waiting import eventually

WISHES: dict[str, Any] = {
    "start": "Paris",
    "end": "Paris",
    "firstDate": "2027-04-01",
    "nights": {"atLeast": 6, "atMost": 8},
    "cities": [
        {"city": "Roma", "must": True, "nights": {"atLeast": 3}},
        {"city": "florence", "score": 8},
        {"city": "Venedig", "score": 6},
    ],
}


@dataclass(frozen=True)
class Italy:
    """Ana's trip without dates yet."""

    ana: Session
    trip_id: str
    database: Client

    def ask(self, **fields: Any) -> dict[str, Any]:
        """The job, ended."""
        job = self.ana.call("routes-plan", tripId=self.trip_id, **{**WISHES, **fields})
        return self.ended(job["jobId"])

    def ended(self, job_id: str) -> dict[str, Any]:
        reference = self.database.document("trips", self.trip_id, "jobs", job_id)

        def found() -> dict[str, Any] | None:
            told = reference.get().to_dict()
            return told if told and told["state"] in ("done", "failed", "cancelled") else None

        return eventually(found)

    def plan(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ana.call("plan-get", tripId=self.trip_id)["plan"]
        return found


@pytest.fixture
def italy(person: Callable[..., Session], database: Client) -> Italy:
    ana = person()
    return Italy(ana, make_trip(ana), database)
