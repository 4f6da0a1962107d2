"""Trips, members and invitations in Firestore."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from itertools import chain, islice
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists, GoogleAPICallError, NotFound
from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, FieldFilter, Or, Query, Transaction, WriteBatch

from shared.accounts.access import leaving_ref, stage_not_leaving
from shared.cloud.documents import in_batches, stored
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.plan.store import stage_empty_plan
from shared.runtime.errors import Aborted
from shared.trips.access import FORMER, member_names
from shared.trips.listing import Cursor
from shared.trips.models import CalendarFeed, Invitation, Member, Move, Trip
from shared.trips.resends import Made

T = TypeVar("T")
ATTEMPTS = 12
"""Of a transaction: everybody who joins or leaves a trip writes the one document that says who belongs to it."""

DELETES_A_COMMIT = 300
INTRODUCED_AT_ONCE = 8
OF_ADDRESSES = {"email", "hint"}
"""What an event tells of an address; whose it is may go and be forgotten, and the log would still have it."""
TOLD_OF_A_TRIP = {"name", "legs", "start_date", "end_date", "currency", "created_at", "deleted_at"}
"""What somebody's archive tells of a trip; the rest is the group's."""


class TripStore:
    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    def get(self, trip_id: str) -> Trip | None:
        return _trip(self.trip_ref(trip_id).get())

    def create(self, trip_id: str, trip: Trip, owner: Member, event: Event) -> bool:
        """Commit a trip, its first member, its empty plan and the event at once.

        False if the id is taken, or if the account of its owner is being deleted.
        """
        batch = self._client.batch()
        batch.create(self.trip_ref(trip_id), trip.to_stored())
        batch.create(self.member_ref(trip_id, owner.uid), owner.to_stored())
        stage_empty_plan(batch, self._client, trip_id, trip.created_at)
        self._outbox.add(batch, event)
        batch.create(self.audit_ref(event), event.to_stored())
        stage_not_leaving(batch, self._client, owner.uid)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def is_leaving(self, uid: str) -> bool:
        """Whether somebody's account is being deleted."""
        found: bool = self.leaving_ref(uid).get().exists
        return found

    def page(self, cursor: Cursor, limit: int) -> Iterator[tuple[str, Trip]]:
        """The trips of a list after a place in it. One query."""
        query: Query = self._client.collection("trips").where(
            filter=FieldFilter(cursor.array, "array_contains", cursor.wanted)
        )
        if cursor.bound:
            query = query.where(filter=FieldFilter(cursor.sort, *cursor.bound))
        direction = Query.DESCENDING if cursor.descending else Query.ASCENDING
        query = query.order_by(cursor.sort, direction=direction).order_by("__name__", direction=direction)
        if cursor.after:
            value, trip_id = cursor.after
            query = query.start_after([value, self.trip_ref(trip_id)])
        for found in query.limit(limit).stream():
            yield found.id, Trip.from_stored(found.to_dict())

    def moves(self, trip_id: str) -> list[tuple[str, Move]]:
        """What the plan still needs because the trip's dates changed, oldest first."""
        found = self.trip_ref(trip_id).collection("moves").order_by("seq").stream()
        return [(snapshot.id, Move.from_stored(snapshot.to_dict())) for snapshot in found]

    def due_moves(self, now: datetime, limit: int) -> list[str]:
        """The ids of trips with a move that should have been made by now."""
        query = self._client.collection_group("moves").where(filter=FieldFilter("dueAt", "<=", now)).order_by("dueAt")
        found = query.select(["dueAt"]).limit(limit).stream()
        return list(dict.fromkeys(snapshot.reference.parent.parent.id for snapshot in found))

    def delete_move(self, trip_id: str, move_id: str) -> None:
        self.move_ref(trip_id, move_id).delete()

    def postpone_move(self, trip_id: str, move_id: str, until: datetime) -> None:
        with suppress(NotFound):
            self.move_ref(trip_id, move_id).update({"dueAt": until})

    def deleted_before(self, moment: datetime, limit: int) -> list[str]:
        """The ids of trips that were deleted before a moment, those deleted first."""
        query = self._client.collection("trips").where(filter=FieldFilter("deletedAt", "<", moment))
        return [found.id for found in query.order_by("deletedAt").select([]).limit(limit).stream()]

    def invitations(self, trip_id: str, limit: int) -> list[tuple[str, Invitation]]:
        """Invitations to a trip. One query."""
        query = self._client.collection("invitations").where(filter=FieldFilter("tripId", "==", trip_id)).limit(limit)
        return [(found.id, Invitation.from_stored(found.to_dict())) for found in query.stream()]

    def invitations_for(self, email_hash: str, limit: int) -> list[tuple[str, Invitation]]:
        """Invitations for an address. One query."""
        invitations = self._client.collection("invitations")
        query = invitations.where(filter=FieldFilter("emailHash", "==", email_hash)).limit(limit)
        return [(found.id, Invitation.from_stored(found.to_dict())) for found in query.stream()]

    def names(self, trip_id: str, uids: Sequence[str]) -> dict[str, str]:
        """What to call members. One round trip."""
        return member_names(self._client, trip_id, uids)

    def introduce(self, uid: str, name: str, photo_url: str | None) -> None:
        """Change what the trips that somebody belongs to tell of them, also those that are deleted and may come back.

        A query, and a write for each trip.
        """
        mine = self._client.collection_group("members").where(filter=FieldFilter("uid", "==", uid)).select([])

        def change(member: DocumentReference) -> None:
            # Whoever has just left stays away.
            with suppress(NotFound):
                member.update({"name": name, "photoUrl": photo_url})

        with ThreadPoolExecutor(INTRODUCED_AT_ONCE) as pool:
            for _ in pool.map(change, [found.reference for found in mine.stream()]):
                pass

    def published(self, name_hash: str) -> str | None:
        """The id of the trip whose public page has a name."""
        found = self.page_ref(name_hash).get()
        return str(found.get("tripId")) if found.exists else None

    def feed(self, name_hash: str) -> tuple[str, str, CalendarFeed] | None:
        """The trip and the member whose calendar feed has a name, and the feed. One query."""
        feeds = self._client.collection_group("calendarFeeds").where(filter=FieldFilter("nameHash", "==", name_hash))
        for found in feeds.limit(1).stream():
            return found.reference.parent.parent.id, found.id, CalendarFeed.from_stored(found.to_dict())
        return None

    def ever_of(self, uid: str) -> list[str]:
        """The ids of all trips that somebody belongs or, as the audit logs tell, belonged to; sorted. Two queries."""
        mine = self._client.collection("trips").where(filter=FieldFilter("members", "array_contains", uid))
        acts = self._client.collection_group("audit").where(filter=FieldFilter("actor", "==", uid)).select([])
        parents = [found.reference.parent.parent for found in acts.stream()]
        past = [trip.id for trip in parents if trip is not None and trip.parent.id == "trips"]
        return sorted({*past, *(found.id for found in mine.select([]).stream())})

    def of_person(self, trip_id: str, uid: str) -> dict[str, Any]:
        """A trip as its archive for one person says it: what it is, what they are in it, and what they did to it."""
        references = [self.trip_ref(trip_id), self.member_ref(trip_id, uid), self.feed_ref(trip_id, uid)]
        found = {one.reference.path: one.to_dict() for one in self._client.get_all(references)}
        trip, member, feed = (found[reference.path] for reference in references)
        told = Trip.from_stored(trip) if trip else None
        either = Or([FieldFilter("actor", "==", uid), FieldFilter("data.uid", "==", uid)])
        audit = self.trip_ref(trip_id).collection("audit").where(filter=either)
        return {
            "trip": told.model_dump(by_alias=True, include=TOLD_OF_A_TRIP) if told and uid in told.roles else None,
            "role": told.roles.get(uid) if told else None,
            "member": member,
            "calendarFeedSince": feed["createdAt"] if feed else None,
            "audit": stored(audit),
        }

    def invitations_by(self, uid: str) -> list[dict[str, Any]]:
        """The invitations that somebody made, for their archive."""
        return stored(self._client.collection("invitations").where(filter=FieldFilter("createdBy", "==", uid)))

    def forget_invitations(self, uid: str, email_hash: str | None, until: datetime) -> None:
        """Delete the invitations that somebody made, and those that were made for their address up to a moment."""
        invitations = self._client.collection("invitations")
        conditions = [FieldFilter("createdBy", "==", uid)]
        if email_hash:
            conditions.append(FieldFilter("emailHash", "==", email_hash))
        for condition in conditions:
            made = invitations.where(filter=condition).select(["createdBy", "createdAt"]).stream()
            found = [one.reference for one in made if one.get("createdBy") == uid or one.get("createdAt") <= until]
            in_batches(self._client, found, lambda batch, reference: batch.delete(reference))

    def forget_names(self, trip_id: str, uid: str) -> None:
        """Take somebody's name out of a trip's audit log."""
        audit = self.trip_ref(trip_id).collection("audit")
        for whose, name in (("actor", "name"), ("data.uid", "member")):
            found = audit.where(filter=FieldFilter(whose, "==", uid)).stream()
            named = [one.reference for one in found if (one.to_dict() or {})["data"].get(name, FORMER) != FORMER]
            in_batches(self._client, [(one, {f"data.{name}": FORMER}) for one in named], _update)

    def purge(self, trip_id: str, most: int) -> int:
        """Delete documents of a trip, at most `most`, the trip's own last of all; returns how many.

        Fewer than `most` says that nothing is left. It may die anywhere and be called again.
        """
        invitations = self._client.collection("invitations").where(filter=FieldFilter("tripId", "==", trip_id))
        references = chain(
            (found.reference for found in invitations.select([]).stream()), _tree(self.trip_ref(trip_id))
        )
        bounded = islice(references, most)
        removed = 0
        while piece := list(islice(bounded, DELETES_A_COMMIT)):
            batch = self._client.batch()
            for reference in piece:
                batch.delete(reference)
            batch.commit()
            removed += len(piece)
        return removed

    def transact(self, work: Callable[["TripTransaction"], T]) -> T:
        """Run `work` in one Firestore transaction; it may run several times. Raises Aborted (TRIP_BUSY)."""

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            return work(TripTransaction(self, transaction))

        try:
            result: T = run(self._client.transaction(max_attempts=ATTEMPTS))
        except ValueError as error:
            # How the client library says that it has tried often enough.
            if isinstance(error.__cause__, GoogleAPICallError):
                raise Aborted(
                    "Many people are changing this trip; try again in a moment", reason="TRIP_BUSY", retry_after=1.0
                ) from error
            raise
        return result

    def read(self, references: list[DocumentReference], transaction: Transaction) -> dict[str, dict[str, Any]]:
        """The documents that exist, by path. One round trip."""
        found = self._client.get_all(references, transaction=transaction)
        return {snapshot.reference.path: snapshot.to_dict() or {} for snapshot in found if snapshot.exists}

    def stage_event(self, transaction: Transaction, event: Event) -> None:
        self._outbox.add(transaction, event)

    def trip_ref(self, trip_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id)

    def member_ref(self, trip_id: str, uid: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "members", uid)

    def move_ref(self, trip_id: str, move_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "moves", move_id)

    def audit_ref(self, event: Event) -> DocumentReference:
        return self._client.document("trips", event.trip_id, "audit", event.event_id)

    def leaving_ref(self, uid: str) -> DocumentReference:
        return leaving_ref(self._client, uid)

    def invitation_ref(self, key: str) -> DocumentReference:
        return self._client.document("invitations", key)

    def feed_ref(self, trip_id: str, uid: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "calendarFeeds", uid)

    def request_ref(self, trip_id: str, key: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "requests", key)

    def page_ref(self, name_hash: str) -> DocumentReference:
        return self._client.document("publicPages", name_hash)


class TripTransaction:
    """What a use case may read and write within one transaction."""

    def __init__(self, store: TripStore, transaction: Transaction) -> None:
        self._store = store
        self._transaction = transaction

    def trip(self, trip_id: str) -> Trip | None:
        return _trip(self._store.trip_ref(trip_id).get(transaction=self._transaction))

    def trip_and_member(self, trip_id: str, uid: str) -> tuple[Trip | None, Member | None, bool]:
        """A trip, what it tells of one of its members, and whether their account is being deleted. One round trip."""
        trip, member, leaving = (
            self._store.trip_ref(trip_id),
            self._store.member_ref(trip_id, uid),
            self._store.leaving_ref(uid),
        )
        found = self._store.read([trip, member, leaving], self._transaction)
        return (
            Trip.from_stored(found[trip.path]) if trip.path in found else None,
            Member.from_stored(found[member.path]) if member.path in found else None,
            leaving.path in found,
        )

    def members(self, trip_id: str) -> dict[str, Member]:
        """All members of a trip. One query."""
        found = self._store.trip_ref(trip_id).collection("members").stream(transaction=self._transaction)
        return {member.id: Member.from_stored(member.to_dict()) for member in found}

    def trip_and_leaving(self, trip_id: str, uid: str) -> tuple[Trip | None, bool]:
        """A trip, and whether somebody's account is being deleted. One round trip."""
        trip, leaving = self._store.trip_ref(trip_id), self._store.leaving_ref(uid)
        found = self._store.read([trip, leaving], self._transaction)
        return Trip.from_stored(found[trip.path]) if trip.path in found else None, leaving.path in found

    def leaving(self, uids: Sequence[str]) -> set[str]:
        """Those whose accounts are being deleted. One round trip."""
        marks = {self._store.leaving_ref(uid).path: uid for uid in uids}
        found = self._store.read([self._store.leaving_ref(uid) for uid in uids], self._transaction) if uids else {}
        return {marks[path] for path in found}

    def trip_and_invitation(self, trip_id: str, key: str) -> tuple[Trip | None, Invitation | None]:
        """A trip and an invitation to it. One round trip."""
        trip, invitation = self._store.trip_ref(trip_id), self._store.invitation_ref(key)
        found = self._store.read([trip, invitation], self._transaction)
        return (
            Trip.from_stored(found[trip.path]) if trip.path in found else None,
            Invitation.from_stored(found[invitation.path]) if invitation.path in found else None,
        )

    def trip_and_made(self, trip_id: str, key: str | None) -> tuple[Trip | None, Made | None]:
        """A trip, and what an earlier call of the same request made in it. One round trip."""
        if key is None:
            return self.trip(trip_id), None
        trip, made = self._store.trip_ref(trip_id), self._store.request_ref(trip_id, key)
        found = self._store.read([trip, made], self._transaction)
        return (
            Trip.from_stored(found[trip.path]) if trip.path in found else None,
            Made.from_stored(found[made.path]) if made.path in found else None,
        )

    def put_made(self, trip_id: str, key: str, made: Made) -> None:
        self._transaction.set(self._store.request_ref(trip_id, key), made.to_stored())

    def invitation(self, key: str) -> Invitation | None:
        snapshot = self._store.invitation_ref(key).get(transaction=self._transaction)
        return Invitation.from_stored(snapshot.to_dict()) if snapshot.exists else None

    def put_trip(self, trip_id: str, trip: Trip) -> None:
        self._transaction.set(self._store.trip_ref(trip_id), trip.to_stored())

    def put_member(self, trip_id: str, member: Member) -> None:
        self._transaction.set(self._store.member_ref(trip_id, member.uid), member.to_stored())

    def put_member_role(self, trip_id: str, uid: str, role: str) -> None:
        self._transaction.set(self._store.member_ref(trip_id, uid), {"role": role}, merge=True)

    def delete_member(self, trip_id: str, uid: str) -> None:
        """Delete what makes somebody a member, and their calendar feed, which does not come back if they do."""
        self._transaction.delete(self._store.member_ref(trip_id, uid))
        self.delete_feed(trip_id, uid)

    def put_invitation(self, key: str, invitation: Invitation) -> None:
        self._transaction.set(self._store.invitation_ref(key), invitation.to_stored())

    def delete_invitation(self, key: str) -> None:
        self._transaction.delete(self._store.invitation_ref(key))

    def put_move(self, trip_id: str, move: Move) -> None:
        self._transaction.create(self._store.move_ref(trip_id, f"{move.seq:010d}"), move.to_stored())

    def trip_feed_and_made(
        self, trip_id: str, uid: str, key: str | None
    ) -> tuple[Trip | None, CalendarFeed | None, Made | None]:
        """A trip, one member's calendar feed of it, what an earlier call of the same request made. One round trip."""
        trip, feed = self._store.trip_ref(trip_id), self._store.feed_ref(trip_id, uid)
        made = self._store.request_ref(trip_id, key) if key else None
        found = self._store.read([trip, feed, *([made] if made else [])], self._transaction)
        return (
            Trip.from_stored(found[trip.path]) if trip.path in found else None,
            CalendarFeed.from_stored(found[feed.path]) if feed.path in found else None,
            Made.from_stored(found[made.path]) if made and made.path in found else None,
        )

    def put_feed(self, trip_id: str, uid: str, feed: CalendarFeed) -> None:
        self._transaction.set(self._store.feed_ref(trip_id, uid), feed.to_stored())

    def delete_feed(self, trip_id: str, uid: str) -> None:
        self._transaction.delete(self._store.feed_ref(trip_id, uid))

    def put_page(self, name_hash: str, page: dict[str, Any]) -> None:
        self._transaction.set(self._store.page_ref(name_hash), page)

    def delete_page(self, name_hash: str) -> None:
        self._transaction.delete(self._store.page_ref(name_hash))

    def add_event(self, event: Event, *, audited: bool = False) -> None:
        """Tell others; what changes who may see the trip stays in its audit log as well, but for addresses."""
        self._store.stage_event(self._transaction, event)
        if audited:
            data = {key: value for key, value in event.data.items() if key not in OF_ADDRESSES}
            kept = event.model_copy(update={"data": data})
            self._transaction.create(self._store.audit_ref(event), kept.to_stored())


def _update(batch: WriteBatch, change: tuple[DocumentReference, dict[str, Any]]) -> None:
    batch.update(*change)


def _tree(document: DocumentReference) -> Iterator[DocumentReference]:
    """Every document under a document, also under missing ones, and itself last. A query for each collection in it."""
    for collection in document.collections():
        yield from (found.reference for found in collection.recursive().select([]).stream())
    yield document


def _trip(snapshot: firestore.DocumentSnapshot[Any]) -> Trip | None:
    return Trip.from_stored(snapshot.to_dict()) if snapshot.exists else None
