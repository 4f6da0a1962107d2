"""Decisions about trips that no single request shows."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.runtime.caller import Caller, Role
from shared.runtime.errors import ResourceExhausted
from shared.trips import rules
from shared.trips.models import Trip

NOW = datetime(2027, 4, 2, tzinfo=UTC)


def trip(*members: str, **fields: object) -> Trip:
    roles = dict.fromkeys(members, Role.EDITOR) | {"ana": Role.OWNER}
    made = {"created_by": "ana", "created_at": NOW, "updated_at": NOW}
    return Trip.model_validate({"name": "A trip", "roles": roles, "members": ("ana", *members), **made, **fields})


def caller(uid: str) -> Caller:
    return Caller(uid, None, False, None, None, False, {}, NOW)


def test_a_trip_is_full_at_a_hundred() -> None:
    almost = trip(*(f"u{number}" for number in range(rules.MAX_MEMBERS - 2)))
    full, member = rules.admit(almost, caller("last"), Role.VIEWER, NOW)
    assert (member.name, len(full.members), full.version) == ("Traveller", rules.MAX_MEMBERS, 2)
    with pytest.raises(ResourceExhausted):
        rules.admit(full, caller("one-too-many"), Role.VIEWER, NOW)


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        (None, None, "9999-12-31"),
        ("2027-04-02", None, "2027-05-31"),
        ("2027-04-02", "2027-04-03", "2027-04-03"),
    ],
)
def test_a_trip_is_past_after_the_last_day_it_can_have(start: str | None, end: str | None, last: str) -> None:
    assert trip(start_date=start, end_date=end).to_stored()["endsOn"] == last


def test_who_restores_a_trip_and_until_when() -> None:
    gone = rules.deleted(trip("ben"), NOW)
    assert gone.live_roles == {}
    assert rules.owner_roles(gone, NOW + timedelta(days=29)) == {"ana": Role.OWNER}
    assert rules.owner_roles(gone, NOW + timedelta(days=30)) == {}
    assert rules.owner_roles(None, NOW) == {}
    assert set(rules.restored(gone, NOW).members) == {"ana", "ben"}


def test_destinations_stored_as_bare_names_are_read() -> None:
    assert trip(destinations=["Kyoto"]).destinations == ("Kyoto",)
