"""Polls and ballots in Firestore."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore
from google.cloud.firestore import (
    Client,
    CollectionReference,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Transaction,
)

from shared.cloud.documents import in_batches
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.polls.models import Ballot, Poll
from shared.runtime.caller import Role
from shared.runtime.errors import NotFound
from shared.trips.access import live_roles, trip_ref

T = TypeVar("T")
ATTEMPTS = 12
"""Of a transaction: a vote waits for a close at the same moment, and comes again."""


class PollStore:
    """Reads and writes polls; each method is one round trip, a transaction three and one more for the ballots."""

    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    def open(self, trip_id: str, poll_id: str) -> tuple[Mapping[str, Role], Poll | None]:
        """Who may do what on the trip, and the poll."""
        return self._opened(trip_id, poll_id, None)

    def read(self, trip_id: str, poll_id: str) -> tuple[Mapping[str, Role], Poll | None, dict[str, Ballot]]:
        """The same, and side by side the ballots."""
        opened = _pool().submit(self.open, trip_id, poll_id)
        ballots = _ballots(self._votes(trip_id, poll_id).stream())
        roles, poll = opened.result()
        return roles, poll, ballots

    def create(self, trip_id: str, poll_id: str, poll: Poll, event: Event) -> bool:
        """Commit a new poll and its event; False if there is one of this id."""
        batch = self._client.batch()
        batch.create(self._poll(trip_id, poll_id), poll.to_stored())
        self._outbox.add(batch, event)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def transact(self, trip_id: str, poll_id: str, work: Callable[["PollTransaction"], T]) -> T:
        """Run `work` in one transaction that has read the trip's roles and the poll; it may run several times."""

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            roles, poll = self._opened(trip_id, poll_id, transaction)
            return work(PollTransaction(self, transaction, trip_id, poll_id, roles, poll))

        result: T = run(self._client.transaction(max_attempts=ATTEMPTS))
        return result

    def due(self, now: datetime, limit: int) -> Iterator[tuple[str, str]]:
        """Trip id and poll id of the polls that the sweep must look at, those due first."""
        query = (
            self._client.collection_group("polls")
            .where(filter=FieldFilter("dueAt", "<=", now))
            .order_by("dueAt")
            .select(["dueAt"])
            .limit(limit)
        )
        for found in query.stream():
            yield found.reference.parent.parent.id, found.id

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """The polls that somebody made, and their ballots in others', for their archive."""
        return [
            {"id": poll_id, **({"poll": poll} if poll["by"] == uid else {}), **({"ballot": ballot} if ballot else {})}
            for poll_id, poll, ballot in self._with_ballot(trip_id, uid)
            if ballot or poll["by"] == uid
        ]

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete the ballots of somebody who is gone for good; results that were recorded stay."""
        cast = [poll_id for poll_id, _, ballot in self._with_ballot(trip_id, uid) if ballot]
        in_batches(self._client, cast, lambda batch, poll_id: batch.delete(self._votes(trip_id, poll_id).document(uid)))

    def _with_ballot(self, trip_id: str, uid: str) -> list[tuple[str, dict[str, Any], dict[str, Any] | None]]:
        polls = {
            found.id: found.to_dict() or {} for found in self._client.collection("trips", trip_id, "polls").stream()
        }
        ballots = self._client.get_all([self._votes(trip_id, poll_id).document(uid) for poll_id in polls])
        cast = {found.reference.parent.parent.id: found.to_dict() for found in ballots} if polls else {}
        return [(poll_id, poll, cast[poll_id]) for poll_id, poll in polls.items()]

    def ballots_within(self, transaction: Transaction, trip_id: str, poll_id: str) -> dict[str, Ballot]:
        return _ballots(self._votes(trip_id, poll_id).stream(transaction=transaction))

    def put_poll(self, transaction: Transaction, trip_id: str, poll_id: str, poll: Poll) -> None:
        transaction.set(self._poll(trip_id, poll_id), poll.to_stored())

    def put_ballot(self, transaction: Transaction, trip_id: str, poll_id: str, uid: str, ballot: Ballot) -> None:
        transaction.set(self._votes(trip_id, poll_id).document(uid), ballot.to_stored())

    def stage_event(self, transaction: Transaction, event: Event) -> None:
        self._outbox.add(transaction, event)

    def _opened(
        self, trip_id: str, poll_id: str, transaction: Transaction | None
    ) -> tuple[Mapping[str, Role], Poll | None]:
        trip, poll = trip_ref(self._client, trip_id), self._poll(trip_id, poll_id)
        read = self._client.get_all([trip, poll], transaction=transaction)
        found = {snapshot.reference.path: snapshot for snapshot in read}
        stored = found[poll.path]
        return live_roles(found[trip.path]), Poll.from_stored(stored.to_dict()) if stored.exists else None

    def _poll(self, trip_id: str, poll_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "polls", poll_id)

    def _votes(self, trip_id: str, poll_id: str) -> CollectionReference:
        return self._client.collection("trips", trip_id, "polls", poll_id, "votes")


class PollTransaction:
    """What a use case may read and write within one transaction."""

    def __init__(
        self,
        store: PollStore,
        transaction: Transaction,
        trip_id: str,
        poll_id: str,
        roles: Mapping[str, Role],
        poll: Poll | None,
    ) -> None:
        self._store = store
        self._transaction = transaction
        self._ids = (trip_id, poll_id)
        self.roles = roles
        self.poll = poll

    def known(self) -> Poll:
        """The poll. Raises NotFound."""
        return known(self._ids[1], self.poll)

    def ballots(self) -> dict[str, Ballot]:
        """All ballots, by uid; nobody adds one before the transaction ends."""
        return self._store.ballots_within(self._transaction, *self._ids)

    def put_poll(self, poll: Poll) -> None:
        self._store.put_poll(self._transaction, *self._ids, poll)

    def put_ballot(self, uid: str, ballot: Ballot) -> None:
        self._store.put_ballot(self._transaction, *self._ids, uid, ballot)

    def add_event(self, event: Event) -> None:
        self._store.stage_event(self._transaction, event)


def known(poll_id: str, poll: Poll | None) -> Poll:
    """The poll, if there is one. Raises NotFound."""
    if poll is None:
        raise NotFound("There is no such poll.", reason="POLL_NOT_FOUND", metadata={"pollId": poll_id})
    return poll


def _ballots(found: Iterator[DocumentSnapshot[Any]]) -> dict[str, Ballot]:
    return {snapshot.id: Ballot.from_stored(snapshot.to_dict()) for snapshot in found}


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="polls")
