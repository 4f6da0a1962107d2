"""Every answer ends, whatever becomes of its worker, its trip or the role of who asked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError
from emulator.gemini.testing import StandIn
from shared import bootstrap
from tests.chat.conftest import Trip
from tests.chat.test_tools import call, told
from tests.chat.workers import Job, ask, working
from tests.support.waiting import eventually

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def dead(trip: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], Job]:
    """An answer that a worker began and no queue knows of, and its job."""
    with working(database, monkeypatch):
        asked = ask(trip.voter, trip, "Hello there")
    answer = {"threadId": asked.thread_id, "messageId": asked.message_id}
    path = f"trips/{trip.id}/threads/{asked.thread_id}/messages/{asked.message_id}"
    database.document(path).update({"state": "writing", "writer": "gone", "text": "Well"})
    job = Job(database, gemini, trip, asked, [])
    job.document.update({"state": "running", "leaseHolder": "gone#8", "attempts": 8, "leaseUntil": LONG_AGO})
    return answer, job


def test_an_answer_whose_job_is_given_up_ends(trip: Trip, dead: tuple[dict[str, Any], Job]) -> None:
    answer, job = dead
    bootstrap.jobs().reap()
    ended = trip.ended(answer)
    assert (ended["state"], ended["error"]["reason"], ended["text"]) == ("failed", "JOB_GAVE_UP", "Well")
    assert job.state == "failed"
    assert trip.again(trip.voter, "ai-retry", answer)["attempt"] == 2
    assert trip.ended(answer, attempt=2)["state"] == "done"


def test_a_dead_answer_holds_up_no_other(trip: Trip, dead: tuple[dict[str, Any], Job]) -> None:
    """Its job has ended, and whoever should have settled it died."""
    answer, job = dead
    error = {"code": "INTERNAL", "reason": "JOB_GAVE_UP", "message": "Sorry"}
    job.document.update({"state": "failed", "error": error})
    second = trip.ask(trip.editor, "And now?", threadId=answer["threadId"])
    assert trip.ended(second)["state"] == "done"
    assert trip.message(answer)["state"] == "failed"


def test_a_cancelled_job_cancels_its_answer(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.3")
    gemini.answer({"text": "Well " * 200})
    answer = trip.ask(trip.voter, "Hello there")
    eventually(lambda: trip.message(answer)["text"])
    (job_id,) = trip.job_ids()
    with pytest.raises(CallError) as refused:
        trip.editor.call("jobs-cancel", tripId=trip.id, jobId=job_id)
    assert refused.value.reason == "NOT_YOURS"
    trip.voter.call("jobs-cancel", tripId=trip.id, jobId=job_id)
    assert trip.ended(answer)["state"] == "cancelled"


def test_a_trip_that_is_deleted_meanwhile_ends_the_answer(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:1")
    gemini.answer(call("search_places", destination="Kyoto"))
    answer = trip.ask(trip.voter, "Where could we go?")
    eventually(gemini.requests)
    trip.owner.call("trips-delete", tripId=trip.id)
    ended = trip.ended(answer)
    assert (ended["state"], ended["error"]["reason"]) == ("failed", "TRIP_NOT_FOUND")
    assert len(gemini.requests()) == 1


def test_a_trip_that_is_gone_for_good_ends_the_job(
    trip: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working(database, monkeypatch):
        asked = ask(trip.voter, trip, "Hello there")
        job = Job(database, gemini, trip, asked, [[{"text": "Well."}]])
        database.recursive_delete(database.document(f"trips/{trip.id}/threads/{asked.thread_id}"))
        job.run()
    assert job.state == "failed" and gemini.requests() == []


def test_who_may_no_longer_ask_is_answered_no_more(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:1")
    gemini.answer(call("search_places", destination="Kyoto"))
    answer = trip.ask(trip.voter, "Where could we go?")
    eventually(gemini.requests)
    trip.owner.call("trips-member-role", tripId=trip.id, uid=trip.voter.uid, role="viewer")
    ended = trip.ended(answer)
    assert (ended["state"], ended["error"]["reason"]) == ("failed", "PRIVATE_ONLY")
    assert len(gemini.requests()) == 1


def test_a_lost_role_counts_at_the_next_call(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:1")
    gemini.answer(call("propose_change", title="A bar", changes=[{"action": "add", "idea": "A bar"}]))
    gemini.answer({"text": "You may only read now."})
    answer = trip.ask(trip.voter, "A bar, please", private=True)
    eventually(gemini.requests)
    trip.owner.call("trips-member-role", tripId=trip.id, uid=trip.voter.uid, role="viewer")
    ended = trip.ended(answer)
    assert (ended["state"], ended["proposals"]) == ("done", [])
    assert "needs the role voter" in told(gemini)[0]["error"]


def test_who_has_used_up_the_tokens_of_an_answer_answers_with_what_is_known(
    trip: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [[call("search_places", destination="Kyoto")], [{"text": "That is all."}]]
    with working(database, monkeypatch):
        asked = ask(trip.voter, trip, "Where could we go?")
        answering = bootstrap.answering()
        monkeypatch.setattr(answering, "_limits", replace(answering._limits, tokens=10))
        Job(database, gemini, trip, asked, turns).run()
    modes = [one["body"]["toolConfig"]["functionCallingConfig"]["mode"] for one in gemini.requests()]
    assert modes == ["AUTO", "NONE"]
    assert trip.message({"threadId": asked.thread_id, "messageId": asked.message_id})["text"] == "That is all."


def test_progress_is_seen_while_the_model_thinks(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:30")
    answer = trip.ask(trip.voter, "Hello there")
    eventually(gemini.requests)
    (job,) = trip.jobs()
    assert (trip.message(answer)["state"], job["state"], job["stage"]) == ("writing", "running", "turn-0")
    trip.call(trip.voter, "ai-cancel", answer)


def test_a_proposal_is_seen_before_the_words_and_stays_when_they_are_stopped(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:30", skip=1)
    gemini.answer(call("propose_change", title="A bar", changes=[{"action": "add", "idea": "A bar"}]))
    gemini.answer({"text": "Please have a look."})
    answer = trip.ask(trip.voter, "A bar, please")
    (proposal_id,) = eventually(lambda: trip.message(answer)["proposals"])
    assert trip.message(answer)["state"] == "writing"
    stopped = trip.call(trip.voter, "ai-cancel", answer)
    assert (stopped["state"], stopped["proposals"]) == ("cancelled", [proposal_id])
