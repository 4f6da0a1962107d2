"""Use cases of belonging: leave, remove, another role, hand over. A trip has exactly one owner, always."""

from collections.abc import Callable
from datetime import datetime

from shared.events.models import Event
from shared.runtime.caller import Role, TripAccess
from shared.sharing.requests import MembershipResponse
from shared.trips import rules
from shared.trips.changes import TripChanges
from shared.trips.models import Trip
from shared.trips.store import TripTransaction

Write = Callable[[TripTransaction], None]


class Members:
    """Changes the trip, the member's document, the event and the audit log in one transaction."""

    def __init__(self, changes: TripChanges) -> None:
        self._changes = changes

    def leave(self, access: TripAccess) -> MembershipResponse:
        """Leave a trip. Raises FailedPrecondition (LAST_OWNER) for its owner."""
        uid = access.caller.uid

        def write(transaction: TripTransaction) -> None:
            transaction.delete_member(access.trip_id, uid)

        return self._change(access, uid, "trip.member_left.v1", lambda trip, now: rules.left(trip, uid, now), write)

    def remove(self, access: TripAccess, uid: str) -> MembershipResponse:
        """Remove a member; their listeners end, and earlier invitations do not let them in again.

        Raises NotFound (MEMBER_NOT_FOUND), FailedPrecondition (LAST_OWNER).
        """

        def write(transaction: TripTransaction) -> None:
            transaction.delete_member(access.trip_id, uid)

        return self._change(
            access, uid, "trip.member_removed.v1", lambda trip, now: rules.removed(trip, uid, now), write
        )

    def set_role(self, access: TripAccess, uid: str, role: Role) -> MembershipResponse:
        """Give a member another role. Raises as `remove`."""

        def decide(trip: Trip, now: datetime) -> Trip:
            return rules.with_role(trip, uid, role, now)

        def write(transaction: TripTransaction) -> None:
            transaction.put_member_role(access.trip_id, uid, role)

        return self._change(access, uid, "trip.member_role_changed.v1", decide, write)

    def hand_over(self, access: TripAccess, uid: str) -> MembershipResponse:
        """Make another member the owner; the caller stays as an editor.

        Raises NotFound, AlreadyExists, FailedPrecondition (ACCOUNT_BEING_DELETED: the heir's).
        """
        owner = access.caller.uid

        def decide(trip: Trip, now: datetime) -> Trip:
            return rules.handed_over(trip, owner, uid, now)

        def write(transaction: TripTransaction) -> None:
            transaction.put_member_role(access.trip_id, owner, Role.EDITOR)
            transaction.put_member_role(access.trip_id, uid, Role.OWNER)

        return self._change(access, uid, "trip.handed_over.v1", decide, write, staying=True)

    def _change(
        self,
        access: TripAccess,
        uid: str,
        kind: str,
        decide: Callable[[Trip, datetime], Trip],
        write: Write,
        *,
        staying: bool = False,
    ) -> MembershipResponse:
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[MembershipResponse, Event | None]:
            trip, member, leaving = transaction.trip_and_member(access.trip_id, uid)
            before = rules.visible(trip, access)
            after = decide(before, now)
            rules.require_staying(staying and leaving)
            role = after.roles.get(uid)
            changed = MembershipResponse(trip_id=access.trip_id, uid=uid, role=role)
            if after.roles == before.roles:
                return changed, None
            event = self._changes.event(
                kind,
                access.trip_id,
                access.caller,
                now,
                uid=uid,
                member=member.name if member else "Traveller",
                before=before.roles[uid],
                role=role,
            )
            transaction.put_trip(access.trip_id, after)
            write(transaction)
            transaction.add_event(event, audited=True)
            return changed, event

        return self._changes.commit(work)
