"""One generation on a trip of its own, worked on in this process."""

import json
from typing import Any, Final

from google.cloud.firestore import Client

from clients.python.session import Session
from shared import bootstrap
from shared.assistant.settings import SearchEffort
from tests.generation.worker import MortalGemini, asked, generation_on
from tests.support.deaths import Life, MortalClient
from tests.support.people import make_trip

WISH: Final = "2 days in Rome in May, we love churches and food"
EFFORT: Final = SearchEffort(iterations=20, seconds=20)
MODEL_CALLS: Final = 3
"""What such a wish takes when nothing fails: one to read it, two to choose."""


class Trial:
    """One generation, on a trip of its own if it is given none."""

    def __init__(
        self, database: Client, session: Session, mortal: MortalGemini, trip_id: str | None = None, **fields: str
    ) -> None:
        self.database = database
        self.session = session
        self.mortal = mortal
        self.trip_id = trip_id or make_trip(session)
        self.job_id = asked(database, session, self.trip_id, WISH, **fields)
        self.attempts = 0

    def work(self, life: Life | None = None) -> Life:
        """One attempt of a worker."""
        life = life or Life()
        client = MortalClient(self.database.project, life)
        self.attempts += 1
        self.mortal.life = life
        service = generation_on(client, self.mortal.client, EFFORT)
        try:
            life.dies(lambda: service.run(self.trip_id, self.job_id, f"task#{self.attempts}"))
        finally:
            client.close()
        return life

    def below(self, *path: str) -> list[dict[str, Any]]:
        found = self.database.collection("trips", self.trip_id, *path).stream()
        return [{"id": one.id, **(one.to_dict() or {})} for one in found]

    def job(self) -> dict[str, Any]:
        (found,) = [one for one in self.below("jobs") if one["id"] == self.job_id]
        return found

    def check(self) -> None:
        """One plan, no doubled op, each answer of the model paid once."""
        job = self.job()
        assert (job["state"], job["result"]["version"]) == ("done", 1) and job["attempts"] <= self.attempts, job
        assert len(self.below("plan", "current", "ops")) == 1
        plan = self.session.call("plan-get", tripId=self.trip_id)
        stops = plan["plan"]["stops"]
        assert plan["version"] == 1 and set(stops) == set(job["result"]["stops"])
        places = [stop["placeId"] for stop in stops.values()]
        assert len(plan["plan"]["days"]) == 2 and len(set(places)) == len(places) > 6
        self.check_costs()

    def check_costs(self) -> None:
        stages = {one["id"]: one for one in self.below("jobs", self.job_id, "stages")}
        answers = [json.loads(stages[name]["output"]) for name in sorted(stages) if "-" in name]
        assert len(answers) == MODEL_CALLS
        _, trip = bootstrap.quotas().today(self.session.uid, self.trip_id)
        assert trip.costs.input_tokens == sum(one["inputTokens"] for one in answers) > 0
        assert trip.costs.output_tokens == sum(one["outputTokens"] for one in answers) > 0
