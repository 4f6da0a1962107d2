"""What planning takes from the day's quotas: it costs processor time."""

from typing import Any

import pytest

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.runtime.registry import DailyLimit
from tests.planning.conftest import Kyoto

PLANNINGS = ("plannings", DailyLimit(person=150, trip=400))
ROUTES = ("routes", DailyLimit(person=50, trip=150))
CALLS: list[tuple[str, tuple[str, DailyLimit], dict[str, Any]]] = [
    ("planning-optimise", PLANNINGS, {"scope": {"day": "d1"}}),
    ("planning-place", PLANNINGS, {"stopId": "market"}),
    ("planning-replan", PLANNINGS, {"change": {"kind": "dayRainedOut", "dayId": "d1"}}),
    ("routes-plan", ROUTES, {"cities": [{"city": "Kyoto"}], "firstDate": "2027-04-05", "nights": {"atMost": 2}}),
]


def used(session: Session, trip_id: str, what: str, limit: DailyLimit) -> tuple[int, int]:
    left = bootstrap.quotas().remaining(session.uid, trip_id, what, limit)
    assert left.person is not None and left.trip is not None and limit.person and limit.trip
    return limit.person - left.person, limit.trip - left.trip


@pytest.mark.parametrize(("function", "quota", "fields"), CALLS)
def test_a_job_is_charged_once_and_a_refusal_nothing(
    kyoto: Kyoto, function: str, quota: tuple[str, DailyLimit], fields: dict[str, Any]
) -> None:
    for _ in range(2):
        kyoto.ask(function, requestId="request-1", **fields)
    assert used(kyoto.ana, kyoto.trip_id, *quota) == (1, 1)
    with pytest.raises(CallError):
        kyoto.ana.call(function, tripId="Kq3vTz81mNcY5dRw0pLs", **fields)
    assert used(kyoto.ana, kyoto.trip_id, *quota) == (1, 1)


@pytest.mark.parametrize(("function", "quota", "fields"), CALLS)
def test_a_day_has_an_end(kyoto: Kyoto, function: str, quota: tuple[str, DailyLimit], fields: dict[str, Any]) -> None:
    what, limit = quota
    assert limit.person
    bootstrap.quotas().spend(kyoto.ana.uid, None, what, limit.person, limit, key="the whole day")
    with pytest.raises(CallError) as refused:
        kyoto.ana.call(function, tripId=kyoto.trip_id, **fields)
    assert refused.value.reason == "QUOTA_EXCEEDED"
    assert not list(kyoto.database.collection("trips", kyoto.trip_id, "jobs").stream())
