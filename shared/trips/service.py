"""Use cases of trips: create, get, invite, join."""

import hashlib
import secrets
from datetime import timedelta

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists, NotFound
from shared.runtime.ids import Ids
from shared.trips.models import Invitation, Member, Money, Trip
from shared.trips.requests import CreateTripRequest, InviteRequest
from shared.trips.rules import admit, require_known, require_live, require_open
from shared.trips.store import TripStore, TripTransaction


class TripService:
    def __init__(self, store: TripStore, outbox: Outbox, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    def create(self, request: CreateTripRequest, caller: Caller) -> tuple[str, Trip]:
        """A new trip that the caller owns; a resend by `requestId` answers with the first one.

        Raises AlreadyExists if the `requestId` was used for a different trip.
        """
        now = self._clock.now()
        trip_id = _replayable_id(caller.uid, request.request_id) if request.request_id else self._ids.new()
        trip = Trip(
            name=request.name,
            destinations=tuple(request.destinations),
            start_date=request.start_date.isoformat() if request.start_date else None,
            end_date=request.end_date.isoformat() if request.end_date else None,
            currency=request.currency,
            budget=Money(**request.budget.model_dump()) if request.budget else None,
            roles={caller.uid: Role.OWNER},
            members=(caller.uid,),
            created_by=caller.uid,
            request_fingerprint=hashlib.sha256(request.model_dump_json().encode()).hexdigest(),
            created_at=now,
            updated_at=now,
        )
        owner = Member(
            uid=caller.uid,
            name=caller.name or "Traveller",
            photo_url=caller.picture,
            role=Role.OWNER,
            joined_at=now,
        )
        event = Event(
            event_id=self._ids.new(),
            type="trip.created.v1",
            trip_id=trip_id,
            actor=caller.uid,
            at=now,
            data={"name": owner.name},
        )
        if self._store.create(trip_id, trip, owner, event):
            self._outbox.publish(event)
            return trip_id, trip
        return trip_id, self._earlier(trip_id, trip, caller)

    def _earlier(self, trip_id: str, wanted: Trip, caller: Caller) -> Trip:
        earlier = self._store.get(trip_id)
        if earlier is None or caller.uid not in earlier.live_roles:
            raise NotFound("The trip made by this requestId is gone", reason="TRIP_NOT_FOUND")
        if earlier.request_fingerprint != wanted.request_fingerprint:
            raise AlreadyExists(
                "This requestId was used for a different trip; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId", "tripId": trip_id},
            )
        return earlier

    def get(self, access: TripAccess) -> Trip:
        """The trip, for its members."""
        return _visible(self._store.get(access.trip_id), access)

    def invite(self, request: InviteRequest, access: TripAccess) -> tuple[str, Invitation]:
        """A token for an invitation link, and the invitation as stored (by the token's hash only)."""
        _visible(self._store.get(access.trip_id), access)
        now = self._clock.now()
        token = secrets.token_urlsafe(24)
        invitation = Invitation(
            trip_id=access.trip_id,
            role=request.role,
            created_by=access.caller.uid,
            created_at=now,
            expires_at=now + timedelta(hours=request.expires_in_hours),
            max_uses=request.max_uses,
        )
        self._store.create_invitation(token_hash(token), invitation)
        return token, invitation

    def join(self, token: str, caller: Caller) -> tuple[str, Trip, bool]:
        """Make the caller a member by an invitation; whoever is one already stays as they are.

        Returns the trip's id, the trip, and whether this call made them a member. Raises NotFound, FailedPrecondition
        (expired, used up) or ResourceExhausted (trip full).
        """
        now = self._clock.now()
        event_id = self._ids.new()
        key = token_hash(token)

        def work(transaction: TripTransaction) -> tuple[str, Trip, Event | None]:
            invitation = require_known(transaction.invitation(key))
            trip = require_live(transaction.trip(invitation.trip_id))
            if caller.uid in trip.roles:
                return invitation.trip_id, trip, None
            require_open(invitation, now)
            grown, member = admit(trip, caller, Role(invitation.role), now)
            event = Event(
                event_id=event_id,
                type="trip.member_joined.v1",
                trip_id=invitation.trip_id,
                actor=caller.uid,
                at=now,
                data={"name": member.name, "role": member.role},
            )
            transaction.put_trip(invitation.trip_id, grown)
            transaction.put_member(invitation.trip_id, member)
            transaction.put_invitation(key, invitation.model_copy(update={"uses": invitation.uses + 1}))
            transaction.add_event(event)
            return invitation.trip_id, grown, event

        trip_id, trip, event = self._store.transact(work)
        if event:
            self._outbox.publish(event)
        return trip_id, trip, event is not None


def token_hash(token: str) -> str:
    """The document id of an invitation: the token has 192 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _replayable_id(uid: str, request_id: str) -> str:
    return hashlib.sha256(f"{uid}/{request_id}".encode()).hexdigest()[:20]


def _visible(trip: Trip | None, access: TripAccess) -> Trip:
    access.check(trip.live_roles if trip else {})
    if trip is None:
        raise NotFound("There is no such trip", reason="TRIP_NOT_FOUND")
    return trip
