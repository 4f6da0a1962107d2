"""Presence: what the Python client writes passes the rules, and what expired is swept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.api_core.exceptions import PermissionDenied
from google.cloud.firestore import Client

from clients.python.documents import documents_of
from clients.python.presence import Presence
from clients.python.session import Session
from shared import bootstrap
from shared.presence.store import PresenceStore
from tests.support.people import make_trip
from tests.support.waiting import eventually

People = Callable[..., Session]


def presence(session: Session, trip_id: str, device: str, **more: float) -> Presence:
    return Presence(session, documents_of(session), trip_id, device=device, colour="#1a7f37", **more)


def seen(session: Session, trip_id: str) -> dict[str, str | None]:
    """Who is where, as a traveller reads it."""
    found = documents_of(session).collection("trips", trip_id, "presence").stream()
    return {each.id: each.get("place") for each in found}


def test_two_devices_of_one_person_are_two_presences(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "viewer"))
    phone, tablet = presence(ana, trip_id, "phone"), presence(ana, trip_id, "tablet")
    phone.enter("stops/inari/notes")
    tablet.enter()
    assert seen(ben, trip_id) == {f"{ana.uid}_phone": "stops/inari/notes", f"{ana.uid}_tablet": None}
    tablet.go_to("days/d1")
    phone.leave()
    assert seen(ben, trip_id) == {f"{ana.uid}_tablet": "days/d1"}
    tablet.leave()
    assert seen(ben, trip_id) == {}


def test_a_stranger_does_not_appear(person: People) -> None:
    ana, stranger = person("Ana"), person("Olga")
    with pytest.raises(PermissionDenied):
        presence(stranger, make_trip(ana), "phone").enter()


def test_the_heart_beat_goes_on_and_comes_back_after_a_sweep(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    phone = presence(ana, trip_id, "phone", renew_seconds=0.1)
    phone.enter()
    document = database.document("trips", trip_id, "presence", f"{ana.uid}_phone")
    document.delete()
    eventually(lambda: document.get().exists)
    database.document("trips", trip_id).update({"roles": {}})
    phone.leave()
    assert not document.get().exists


def test_whoever_was_swept_leaves_in_peace(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    phone = presence(ana, trip_id, "phone")
    phone.enter()
    database.document("trips", trip_id, "presence", f"{ana.uid}_phone").delete()
    phone.leave()
    assert seen(ana, trip_id) == {}


def test_the_sweep_deletes_what_expired_and_nothing_else(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    here, gone = presence(ana, trip_id, "here"), presence(ana, trip_id, "gone")
    here.renew()
    gone.renew()
    documents = database.collection("trips", trip_id, "presence")
    documents.document(f"{ana.uid}_gone").update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    bootstrap.presence().sweep()
    assert seen(ana, trip_id) == {f"{ana.uid}_here": None}


def test_a_renewal_beats_the_sweep(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    phone = presence(ana, trip_id, "phone")
    phone.renew()
    document = database.document("trips", trip_id, "presence", f"{ana.uid}_phone")
    document.update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    store = PresenceStore(database)
    (expired,) = [found for found in store.expired(datetime.now(UTC), 10) if found.id == document.id]
    phone.renew()
    assert store.remove(expired) is False
    assert document.get().exists
