"""A worker that dies anywhere in an answer is replaced by one that completes it: one answer, one of each effect."""

import random
import sys
from types import FrameType
from typing import Any

import pytest
from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from tests.chat.conftest import Trip
from tests.chat.test_proposing import FRIDAY, add, planned
from tests.chat.test_tools import call
from tests.chat.workers import Job, Turns, ask, working
from tests.support.deaths import Killed, MortalClient, died_in

__all__ = ["planned"]

TURNS: Turns = [
    [call("read_plan"), call("search_places", destination="Kyoto", limit=3)],
    [
        call("propose_change", title="A castle", changes=[add("13:00")]),
        call("optimise", dates=[FRIDAY]),
        call("open_poll", question="Tea?", options=["Yes", "No"]),
    ],
    [{"text": "Please look, and vote."}],
]


@pytest.fixture(autouse=True)
def untiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.jobs.rules.MAX_ATTEMPTS", 10_000)


def check(trip: Trip, job: Job, database: Client, told: dict[str, Any]) -> None:
    """One of everything, and each turn of the model paid once."""
    assert job.state == "done"
    question, answer = trip.messages(told)
    assert (answer["state"], answer["text"]) == ("done", "Please look, and vote.")
    assert trip.thread(told)["waiting"] == []
    proposals = {found.id: found.to_dict() for found in database.collection(f"trips/{trip.id}/proposals").stream()}
    polls = [found.id for found in database.collection(f"trips/{trip.id}/polls").stream()]
    assert sorted(answer["proposals"]) == sorted(proposals)
    assert sorted(one["source"] for one in proposals.values()) == ["assistant", "optimiser"]
    assert answer["polls"] == polls and len(polls) == 1
    paid = trip.kept_turns()
    costs = bootstrap.quotas().today(question["by"], trip.id)[0].costs
    assert len(paid) == len(TURNS)
    assert costs.input_tokens == sum(one["inputTokens"] for one in paid)
    assert costs.output_tokens == sum(one["outputTokens"] for one in paid)


def crowded(trip: Trip) -> None:
    """A second stop on the day that overlaps with the first, so that the optimiser has something to do."""
    other = {**trip.owner.call("plan-get", tripId=trip.id)["plan"]["stops"]["tea"], "name": "Cake with Rosa"}
    op = [{"p": ["stops", "cake"], "oi": {**other, "at": "10:15", "order": "a1"}}]
    trip.owner.call("plan-submit", tripId=trip.id, base=1, src="test", seq=1, ops=[op])


def test_killed_at_every_call_of_firestore(
    planned: Trip, gemini: StandIn, database: Client, cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after its first call, then after its second one, and so on, until it gets through."""
    crowded(planned)
    mortal = MortalClient(cloud.project)
    with working(mortal, monkeypatch):
        asked = ask(planned.editor, planned, "Do all of it")
        job = Job(database, gemini, planned, asked, TURNS)
        deaths = 0
        while True:
            mortal.life.again(deaths + 1)
            if not mortal.life.dies(job.run):
                break
            deaths += 1
        mortal.life.again()
        check(planned, job, database, {"threadId": asked.thread_id})
    assert deaths > 30


def test_killed_at_any_line(planned: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    crowded(planned)
    choose = random.Random(7)
    with working(database, monkeypatch):
        asked = ask(planned.editor, planned, "Do all of it")
        job = Job(database, gemini, planned, asked, TURNS)
        deaths = sum(died_in(job.run, _death_after(choose.randrange(1, 900))) for _ in range(40))
        sys.settrace(None)
        job.run()
        check(planned, job, database, {"threadId": asked.thread_id})
    assert deaths > 20


def _death_after(lines: int) -> Any:
    """Kill this thread once it has come so many lines further in the code of conversations; tells whether it has."""
    left = lines

    def local(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left == 0:
                sys.settrace(None)
                raise Killed
        return local

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        return local if "/shared/chat/" in frame.f_code.co_filename else None

    sys.settrace(trace)
    return lambda: left <= 0
