"""The plan in Firestore: the snapshot `plan/current`, the log `plan/current/ops`, and old snapshots."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from google.api_core.exceptions import AlreadyExists, FailedPrecondition
from google.cloud.firestore import (
    Client,
    CollectionReference,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Query,
    WriteBatch,
)

from shared.cloud.documents import stored
from shared.documents import compact
from shared.plan.models import OpRecord, Snapshot
from shared.plan.schema import empty_plan
from shared.runtime.caller import Role
from shared.trips.access import live_roles, trip_ref

SNAPSHOT_EVERY = 100
"""Every so many versions a snapshot is kept for ever."""

Along = Callable[[WriteBatch, int], None]
"""Adds to a commit what is to be written with it or not at all, on conditions of its own; it is told the version that
the commit leads to. It may be asked several times, for one batch each."""


class OvertakenError(Exception):
    """What was to be written along with a commit is not as its conditions say, and nothing was written."""


@dataclass(frozen=True)
class Opening:
    """What the first round trip of a submit brings on a warm instance: who may do what, and what is new."""

    roles: Mapping[str, Role]
    ops: tuple[OpRecord, ...]


class PlanStore:
    """Reads and writes plans; each method is one round trip unless it says otherwise."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def open_cold(self, trip_id: str) -> tuple[Mapping[str, Role], Snapshot | None]:
        """The roles and the snapshot, for an instance that does not know the plan."""
        trip, plan = trip_ref(self._client, trip_id), self._plan(trip_id)
        found = {snapshot.reference.path: snapshot for snapshot in self._client.get_all([trip, plan])}
        return live_roles(found[trip.path]), _snapshot(found[plan.path])

    def open_warm(self, trip_id: str, after: int, known: Mapping[str, Role] | None = None) -> Opening:
        """The roles, if they are not known, and the operations after a version, side by side."""
        if known is not None:
            return Opening(roles=known, ops=tuple(self.ops_after(trip_id, after)))
        roles = _pool().submit(trip_ref(self._client, trip_id).get)
        ops = tuple(self.ops_after(trip_id, after))
        return Opening(roles=live_roles(roles.result()), ops=ops)

    def roles(self, trip_id: str) -> Mapping[str, Role]:
        return live_roles(trip_ref(self._client, trip_id).get())

    def open_history(self, trip_id: str, before: int | None, limit: int) -> tuple[Mapping[str, Role], list[OpRecord]]:
        """The roles and, side by side, the newest operations before a version (None: of all), newest first."""
        query = self._ops(trip_id).order_by("version", direction=Query.DESCENDING)
        return self._beside_roles(trip_id, (query.start_after([before]) if before is not None else query).limit(limit))

    def sent_before(self, trip_id: str, uid: str, src: str, seq: int) -> Future[list[OpRecord]]:
        """What an earlier call of the same person, `src` and `seq` has committed, if any; side by side with others."""
        sent = self._own(trip_id, uid).where(filter=FieldFilter("src", "==", src))
        return _pool().submit(_records, sent.where(filter=FieldFilter("seq", "==", seq)).limit(1))

    def own_until(self, trip_id: str, uid: str, version: int, limit: int) -> list[OpRecord]:
        """Somebody's operations up to a version, newest first."""
        newest_first = self._own(trip_id, uid).order_by("version", direction=Query.DESCENDING)
        return _records(newest_first.start_at([version]).limit(limit))

    def _own(self, trip_id: str, uid: str) -> Query:
        return self._ops(trip_id).where(filter=FieldFilter("uid", "==", uid))

    def _beside_roles(self, trip_id: str, query: Query) -> tuple[Mapping[str, Role], list[OpRecord]]:
        roles = _pool().submit(trip_ref(self._client, trip_id).get)
        records = _records(query)
        return live_roles(roles.result()), records

    def ops_after(self, trip_id: str, version: int, limit: int | None = None) -> Iterator[OpRecord]:
        """The operations after a version, oldest first."""
        query = self._ops(trip_id).order_by("version").start_after([version])
        for found in (query.limit(limit) if limit else query).stream():
            yield OpRecord.from_stored(found.to_dict())

    def commit(
        self, trip_id: str, records: Sequence[OpRecord], snapshot: Snapshot | None, along: Along | None = None
    ) -> bool:
        """Create the documents of the next versions; False if somebody else has taken one of them.

        The snapshot of the last one may go along: whoever commits the version after it has seen this commit, so
        snapshots never go backwards. Raises OvertakenError if what goes `along` may not.
        """
        batch = self._client.batch()
        for record in records:
            batch.create(self._op(trip_id, record.version), record.to_stored())
        if snapshot:
            batch.set(self._plan(trip_id), snapshot.to_stored())
            first = records[0].version - 1
            if snapshot.version // SNAPSHOT_EVERY > first // SNAPSHOT_EVERY:
                batch.set(self._kept(trip_id, snapshot.version), snapshot.to_stored())
        if along:
            along(batch, records[-1].version)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        except FailedPrecondition as error:
            raise OvertakenError from error
        return True

    def flush(self, trip_id: str, snapshot: Snapshot, seen: Snapshot) -> bool:
        """Bring `plan/current` from the snapshot `seen` to a later one; False if somebody else just did (2 trips)."""
        found = self._plan(trip_id).get()
        if not found.exists or found.get("version") != seen.version:
            return False
        batch = self._client.batch()
        option = self._client.write_option(last_update_time=found.update_time)
        batch.update(self._plan(trip_id), snapshot.to_stored(), option=option)
        try:
            batch.commit()
        except FailedPrecondition:
            return False
        return True

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """Somebody's own operations, for their archive."""
        return stored(self._own(trip_id, uid))

    def expired(self, now: datetime, limit: int) -> dict[str, list[int]]:
        """Versions of operations that need not be kept any longer, by trip id; at most `limit` in all."""
        query = self._client.collection_group("ops").where(filter=FieldFilter("expiresAt", "<", now))
        found: dict[str, list[int]] = {}
        for op in query.order_by("expiresAt").limit(limit).stream():
            found.setdefault(op.reference.path.split("/")[1], []).append(op.get("version"))
        return found

    def forget(self, trip_id: str, versions: Sequence[int]) -> None:
        """Delete operations."""
        batch = self._client.batch()
        for version in versions:
            batch.delete(self._op(trip_id, version))
        batch.commit()

    def kept_snapshot(self, trip_id: str, version: int) -> Snapshot | None:
        """The newest kept snapshot at or before a version."""
        query = (
            self._plan(trip_id)
            .collection("snapshots")
            .order_by("version", direction=Query.DESCENDING)
            .start_at([version])
            .limit(1)
        )
        return next((Snapshot.from_stored(found.to_dict()) for found in query.stream()), None)

    def current(self, trip_id: str) -> Snapshot | None:
        """The snapshot that clients read."""
        return _snapshot(self._plan(trip_id).get())

    def _plan(self, trip_id: str) -> DocumentReference:
        return _plan_ref(self._client, trip_id)

    def _ops(self, trip_id: str) -> CollectionReference:
        return self._client.collection("trips", trip_id, "plan", "current", "ops")

    def _op(self, trip_id: str, version: int) -> DocumentReference:
        return self._ops(trip_id).document(f"{version:010d}")

    def _kept(self, trip_id: str, version: int) -> DocumentReference:
        return _kept_ref(self._client, trip_id, version)


def stage_empty_plan(batch: WriteBatch, client: Client, trip_id: str, now: datetime) -> None:
    """Add the creation of a trip's plan, at version 0, to a batch."""
    empty = Snapshot(version=0, text=compact(empty_plan()), updated_at=now)
    batch.create(_plan_ref(client, trip_id), empty.to_stored())
    batch.create(_kept_ref(client, trip_id, 0), empty.to_stored())


def _records(query: Query) -> list[OpRecord]:
    return [OpRecord.from_stored(found.to_dict()) for found in query.stream()]


def _snapshot(found: DocumentSnapshot[Any]) -> Snapshot | None:
    return Snapshot.from_stored(found.to_dict()) if found.exists else None


def _plan_ref(client: Client, trip_id: str) -> DocumentReference:
    return client.document("trips", trip_id, "plan", "current")


def _kept_ref(client: Client, trip_id: str, version: int) -> DocumentReference:
    return client.document("trips", trip_id, "plan", "current", "snapshots", f"{version:010d}")


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=32, thread_name_prefix="firestore")
