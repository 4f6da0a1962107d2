"""What conversations cost Firestore: calls, few and fixed."""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.chat.requests import AnswerAgainRequest
from tests.chat.conftest import Trip
from tests.chat.test_proposing import FRIDAY, add, planned
from tests.chat.test_tools import NIJO, call
from tests.chat.workers import Job, access, ask, working
from tests.support.rpcs import CountingClient

__all__ = ["planned"]

CHANGE = ["BeginTransaction", "BatchGetDocuments", "Commit"]
READ = "BatchGetDocuments"


@pytest.fixture
def client(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingClient]:
    counting = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    with working(counting, monkeypatch):
        yield counting


def test_asking_cancelling_and_asking_again(trip: Trip, client: CountingClient) -> None:
    ask(trip.voter, trip, "Hello there")
    with client.counted() as calls:
        asked = ask(trip.voter, trip, "Hello there")
    # The role, the thread, both messages and the job.
    assert calls.methods == CHANGE
    with client.counted() as calls:
        bootstrap.chat().cancel(access(trip.voter, trip), asked.thread_id, asked.message_id)
    assert calls.methods == CHANGE
    again = AnswerAgainRequest(trip_id=trip.id, thread_id=asked.thread_id, message_id=asked.message_id)
    with client.counted() as calls:
        bootstrap.chat().retry(access(trip.voter, trip), again)
    assert calls.methods == CHANGE


def test_making_anew(trip: Trip, gemini: StandIn, client: CountingClient, database: Client) -> None:
    asked = ask(trip.voter, trip, "Hello there")
    Job(database, gemini, trip, asked, [[{"text": "Well."}]]).run()
    again = AnswerAgainRequest(trip_id=trip.id, thread_id=asked.thread_id, message_id=asked.message_id)
    with client.counted() as calls:
        bootstrap.chat().regenerate(access(trip.voter, trip), again)
    assert calls.methods == CHANGE


def test_an_answer_without_tools(trip: Trip, gemini: StandIn, client: CountingClient, database: Client) -> None:
    asked = ask(trip.voter, trip, "Hello there")
    job = Job(database, gemini, trip, asked, [[{"text": "Well."}]])
    with client.counted() as calls:
        job.run()
    found = Counter(calls.methods)
    # Claimed, taken, progress, shown, finished, job done, settled: seven changes. On a busy machine leases are renewed
    # in between, a change each time.
    changes = found["BeginTransaction"]
    assert changes >= 7
    # The trip, thread and question; of the memory what a stage kept, and the summary; the turn's stage.
    assert found[READ] == changes + 2 + 2 + 1
    assert found["RunQuery"] == 1
    # The stages of memory and turn, and the cost.
    assert found["Commit"] == changes + 3


@pytest.mark.parametrize(
    ("turn", "reads", "queries", "commits"),
    [
        (call("search_places", destination="Kyoto"), 1, 0, 0),
        (call("place_details", placeId=NIJO.id), 1, 0, 0),
        (call("travel_times", placeIds=[NIJO.id, "kyoto/fushimi-inari"]), 1, 0, 0),
        (call("read_plan"), 1, 1, 0),
        (call("read_history"), 2, 1, 0),
        (call("read_wishes"), 5, 2, 0),
        (call("read_budget"), 3, 2, 0),
        (call("open_poll", question="Tea?", options=["Yes", "No"]), 2, 0, 2),
        (call("propose_change", title="A castle", changes=[add("13:00")]), 4, 2, 2),
        (call("optimise", dates=[FRIDAY]), 10, 4, 1),
    ],
    ids=lambda value: value["functionCall"]["name"] if isinstance(value, dict) else None,
)
def test_a_turn_with_a_tool(
    turn: dict[str, dict[str, str]],
    reads: int,
    queries: int,
    commits: int,
    planned: Trip,
    gemini: StandIn,
    client: CountingClient,
    database: Client,
) -> None:
    """What a turn costs beside what an answer without one costs: the role, progress, the stage and the cost of one more
    answer of the model, and what the tool itself reads and writes."""
    asked = ask(planned.editor, planned, "Hello there")
    job = Job(database, gemini, planned, asked, [[turn], [{"text": "Well."}]])
    with client.counted() as calls:
        job.run()
    found = Counter(calls.methods)
    changes = found["BeginTransaction"]
    assert found[READ] - changes - 5 - 2 == reads
    assert found["RunQuery"] - 1 == queries
    assert found["Commit"] - changes - 3 - 2 == commits
