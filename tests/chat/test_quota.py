"""What asking takes from the day's quota goes with the question into one commit."""

import uuid
from typing import Any

import pytest

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.runtime.registry import DailyLimit
from tests.chat.conftest import Trip
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
