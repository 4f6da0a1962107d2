"""Invitations by e-mail address, claimed at sign-in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client, FieldFilter

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.sharing.addresses import address_hash, hint, normalised
from shared.sharing.invitations import Invitations
from shared.sharing.requests import InviteEmailRequest
from shared.trips.changes import TripChanges
from shared.trips.store import TripStore
from tests.support.people import make_trip

People = Callable[..., Session]


def signed_in(session: Session, email: str | None, *, verified: bool = True) -> Caller:
    return Caller(session.uid, email, verified, "Zoe", None, False, {}, datetime.now(UTC))


def invite(ana: Session, trip_id: str, email: str, **fields: Any) -> str:
    found: str = ana.call("trips-invite-email", tripId=trip_id, email=email, **fields)["invitationId"]
    return found


def test_a_verified_address_joins_what_it_is_invited_to(person: People) -> None:
    ana, zoe = person("Ana"), person("Zoe")
    kyoto, rome = make_trip(ana), make_trip(ana)
    address = f"zoe-{zoe.uid}@example.com"
    invite(ana, kyoto, address, role="voter")
    invite(ana, rome, address.upper())
    claim = bootstrap.invitations().claim
    assert claim(signed_in(zoe, address, verified=False)) == []
    assert claim(signed_in(zoe, None)) == []
    assert claim(signed_in(zoe, "no address")) == []
    assert sorted(claim(signed_in(zoe, address))) == sorted([kyoto, rome])
    assert [zoe.call("trips-get", tripId=trip_id)["role"] for trip_id in (kyoto, rome)] == ["voter", "editor"]
    assert claim(signed_in(zoe, address)) == []
    assert ana.call("trips-invitations", tripId=kyoto)["invitations"] == []


def test_a_used_invitation_is_not_a_way_back(person: People) -> None:
    ana, zoe = person("Ana"), person("Zoe")
    trip_id, address = make_trip(ana), f"zoe-{zoe.uid}@example.com"
    invite(ana, trip_id, address)
    claim = bootstrap.invitations().claim
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: claim(signed_in(zoe, address)), range(4)))
    assert sorted(map(len, claimed)) == [0, 0, 0, 1]
    ana.call("trips-member-remove", tripId=trip_id, uid=zoe.uid)
    assert claim(signed_in(zoe, address)) == []
    invite(ana, trip_id, address)
    assert claim(signed_in(zoe, address)) == [trip_id]


@pytest.mark.parametrize("ended", ["revoked", "expired", "deleted"])
def test_an_invitation_that_has_ended_is_not_claimed(person: People, database: Client, ended: str) -> None:
    ana, zoe = person("Ana"), person("Zoe")
    trip_id, address = make_trip(ana), f"zoe-{zoe.uid}@example.com"
    key = invite(ana, trip_id, address)
    if ended == "revoked":
        ana.call("trips-invitation-revoke", tripId=trip_id, invitationId=key)
    elif ended == "expired":
        database.document("invitations", key).update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    else:
        ana.call("trips-delete", tripId=trip_id)
    assert bootstrap.invitations().claim(signed_in(zoe, address)) == []
    with pytest.raises(CallError):
        zoe.call("trips-get", tripId=trip_id)


class DeadOutbox(Outbox):
    """Dies before it publishes, so that what it would have published stays to be seen."""

    def publish(self, event: Event) -> bool:
        return False


def test_the_event_alone_has_the_address(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    outbox = DeadOutbox(database, SystemClock())
    store = TripStore(database, outbox)
    changes = TripChanges(store, outbox, SystemClock(), RandomIds())
    request = InviteEmailRequest(trip_id=trip_id, email="Zoe@Bücher.example")
    access = TripAccess(signed_in(ana, None), trip_id, Role.OWNER)
    Invitations(store, changes, bootstrap.trips()).invite(request, access)
    (event,) = database.collection("outbox").where(filter=FieldFilter("tripId", "==", trip_id)).stream()
    assert (event.get("type"), event.get("data.email")) == ("trip.invited.v1", "zoe@xn--bcher-kva.example")
    event.reference.delete()


def test_addresses_have_one_form() -> None:
    assert normalised(" Zoë@Example.COM ") == "zoë@example.com"
    assert address_hash("ZOE@EXAMPLE.COM") == address_hash("zoe@example.com") != address_hash("zoe@example.org")
    assert hint("zoe@example.com") == "z…@example.com"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoe.Smith+Kyoto@gmail.com", "zoesmith@googlemail.com"),
        ("zo\u00eb@example.com", "zoe\u0308@example.com"),
        ("zoe@b\u00fccher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@B\u00dcCHER.example", "zoe@bu\u0308cher.example"),
    ],
)
def test_one_mailbox_has_one_hash(one: str, other: str) -> None:
    assert address_hash(one) == address_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zoe.smith@example.com", "zoesmith@example.com"),
        ("zoe+kyoto@example.com", "zoe@example.com"),
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("zoe@stra\u00dfe.example", "zoe@strasse.example"),
        ("zoe@gmail.com", "zoe@gmail.com.example"),
    ],
)
def test_two_mailboxes_that_look_alike_have_two(one: str, other: str) -> None:
    assert address_hash(one) != address_hash(other)


@pytest.mark.parametrize(
    "address", ["\u202ezoe@example.com", "zo\u200be@example.com", "zoe@exa\u00admple.com", "z\x7foe@x.de"]
)
def test_an_address_that_passes_for_another_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="nobody sees"):
        normalised(address)
    with pytest.raises(ValueError, match="nobody sees"):
        address_hash(address)
