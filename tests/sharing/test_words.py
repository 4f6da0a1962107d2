"""Whatever is done to a trip's members and sharing is told in the activity feed, and costs one transaction."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared.events.outbox import Outbox
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.sharing.members import Members
from shared.trips.changes import TripChanges
from shared.trips.lifecycle import TripLifecycle
from shared.trips.store import TripStore
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient
from tests.support.waiting import eventually

People = Callable[..., Session]


def words_of(database: Client, trip_id: str, count: int) -> list[str]:
    """The feed's lines, when there are so many."""
    feed = database.collection("trips", trip_id, "activity").order_by("at")

    def told() -> list[str] | None:
        found = [entry.get("words") for entry in feed.stream()]
        return found if len(found) >= count else None

    return eventually(told) or []


def test_everything_is_told_in_words(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), (eve, "viewer"))
    key = ana.call("trips-invite-email", tripId=trip_id, email="zoe@example.com")["invitationId"]
    ana.call("trips-invitation-revoke", tripId=trip_id, invitationId=key)
    ana.call("trips-update", tripId=trip_id, version=3, name="Nara", startDate="2027-04-02")
    ana.call("trips-member-role", tripId=trip_id, uid=eve.uid, role="voter")
    ana.call("trips-publish", tripId=trip_id, sections=["plan"])
    ana.call("trips-unpublish", tripId=trip_id)
    ana.call("trips-delete", tripId=trip_id)
    ana.call("trips-restore", tripId=trip_id)
    ana.call("trips-member-remove", tripId=trip_id, uid=eve.uid)
    ana.call("trips-hand-over", tripId=trip_id, uid=ben.uid)
    ana.call("trips-leave", tripId=trip_id)
    expected = [
        "Ana created the trip",
        "Ana made an invitation link for the role editor",
        "Ben joined as editor",
        "Ana made an invitation link for the role viewer",
        "Eve joined as viewer",
        "Ana invited somebody by e-mail as editor",
        "Ana took back an invitation",
        "Ana changed the dates and the name",
        "Ana made Eve voter",
        "Ana published the trip's page",
        "Ana took the trip's public page down",
        "Ana deleted the trip",
        "Ana brought the trip back",
        "Ana removed Eve",
        "Ana handed the trip over to Ben",
        "Ana left",
    ]
    assert words_of(database, trip_id, len(expected)) == expected


@pytest.mark.parametrize("change", ["leave", "remove", "set_role", "hand_over", "archive", "delete"])
def test_a_change_is_one_transaction(person: People, cloud: LocalCloud, change: str) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    outbox = Outbox(client, SystemClock())
    store = TripStore(client, outbox)
    changes = TripChanges(store, outbox, SystemClock(), RandomIds())
    members, lifecycle = Members(changes), TripLifecycle(store, changes)
    who = ben if change in ("leave", "archive") else ana
    access = TripAccess(Caller(who.uid, None, False, who.uid, None, False, {}, datetime.now(UTC)), trip_id, Role.VIEWER)
    calls: dict[str, Callable[[], object]] = {
        "leave": lambda: members.leave(access),
        "remove": lambda: members.remove(access, ben.uid),
        "set_role": lambda: members.set_role(access, ben.uid, Role.VIEWER),
        "hand_over": lambda: members.hand_over(access, ben.uid),
        "archive": lambda: lifecycle.archive(access, put_away=True),
        "delete": lambda: lifecycle.delete(access),
    }
    with client.counted() as counted:
        calls[change]()
    transaction = ["BeginTransaction", "BatchGetDocuments", "Commit"]
    # The second commit strikes the published event off the outbox; an archive is nobody else's business.
    assert counted.methods == (transaction if change == "archive" else [*transaction, "Commit"])
