"""What people and guests cost Firestore: the calls of each function, asserted because they depend on no machine."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.cloud import firestore
from shared.devices.requests import RegisterDeviceRequest
from shared.runtime.caller import Caller, Role, TripAccess
from shared.sharing.departures import Wish
from shared.sharing.requests import AddGuestRequest
from tests.support.clients import forget_clients
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient

People = Callable[..., Session]
TRANSACTION = ["BeginTransaction", "BatchGetDocuments", "Commit"]
PUBLISHED = ["Commit"]
"""The event's way out of the outbox."""


@pytest.fixture
def client(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingClient]:
    """The client of this process's services, which counts."""
    counting = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    monkeypatch.setattr(firestore, "client", lambda: counting)
    forget_clients()
    yield counting


def caller(session: Session) -> Caller:
    return Caller(session.uid, None, False, "Ana", None, False, {}, datetime.now(UTC))


def access(session: Session, trip_id: str, least: Role = Role.EDITOR) -> TripAccess:
    return TripAccess(caller(session), trip_id, least)


def test_profile_and_preferences(person: People, client: CountingClient) -> None:
    ana, ben, users = person("Ana"), person("Ben"), bootstrap.users()
    with client.counted() as first:
        users.session(caller(ana))
    with client.counted() as later:
        users.session(caller(ana))
    with client.counted() as changed:
        users.update(caller(ana), 1, {"pace": "slow"})
    with client.counted() as read:
        users.preferences([ana.uid, ben.uid])
    assert first.methods == ["BatchGetDocuments", "Commit"]
    assert later.methods == ["BatchGetDocuments"]
    assert changed.methods == TRANSACTION
    assert read.methods == ["BatchGetDocuments"]


def test_devices(person: People, client: CountingClient) -> None:
    ana = person("Ana")
    told = RegisterDeviceRequest(device_id="phone", token="t" * 40, platform="ios")
    with client.counted() as registered:
        bootstrap.devices().register(ana.uid, told)
    with client.counted() as removed:
        bootstrap.devices().remove(ana.uid, "phone")
    assert registered.methods == ["BeginTransaction", "RunQuery", "RunQuery", "Commit"]
    assert removed.methods == ["Commit"]


def test_guests(person: People, client: CountingClient) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    with client.counted() as added:
        request = AddGuestRequest(trip_id=trip_id, name="Rosa", request_id="guest-0001")
        guest = bootstrap.guests().add(access(ana, trip_id), request)
    with client.counted() as renamed:
        bootstrap.guests().rename(access(ana, trip_id), guest.guest_id, "Rosalia")
    token = ana.call("trips-invite", tripId=trip_id, guestId=guest.guest_id)["token"]
    with client.counted() as joined:
        bootstrap.trips().join(token, caller(ben))
    with client.counted() as released:
        bootstrap.guests().claim(access(ana, trip_id, Role.OWNER), guest.guest_id, None)
    for calls in (added, renamed, released):
        assert calls.methods == [*TRANSACTION, *PUBLISHED]
    assert joined.methods == ["BeginTransaction", "BatchGetDocuments", "BatchGetDocuments", "Commit", *PUBLISHED]


def test_a_departure_is_one_transaction_and_two_for_an_owner(person: People, client: CountingClient) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    departures = bootstrap.departures()
    with client.counted() as owner:
        departures.depart(trip_id, ana.uid, Wish("handOver"))
    with client.counted() as again:
        departures.depart(trip_id, ana.uid, Wish("handOver"))
    hands_over = ["BeginTransaction", "BatchGetDocuments", "RunQuery", "BatchGetDocuments", "Commit", *PUBLISHED]
    assert owner.methods == [*hands_over, *TRANSACTION, *PUBLISHED]
    assert again.methods == TRANSACTION
    with client.counted() as found:
        assert departures.trips_of(ana.uid) == [trip_id]
    assert found.methods == ["RunQuery", "RunQuery"]


def test_many_invitations_are_claimed_side_by_side(person: People, client: CountingClient) -> None:
    ana, zoe = person("Ana"), person("Zoe")
    address = zoe.call("auth-session")["email"]
    trips = [make_trip(ana) for _ in range(8)]
    for trip_id in trips:
        ana.call("trips-invite-email", tripId=trip_id, email=address)
    invited = Caller(zoe.uid, address, True, "Zoe", None, False, {}, datetime.now(UTC))
    with client.counted() as calls:
        assert sorted(bootstrap.invitations().claim(invited)) == sorted(trips)
    assert calls.methods.count("BeginTransaction") == 8
    one = len(["RunQuery", *TRANSACTION, "BatchGetDocuments", *PUBLISHED])
    assert calls.in_a_row < 2 * one
