"""A generation whose worker dies, anywhere and as often as it likes, ends as one plan, asked for and paid once."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.assistant.settings import SearchEffort
from tests.generation.worker import (
    ENDLESS,
    Life,
    MortalClient,
    MortalGemini,
    asked,
    firestore_address,
    generation_on,
)
from tests.support.people import make_trip

WISH = "2 days in Rome in May, we love churches and food"
EFFORT = SearchEffort(iterations=20, seconds=20)
MODEL_CALLS = 3


@pytest.fixture
def gemini(cloud: LocalCloud) -> Iterator[StandIn]:
    standin = StandIn(cloud.address("gemini"))
    standin.reset()
    yield standin
    standin.reset()
    standin.http.close()


class Trial:
    """One generation on a trip of its own."""

    def __init__(self, database: Client, session: Session, mortal: MortalGemini) -> None:
        self.database = database
        self.session = session
        self.mortal = mortal
        self.trip_id = make_trip(session)
        self.job_id = asked(database, session, self.trip_id, WISH)
        self.attempts = 0

    def work(self, life: Life | None = None) -> Life:
        """One attempt of a worker."""
        life = life or Life(ENDLESS, answered=False)
        client = MortalClient(self.database.project, firestore_address(), life)
        self.attempts += 1
        self.mortal.life = life
        service = generation_on(client, self.mortal.client, EFFORT)
        try:
            service.run(self.trip_id, self.job_id, f"task#{self.attempts}")
        except BaseException:
            # What the library makes of a death inside a transaction is no error of ours.
            if not life.over:
                raise
        finally:
            client.close()
        return life

    def below(self, *path: str) -> list[dict[str, Any]]:
        found = self.database.collection("trips", self.trip_id, *path).stream()
        return [{"id": one.id, **(one.to_dict() or {})} for one in found]

    def check(self) -> None:
        """One plan, no doubled op, each answer of the model paid once."""
        (job,) = self.below("jobs")
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


@pytest.fixture
def trial(person: Callable[..., Session], database: Client, gemini: StandIn) -> Iterator[Callable[[], Trial]]:
    ana, mortal = person(), MortalGemini(gemini.url)
    yield lambda: Trial(database, ana, mortal)
    mortal.client.close()


@pytest.fixture
def calls(trial: Callable[[], Trial]) -> int:
    """How many calls a worker makes that lives."""
    whole = trial()
    made = whole.work().made
    whole.check()
    return made


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_ten_random_points_it_completes_once(
    seed: int, trial: Callable[[], Trial], calls: int, gemini: StandIn
) -> None:
    chance = random.Random(seed)
    points = chance.sample([(at, answered) for at in range(1, calls + 1) for answered in (False, True)], 10)
    for at, answered in points:
        gemini.reset()
        one = trial()
        assert one.work(Life(at, answered=answered)).over
        one.work()
        one.check()
        assert len(gemini.requests()) <= MODEL_CALLS + 1, "only the call that died is made again"


def test_killed_again_and_again_it_completes_once(trial: Callable[[], Trial], calls: int, gemini: StandIn) -> None:
    chance = random.Random(8)
    gemini.reset()
    one = trial()
    deaths = 0
    while one.attempts < 7:
        deaths += one.work(Life(chance.randint(calls // 6, calls // 3), answered=chance.random() < 0.5)).over
    one.work()
    one.check()
    assert deaths >= 3
    assert len(gemini.requests()) <= MODEL_CALLS + deaths
