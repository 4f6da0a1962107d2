"""Trips, members and invitations in Firestore."""

from collections.abc import Callable
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, Transaction

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.plan.store import stage_empty_plan
from shared.trips.models import Invitation, Member, Trip

T = TypeVar("T")


class TripStore:
    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    def trip(self, trip_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id)

    def get(self, trip_id: str) -> Trip | None:
        return _trip(self.trip(trip_id).get())

    def create(self, trip_id: str, trip: Trip, owner: Member, event: Event) -> bool:
        """Commit a trip, its first member, its empty plan and the event at once; False if the id is taken."""
        batch = self._client.batch()
        batch.create(self.trip(trip_id), trip.to_stored())
        batch.create(self.trip(trip_id).collection("members").document(owner.uid), owner.to_stored())
        stage_empty_plan(batch, self._client, trip_id, trip.created_at)
        self._outbox.add(batch, event)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def create_invitation(self, token_hash: str, invitation: Invitation) -> None:
        self._client.document("invitations", token_hash).create(invitation.to_stored())

    def transact(self, work: Callable[["TripTransaction"], T]) -> T:
        """Run `work` in one Firestore transaction; it may run several times."""

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            return work(TripTransaction(self, transaction))

        result: T = run(self._client.transaction(max_attempts=12))
        return result

    def stage_event(self, transaction: Transaction, event: Event) -> None:
        self._outbox.add(transaction, event)

    def invitation_ref(self, token_hash: str) -> DocumentReference:
        return self._client.document("invitations", token_hash)


class TripTransaction:
    """What a use case may read and write within one transaction."""

    def __init__(self, store: TripStore, transaction: Transaction) -> None:
        self._store = store
        self._transaction = transaction

    def trip(self, trip_id: str) -> Trip | None:
        return _trip(self._store.trip(trip_id).get(transaction=self._transaction))

    def invitation(self, token_hash: str) -> Invitation | None:
        snapshot = self._store.invitation_ref(token_hash).get(transaction=self._transaction)
        return Invitation.from_stored(snapshot.to_dict()) if snapshot.exists else None

    def put_trip(self, trip_id: str, trip: Trip) -> None:
        self._transaction.set(self._store.trip(trip_id), trip.to_stored())

    def put_member(self, trip_id: str, member: Member) -> None:
        self._transaction.set(self._store.trip(trip_id).collection("members").document(member.uid), member.to_stored())

    def put_invitation(self, token_hash: str, invitation: Invitation) -> None:
        self._transaction.set(self._store.invitation_ref(token_hash), invitation.to_stored())

    def add_event(self, event: Event) -> None:
        self._store.stage_event(self._transaction, event)


def _trip(snapshot: firestore.DocumentSnapshot[Any]) -> Trip | None:
    return Trip.from_stored(snapshot.to_dict()) if snapshot.exists else None
