"""Administrators, archives and the ends of accounts in Firestore."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from google.api_core.exceptions import AlreadyExists, NotFound
from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, FieldFilter, Transaction

from shared.accounts.access import leaving_ref
from shared.accounts.models import Deletion, Export
from shared.accounts.rules import check_is_admin, check_stays
from shared.cloud.documents import in_batches
from shared.runtime.errors import DataLoss


class AdminStore:
    """`admins/{uid}`, and `audit/{id}`, who made or unmade whom."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._admins = client.collection("admins")

    def set_admin(self, by: str, uid: str, now: datetime, audit_id: str, *, admin: bool) -> None:
        """Record an administrator, or that they are none; writes nothing if that is so. One transaction.

        Raises FailedPrecondition (LAST_ADMIN), PermissionDenied (ADMIN_ONLY).
        """
        reference = self._admins.document(uid)

        @firestore.transactional
        def run(transaction: Transaction) -> None:
            recorded = {found.id for found in self._admins.select([]).stream(transaction=transaction)}
            check_is_admin(by, uid, recorded)
            if not admin:
                check_stays(recorded - {uid})
            if admin == (uid in recorded):
                return
            if admin:
                transaction.create(reference, {"by": by, "at": now})
            else:
                transaction.delete(reference)
            kind = "admin.granted.v1" if admin else "admin.revoked.v1"
            entry = {"type": kind, "actor": by, "uid": uid, "at": now}
            transaction.create(self._client.document("audit", audit_id), entry)

        run(self._client.transaction(max_attempts=12))

    def recorded(self) -> set[str]:
        """The uids of all administrators. One query."""
        return {found.id for found in self._admins.select([]).stream()}

    def others(self, uid: str) -> set[str]:
        """The uids of all administrators but one."""
        return self.recorded() - {uid}

    def forget(self, uid: str) -> None:
        """Delete the record of an administrator; nothing happens if they are none."""
        self._admins.document(uid).delete()


class DeletionStore:
    """`deletions/{uid}`: accounts on their way out, and the last traces of a person."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def begin(self, uid: str, deletion: Deletion) -> Deletion:
        """Mark an account as on its way out; an earlier mark stays, and is returned."""
        try:
            leaving_ref(self._client, uid).create(deletion.to_stored())
        except AlreadyExists:
            return self.get(uid) or deletion
        return deletion

    def get(self, uid: str) -> Deletion | None:
        found = leaving_ref(self._client, uid).get()
        return Deletion.from_stored(found.to_dict()) if found.exists else None

    def due(self, now: datetime, limit: int) -> list[tuple[str, Deletion]]:
        """The accounts that are to be looked after once more, those due first. One query."""
        query = self._client.collection("deletions").where(filter=FieldFilter("dueAt", "<=", now))
        found = query.order_by("dueAt").limit(limit).stream()
        return [(one.id, Deletion.from_stored(one.to_dict())) for one in found]

    def postpone(self, uid: str, until: datetime) -> None:
        """Have an account looked after later, unless that is done already."""
        with suppress(NotFound):
            leaving_ref(self._client, uid).update({"dueAt": until})

    def forget_person(self, uid: str, *, but_jobs: bool) -> None:
        """Delete the profile and everything under it, the jobs only at the very end: one of them is at work."""
        person = self._client.document("users", uid)
        for collection in person.collections():
            if not (but_jobs and collection.id == "jobs"):
                found = (one.reference for one in collection.recursive().select([]).stream())
                in_batches(self._client, found, lambda batch, reference: batch.delete(reference))
        person.delete()

    def end(self, uid: str) -> None:
        """Delete the mark."""
        leaving_ref(self._client, uid).delete()


class ExportStore:
    """`users/{uid}/exports/{id}` and its `chunks/{sha256}`: archives, in pieces that fit into documents."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def put_chunk(self, uid: str, export_id: str, chunk_id: str, piece: bytes) -> None:
        self._chunk(uid, export_id, chunk_id).set({"data": piece})

    def put(self, uid: str, export_id: str, export: Export) -> None:
        self._export(uid, export_id).set(export.to_stored())

    def get(self, uid: str, export_id: str) -> Export | None:
        found = self._export(uid, export_id).get()
        return Export.from_stored(found.to_dict()) if found.exists else None

    def chunks(self, uid: str, export_id: str, chunk_ids: Sequence[str]) -> Iterator[bytes]:
        """The pieces of an archive, one at a time. A round trip each. Raises DataLoss if one is gone."""
        for chunk_id in chunk_ids:
            found = self._chunk(uid, export_id, chunk_id).get()
            if not found.exists:
                raise DataLoss(f"piece {chunk_id} of export {export_id} is gone", reason="EXPORT_INCOMPLETE")
            yield found.get("data")

    def expired(self, now: datetime, limit: int) -> list[DocumentReference]:
        """Archives that are past their time, the oldest first. One query."""
        query = self._client.collection_group("exports").where(filter=FieldFilter("expiresAt", "<=", now))
        return [found.reference for found in query.order_by("expiresAt").select([]).limit(limit).stream()]

    def delete(self, export: DocumentReference) -> None:
        """Delete an archive, its pieces first."""
        pieces = [found.reference for found in export.collection("chunks").select([]).stream()]
        in_batches(self._client, [*pieces, export], lambda batch, reference: batch.delete(reference))

    def _export(self, uid: str, export_id: str) -> DocumentReference:
        return self._client.document("users", uid, "exports", export_id)

    def _chunk(self, uid: str, export_id: str, chunk_id: str) -> DocumentReference:
        return self._client.document("users", uid, "exports", export_id, "chunks", chunk_id)
