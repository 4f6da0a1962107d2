"""Administrators in Firestore: `admins/{uid}`, and `audit/{id}`, who made or unmade whom."""

from datetime import datetime

from google.cloud import firestore
from google.cloud.firestore import Client, Transaction

from shared.accounts.rules import check_stays


class AdminStore:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._admins = client.collection("admins")

    def set_admin(self, by: str, uid: str, now: datetime, audit_id: str, *, admin: bool) -> None:
        """Record an administrator, or that they are none; writes nothing if that is so. One transaction.

        Raises FailedPrecondition (LAST_ADMIN).
        """
        reference = self._admins.document(uid)

        @firestore.transactional
        def run(transaction: Transaction) -> None:
            recorded = {found.id for found in self._admins.select([]).stream(transaction=transaction)}
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
