"""Use cases of trips: create, get, list, invite, join."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.places.provider import PlaceProvider
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.errors import AlreadyExists, NotFound
from shared.runtime.ids import Ids
from shared.trips.changes import TripChanges
from shared.trips.dates import Span
from shared.trips.guests import claimed, living, may_take
from shared.trips.listing import Cursor
from shared.trips.models import Invitation, Leg, Money, Trip
from shared.trips.requests import (
    CreateTripRequest,
    DestinationInput,
    DuplicateTripRequest,
    InviteRequest,
    ListTripsRequest,
)
from shared.trips.resends import Made, check_same, resend_key
from shared.trips.rules import (
    admit,
    check_dates,
    check_legs,
    is_open,
    member,
    owner_roles,
    require_known,
    require_live,
    require_open,
    require_staying,
    require_welcome,
    visible,
)
from shared.trips.store import TripStore, TripTransaction


class TripService:
    def __init__(self, store: TripStore, changes: TripChanges, outbox: Outbox, ids: Ids, places: PlaceProvider) -> None:
        self._store = store
        self._changes = changes
        self._outbox = outbox
        self._ids = ids
        self._places = places

    def create(self, request: CreateTripRequest, caller: Caller) -> tuple[str, Trip]:
        """A new trip that the caller owns; a resend by `requestId` answers with the first one.

        Raises InvalidArgument, and AlreadyExists if the `requestId` was used for a different trip.
        """
        now = self._changes.now()
        trip_id = replayable_id(caller.uid, request.request_id) if request.request_id else self._ids.new()
        trip = Trip(
            name=request.name,
            destinations=self.legs(request.destinations),
            start_date=request.start_date.isoformat() if request.start_date else None,
            end_date=request.end_date.isoformat() if request.end_date else None,
            currency=request.currency,
            budget=Money(**request.budget.model_dump()) if request.budget else None,
            roles={caller.uid: Role.OWNER},
            members=(caller.uid,),
            created_by=caller.uid,
            request_fingerprint=fingerprint(request),
            created_at=now,
            updated_at=now,
        )
        check_dates(trip.first_day, trip.last_day)
        check_legs(trip.legs, Span.of(trip))
        return trip_id, self.found(trip_id, trip, caller)[0]

    def found(self, trip_id: str, trip: Trip, caller: Caller) -> tuple[Trip, bool]:
        """Store a new trip under an id, or find the one that an earlier call of the same request made.

        Returns the trip, and whether this call made it. Raises NotFound, AlreadyExists and FailedPrecondition
        (ACCOUNT_BEING_DELETED).
        """
        owner = member(caller, Role.OWNER, trip.created_at)
        event = self._changes.event("trip.created.v1", trip_id, caller, trip.created_at)
        if self._store.create(trip_id, trip, owner, event):
            self._outbox.publish(event)
            return trip, True
        earlier = self._store.get(trip_id)
        require_staying(earlier is None and self._store.is_leaving(caller.uid))
        if earlier is None or caller.uid not in earlier.live_roles:
            raise NotFound("The trip made by this requestId is gone", reason="TRIP_NOT_FOUND")
        if earlier.request_fingerprint != trip.request_fingerprint:
            raise AlreadyExists(
                "This requestId was used for a different trip; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId", "tripId": trip_id},
            )
        return earlier, False

    def legs(self, destinations: Iterable[DestinationInput]) -> tuple[Leg, ...]:
        """Destinations as a trip keeps them, with what the catalogue knows of each."""
        return tuple(self._leg(told) for told in destinations)

    def _leg(self, told: DestinationInput) -> Leg:
        known = self._places.destination(told.name)
        return Leg(
            name=told.name,
            destination_id=known.id if known else None,
            time_zone=told.time_zone or (known.time_zone if known else None),
            start_date=told.start_date,
            end_date=told.end_date,
        )

    def get(self, access: TripAccess) -> Trip:
        """The trip, for its members."""
        return visible(self._store.get(access.trip_id), access)

    def find(self, trip_id: str) -> Trip | None:
        """A trip for whoever checks for themselves who may see it; None if there is none."""
        return self._store.get(trip_id)

    def forget_invitations(self, uid: str, email_hash: str | None, until: datetime) -> None:
        """Make the invitations that somebody made worthless, and forget those for their address up to a moment.

        Whoever is invited after that signs up anew: the address may be the same, the person's account is not.
        """
        self._store.forget_invitations(uid, email_hash, until)

    def page(self, request: ListTripsRequest, caller: Caller) -> tuple[list[tuple[str, Trip]], str]:
        """A page of the caller's trips, and the token of the next one, empty at the end. One query.

        A deleted trip whose time is over, though it is not purged yet, is left out. Raises InvalidArgument
        (PAGE_TOKEN_INVALID).
        """
        now = self._changes.now()
        cursor = Cursor.of(request, caller.uid, now)
        found = list(self._store.page(cursor, request.size + 1))
        shown = found[: request.size]
        kept = [one for one in shown if owner_roles(one[1], now)]
        return kept, cursor.token(*shown[-1]) if len(found) > request.size else ""

    def invite(self, request: InviteRequest, access: TripAccess) -> tuple[str, Invitation]:
        """A token for an invitation link, and the invitation as stored (by the token's hash only).

        A resend by `requestId` finds the first one's invitation and gives it another token in place of the one that
        got lost, which cannot be shown again. Raises AlreadyExists (REQUEST_ID_REUSED), NotFound (GUEST_NOT_FOUND).
        """
        now = self._changes.now()
        token = secrets.token_urlsafe(24)
        key = token_hash(token)
        resend = resend_key(access, "trips-invite", request.request_id)
        invitation = Invitation(
            trip_id=access.trip_id,
            role=request.role,
            created_by=access.caller.uid,
            created_at=now,
            expires_at=now + timedelta(hours=request.expires_in_hours),
            max_uses=request.uses,
            guest_id=request.guest_id,
        )

        def work(transaction: TripTransaction) -> tuple[Invitation, Event | None]:
            found, made = transaction.trip_and_made(access.trip_id, resend)
            trip = visible(found, access)
            if made:
                check_same(made, request)
            earlier = transaction.invitation(made.made) if made else None
            if resend:
                transaction.put_made(access.trip_id, resend, Made.by(request, key, now))
            if made and earlier:
                transaction.delete_invitation(made.made)
                transaction.put_invitation(key, earlier)
                return earlier, None
            if request.guest_id:
                living(trip, request.guest_id)
            event = self._changes.event(
                "trip.link_made.v1", access.trip_id, access.caller, now, role=request.role, uses=request.uses
            )
            transaction.put_invitation(key, invitation)
            transaction.add_event(event, audited=True)
            return invitation, event

        return token, self._changes.commit(work)

    def join(self, token: str, caller: Caller) -> tuple[str, Trip, bool]:
        """Make the caller a member by an invitation link; whoever is one already stays as they are.

        Returns the trip's id, the trip, and whether this call made them a member. Raises NotFound, FailedPrecondition
        (expired, used up) or ResourceExhausted (trip full).
        """
        return self.accept(token_hash(token), caller)

    def accept(self, key: str, caller: Caller) -> tuple[str, Trip, bool]:
        """The same by the document id of an invitation, for whoever has proven that it is theirs.

        Who joins takes the place of the guest that the invitation names, unless somebody else has it by now; a member
        who comes by such a link takes it too. Raises FailedPrecondition (ACCOUNT_BEING_DELETED) as well.
        """
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[tuple[str, Trip, bool], Event | None]:
            invitation = require_known(transaction.invitation(key))
            trip_id, guest_id = invitation.trip_id, invitation.guest_id
            known, leaving = transaction.trip_and_leaving(trip_id, caller.uid)
            trip = require_live(known)
            takes_place = may_take(trip, guest_id)
            joins = caller.uid not in trip.roles
            if not joins and not (takes_place and is_open(invitation, now)):
                return (trip_id, trip, False), None
            require_open(invitation, now)
            require_staying(leaving)
            if joins:
                require_welcome(trip, caller.uid, invitation)
            grown = trip
            if joins:
                grown, admitted = admit(trip, caller, Role(invitation.role), now)
                transaction.put_member(trip_id, admitted)
            if guest_id and takes_place:
                grown = claimed(grown, guest_id, caller.uid, now)
            event = self._changes.event(
                "trip.member_joined.v1" if joins else "trip.guest_claimed.v1",
                trip_id,
                caller,
                now,
                role=grown.roles[caller.uid],
                invitation=key,
                guestId=guest_id if takes_place else None,
            )
            transaction.put_trip(trip_id, grown)
            transaction.put_invitation(key, invitation.model_copy(update={"uses": invitation.uses + 1}))
            transaction.add_event(event, audited=True)
            return (trip_id, grown, joins), event

        return self._changes.commit(work)


def token_hash(token: str) -> str:
    """What is stored of a token: it has 192 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def fingerprint(request: CreateTripRequest | DuplicateTripRequest) -> str:
    """Tells whether a resend asks for the same."""
    return hashlib.sha256(request.model_dump_json().encode()).hexdigest()


def replayable_id(uid: str, request_id: str) -> str:
    """The id of the trip that a person's request makes, however often it is sent."""
    return hashlib.sha256(f"{uid}/{request_id}".encode()).hexdigest()[:20]
