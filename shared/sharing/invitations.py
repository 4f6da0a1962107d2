"""Use cases of invitations: by e-mail address, claimed at sign-in; list and revoke. Links are made by trips.invite."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from shared.events.models import Event
from shared.runtime.caller import Caller, TripAccess
from shared.runtime.errors import NotFound, TravvyError
from shared.runtime.logs import log
from shared.sharing.addresses import address_hash, hint
from shared.sharing.requests import InviteEmailRequest
from shared.trips.changes import TripChanges
from shared.trips.guests import living
from shared.trips.models import Invitation
from shared.trips.resends import Made, check_same, resend_key
from shared.trips.rules import is_open, visible
from shared.trips.service import TripService
from shared.trips.store import TripStore, TripTransaction

MOST = 500
"""Invitations that are read at once."""
CLAIMED_AT_ONCE = 8


class Invitations:
    def __init__(self, store: TripStore, changes: TripChanges, trips: TripService) -> None:
        self._store = store
        self._changes = changes
        self._trips = trips

    def invite(self, request: InviteEmailRequest, access: TripAccess) -> tuple[str, Invitation]:
        """Invite whoever owns an address. Only the event has it, for the notifier that writes to them.

        A resend by `requestId` answers with the first one's invitation. Raises AlreadyExists (REQUEST_ID_REUSED),
        NotFound (GUEST_NOT_FOUND).
        """
        now = self._changes.now()
        hashed = address_hash(request.email)
        # A "/" is in no token, so nobody can present one that leads here.
        key = hashlib.sha256(f"{access.trip_id}/{hashed}".encode()).hexdigest()
        invitation = Invitation(
            trip_id=access.trip_id,
            role=request.role,
            created_by=access.caller.uid,
            created_at=now,
            expires_at=now + timedelta(hours=request.expires_in_hours),
            max_uses=1,
            email_hash=hashed,
            hint=hint(request.email),
            guest_id=request.guest_id,
        )

        resend = resend_key(access, "trips-invite-email", request.request_id)

        def work(transaction: TripTransaction) -> tuple[Invitation, Event | None]:
            found, made = transaction.trip_and_made(access.trip_id, resend)
            trip = visible(found, access)
            if made:
                check_same(made, request)
                if earlier := transaction.invitation(key):
                    return earlier, None
            if request.guest_id:
                living(trip, request.guest_id)
            event = self._changes.event(
                "trip.invited.v1",
                access.trip_id,
                access.caller,
                now,
                email=request.email,
                hint=invitation.hint,
                role=invitation.role,
                trip=trip.name,
                invitation=key,
            )
            if resend:
                transaction.put_made(access.trip_id, resend, Made.by(request, key, now))
            transaction.put_invitation(key, invitation)
            transaction.add_event(event, audited=True)
            return invitation, event

        return key, self._changes.commit(work)

    def claim(self, caller: Caller) -> list[str]:
        """Make somebody who signs in a member of every trip that their verified address is invited to.

        Returns the ids of the trips that this call made them a member of. Raises nothing of its own: what cannot be
        accepted now, such as a full trip, is tried again at the next sign-in. One query, and a transaction a trip,
        several side by side: anybody can invite anybody, and who is invited to many should not wait for each in turn.
        """
        if not caller.email or not caller.email_verified:
            return []
        try:
            hashed = address_hash(caller.email)
        except ValueError:
            return []
        now = self._changes.now()
        found = self._store.invitations_for(hashed, MOST)
        waiting = [(key, one.trip_id) for key, one in found if is_open(one, now)]
        with ThreadPoolExecutor(CLAIMED_AT_ONCE) as pool:
            tried = pool.map(lambda one: self._accept(one[0], one[1], caller), waiting)
            return [trip_id for trip_id in tried if trip_id]

    def _accept(self, key: str, trip_id: str, caller: Caller) -> str | None:
        try:
            return trip_id if self._trips.accept(key, caller)[2] else None
        except TravvyError as error:
            log.info("invitation not claimed", trip_id=trip_id, reason=error.reason)
            return None

    def open(self, access: TripAccess) -> list[tuple[str, Invitation]]:
        """The invitations by which somebody can still join, the newest first."""
        self._trips.get(access)
        now = self._changes.now()
        found = [entry for entry in self._store.invitations(access.trip_id, MOST) if is_open(entry[1], now)]
        return sorted(found, key=lambda entry: entry[1].created_at, reverse=True)

    def revoke(self, access: TripAccess, key: str) -> Invitation:
        """Make an invitation worthless; who joined by it stays. Raises NotFound (INVITATION_NOT_FOUND)."""
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[Invitation, Event | None]:
            trip, invitation = transaction.trip_and_invitation(access.trip_id, key)
            visible(trip, access)
            if invitation is None or invitation.trip_id != access.trip_id:
                raise NotFound(
                    "There is no such invitation to this trip",
                    reason="INVITATION_NOT_FOUND",
                    metadata={"field": "invitationId"},
                )
            if invitation.revoked_at:
                return invitation, None
            revoked = invitation.model_copy(update={"revoked_at": now})
            event = self._changes.event(
                "trip.invitation_revoked.v1", access.trip_id, access.caller, now, role=revoked.role, invitation=key
            )
            transaction.put_invitation(key, revoked)
            transaction.add_event(event, audited=True)
            return revoked, event

        return self._changes.commit(work)
