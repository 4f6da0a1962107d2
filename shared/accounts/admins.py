"""Use cases of administrators: who is one. There is always one, once there was a first."""

from shared.accounts.identities import Identities
from shared.accounts.rules import check_stays
from shared.accounts.store import AdminStore
from shared.runtime.clock import Clock
from shared.runtime.errors import FailedPrecondition
from shared.runtime.ids import Ids


class AdminService:
    """The record `admins/{uid}`, with its audit log, leads; the claim in the account follows it."""

    def __init__(self, store: AdminStore, identities: Identities, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._identities = identities
        self._clock = clock
        self._ids = ids

    def set_admin(self, by: str, uid: str, *, admin: bool) -> None:
        """Make somebody an administrator or take that from them. Again is as good as once, and finishes what died.

        Whoever is none any more is signed out everywhere, because their token would say otherwise for an hour. Raises
        NotFound (USER_NOT_FOUND), FailedPrecondition (LAST_ADMIN), PermissionDenied (ADMIN_ONLY).
        """
        # Only an account becomes an administrator; whose account is gone leaves the record all the same.
        known = self._identities.claims(uid) if admin else None
        self._store.set_admin(by, uid, self._clock.now(), self._ids.new(), admin=admin)
        self._identities.set_admin(uid, self._identities.claims(uid) if known is None else known, admin=admin)
        if not admin:
            self._identities.sign_out(uid)

    def appoint_first(self, email: str) -> str:
        """Make the owner of an address the first administrator; returns their uid.

        Raises FailedPrecondition (ADMIN_EXISTS), NotFound (USER_NOT_FOUND).
        """
        uid = self._identities.uid_of(email)
        if others := self._store.others(uid):
            raise FailedPrecondition(
                "There is an administrator already; ask them", reason="ADMIN_EXISTS", metadata={"admins": len(others)}
            )
        self.set_admin(uid, uid, admin=True)
        return uid

    def check_may_go(self, uid: str) -> None:
        """Raises FailedPrecondition (LAST_ADMIN) for the only administrator."""
        recorded = self._store.recorded()
        if uid in recorded:
            check_stays(recorded - {uid})

    def forget(self, uid: str) -> None:
        """Take an account that is being deleted out of the record."""
        self._store.forget(uid)
