"""What asking takes from the day's quota goes with the question into one commit."""

import uuid
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from functions.ai import CHATS
from shared import bootstrap
from shared.chat.requests import ChatRequest
from shared.cloud import tasks
from shared.runtime.caller import TripAccess
from shared.runtime.charging import Charger
from shared.runtime.registry import DailyLimit
from tests.chat.conftest import Trip
from tests.chat.workers import access, working
from tests.support.waiting import eventually

LIMIT = DailyLimit(person=150, trip=500)


def left(who: Session, trip: Trip) -> tuple[int | None, int | None]:
    remaining = bootstrap.quotas().remaining(who.uid, trip.id, "chats", LIMIT)
    return remaining.person, remaining.trip


def ask(who: Session, trip: Trip, **fields: Any) -> dict[str, Any]:
    told: dict[str, Any] = who.call("ai-chat", **{"tripId": trip.id, "text": "Hello there", **fields})
    return told


def test_a_question_is_charged_once_however_often_it_is_sent(trip: Trip) -> None:
    request_id = uuid.uuid4().hex
    asked = [ask(trip.voter, trip, requestId=request_id) for _ in range(3)]
    assert left(trip.voter, trip) == (149, 499)
    again = {key: asked[0][key] for key in ("tripId", "threadId", "messageId")}
    eventually(lambda: trip.message(asked[0])["state"] == "done")
    for _ in range(2):
        trip.voter.call("ai-regenerate", **again, requestId=request_id)
    assert left(trip.voter, trip) == (148, 498)


@pytest.mark.parametrize("fields", [{"threadId": "none-of-this-id"}, {"text": "Other words"}], ids=["thread", "reused"])
def test_a_question_that_is_refused_is_not_charged(trip: Trip, fields: dict[str, str]) -> None:
    request_id = uuid.uuid4().hex
    ask(trip.voter, trip, requestId=request_id)
    with pytest.raises(CallError):
        ask(trip.voter, trip, **{"requestId": request_id, **fields})
    assert left(trip.voter, trip) == (149, 499)


def test_once_the_day_is_used_up_nothing_is_stored(trip: Trip) -> None:
    bootstrap.quotas().spend(trip.voter.uid, None, "chats", 150, LIMIT, key="the whole day")
    with pytest.raises(CallError) as refused:
        ask(trip.voter, trip)
    assert (refused.value.reason, left(trip.voter, trip)) == ("QUOTA_EXCEEDED", (0, 500))
    assert trip.threads() == []


def test_a_call_that_fails_after_its_commit_gets_its_charge_back_and_a_resend_pays(
    trip: Trip, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = uuid.uuid4().hex
    request = ChatRequest.model_validate({"tripId": trip.id, "text": "Hello there", "requestId": request_id})

    def charged() -> TripAccess:
        who = access(trip.voter, trip)
        who.charge = Charger("ai-chat", CHATS, trip.voter.uid, trip.id, request_id)
        return who

    def down(*_args: object, **_fields: object) -> bool:
        raise ServiceUnavailable("no queues")

    with working(database, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(tasks, "enqueue", down)
            first = charged()
            with pytest.raises(ServiceUnavailable):
                bootstrap.chat().ask(first, request)
            assert left(trip.voter, trip) == (149, 499)
            assert isinstance(first.charge, Charger)
            first.charge.refund()
        assert left(trip.voter, trip) == (150, 500)
        for _ in range(2):
            resent = charged()
            bootstrap.chat().ask(resent, request)
        assert left(trip.voter, trip) == (149, 499)
        assert isinstance(resent.charge, Charger)
        resent.charge.refund()
        assert left(trip.voter, trip) == (149, 499), "it was charged to the call before"
