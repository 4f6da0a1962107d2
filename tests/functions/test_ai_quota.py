"""What asking the assistant takes from the day's quota."""

import pytest

from clients.python.session import CallError
from shared import bootstrap
from shared.runtime.registry import DailyLimit
from tests.support.people import make_trip

WISH = {"request": "Two days in Kyoto"}
LIMIT = DailyLimit(person=30, trip=100)


def left(session, trip_id):
    remaining = bootstrap.quotas().remaining(session.uid, trip_id, "generations", LIMIT)
    return remaining.person, remaining.trip


def test_a_request_is_charged_once_however_often_it_is_sent(person):
    ana = person("Ana")
    trip_id = make_trip(ana)
    for _ in range(3):
        ana.call("ai-generate", tripId=trip_id, requestId="request-1", **WISH)
    assert left(ana, trip_id) == (29, 99)
    ana.call("ai-generate", tripId=trip_id, **WISH)
    assert left(ana, trip_id) == (28, 98)


def test_who_may_not_is_charged_nothing_and_takes_nothing_from_the_trip(person):
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "viewer"))
    for somebody in (ben, eve):
        with pytest.raises(CallError):
            somebody.call("ai-generate", tripId=trip_id, **WISH)
        assert left(somebody, trip_id) == (30, 100)


def test_a_call_that_fails_is_charged_nothing(person):
    ana = person("Ana")
    trip_id = make_trip(ana)
    ana.call("ai-generate", tripId=trip_id, requestId="request-1", **WISH)
    before = left(ana, trip_id)
    bootstrap.quotas().refund(ana.uid, "generations", key=f"ai-generate/{trip_id}/request-1")
    with pytest.raises(CallError) as refused:
        ana.call("ai-generate", tripId=trip_id, requestId="request-1", request="Something else")
    assert refused.value.reason == "REQUEST_ID_REUSED"
    assert left(ana, trip_id) == (before[0] + 1, before[1] + 1)


def test_a_day_has_an_end(person):
    ana = person("Ana")
    trip_id = make_trip(ana)
    bootstrap.quotas().spend(ana.uid, None, "generations", 30, LIMIT, key="the whole day")
    with pytest.raises(CallError) as refused:
        ana.call("ai-generate", tripId=trip_id, **WISH)
    assert (refused.value.status, refused.value.reason) == ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")
    assert refused.value.details["retryAfterSeconds"] > 0
    assert refused.value.details["metadata"]["limit"] == 30
    assert left(ana, trip_id)[1] == 100
