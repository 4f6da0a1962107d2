"""Use cases of a trip's settings: update, and have the plan follow new dates.

The transaction that changes the dates also stores what the plan needs: operations against a version of it, with a fixed
(`src`, `seq`). They are submitted after the commit and then struck off. Whoever dies in between leaves them to the next
update of the trip, which makes them first, or to the sweep; submitted twice they count once.
"""

import json
from datetime import timedelta
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from shared.documents import compact
from shared.events.models import Event
from shared.plan.diff import difference
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.plan.state import PlanState
from shared.runtime.caller import TripAccess
from shared.runtime.errors import TravvyError
from shared.runtime.logs import log
from shared.trips.changes import TripChanges
from shared.trips.dates import Span, moved_plan, pieces
from shared.trips.models import Money, Move, Trip
from shared.trips.requests import UpdateTripRequest
from shared.trips.rules import owner_access, require_version, updated, visible
from shared.trips.service import TripService
from shared.trips.store import TripStore, TripTransaction

SWEEP_AFTER = timedelta(seconds=20)
"""Until then a move may still be on its way with the call that wrote it."""
SWEEP_PAGE = 100
AGAIN_AFTER = timedelta(minutes=10)
"""When the sweep comes back to a plan that could not follow: until then it is in nobody's way."""
DELETED_TRIP_AFTER = timedelta(days=1)
"""A deleted trip may come back; its plan waits for it."""

_CALLED = {"start_date": "the dates", "end_date": "the dates", "budget": "the budget", "currency": "the currency"}


class TripSettings:
    def __init__(self, store: TripStore, changes: TripChanges, trips: TripService, plans: PlanService) -> None:
        self._store = store
        self._changes = changes
        self._trips = trips
        self._plans = plans

    def update(self, request: UpdateTripRequest, access: TripAccess) -> Trip:
        """Change the fields that were sent, if the caller has seen the present version.

        Raises Aborted (TRIP_CHANGED, naming the present version), InvalidArgument, NotFound and PermissionDenied.
        """
        plan = self._plan_before(request, access) if request.sent & {"start_date", "end_date"} else None
        fields = self._fields(request)
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[tuple[Trip, Move | None], Event]:
            before = visible(transaction.trip(access.trip_id), access)
            after = updated(before, request.version, fields, now)
            move = _move(plan, before, after, access.caller.uid) if plan else None
            words = sorted({_CALLED.get(name, f"the {name}") for name in request.sent})
            event = self._changes.event(
                "trip.updated.v1", access.trip_id, access.caller, now, what=" and ".join(words), trip=after.name
            )
            transaction.put_trip(access.trip_id, after)
            if move:
                transaction.put_move(access.trip_id, move)
            transaction.add_event(event)
            return (after, move), event

        trip, move = self._changes.commit(work)
        if move:
            self._settle_or_leave(access)
        return trip

    def settle(self, access: TripAccess) -> None:
        """Submit what the plan still needs, oldest first. Raises what plan.submit raises and is worth another try."""
        for move_id, move in self._store.moves(access.trip_id):
            submission = Submission(
                base=move.base, src=f"trip:{access.trip_id}", seq=move.seq, ops=json.loads(move.ops), uid=move.by
            )
            try:
                self._plans.submit(access, submission)
            except TravvyError as error:
                if error.retryable or error.code in ("NOT_FOUND", "PERMISSION_DENIED"):
                    raise
                # Nobody can make it fit; the trip keeps its dates, and the days can be moved by hand.
                log.error("plan cannot follow the trip's dates", trip_id=access.trip_id, reason=error.reason)
            self._store.delete_move(access.trip_id, move_id)

    def sweep(self) -> int:
        """Settle the trips whose update died half-way; returns how many."""
        settled = 0
        for trip_id in self._store.due_moves(self._changes.now(), SWEEP_PAGE):
            trip = self._store.get(trip_id)
            if trip is None or trip.deleted_at:
                self._postpone(trip_id, DELETED_TRIP_AFTER)
            elif self._settle_or_leave(owner_access(trip_id, trip)):
                settled += 1
            else:
                self._postpone(trip_id, AGAIN_AFTER)
        return settled

    def _postpone(self, trip_id: str, delay: timedelta) -> None:
        for move_id, _ in self._store.moves(trip_id):
            self._store.postpone_move(trip_id, move_id, self._changes.now() + delay)

    def _settle_or_leave(self, access: TripAccess) -> bool:
        try:
            self.settle(access)
        except (TravvyError, GoogleAPICallError) as error:
            log.warning("plan left to the sweep", trip_id=access.trip_id, error=str(error))
            return False
        return True

    def _plan_before(self, request: UpdateTripRequest, access: TripAccess) -> PlanState:
        """The plan of the trip's version that the caller has seen, with all earlier moves made."""
        trip = self._trips.get(access)
        require_version(trip, request.version)
        self.settle(access)
        return self._plans.read(access)

    def _fields(self, request: UpdateTripRequest) -> dict[str, Any]:
        fields: dict[str, Any] = {name: getattr(request, name) for name in request.sent}
        for name in ("start_date", "end_date"):
            if fields.get(name):
                fields[name] = fields[name].isoformat()
        if "destinations" in fields:
            fields["legs"] = self._trips.legs(fields.pop("destinations"))
        if fields.get("budget"):
            fields["budget"] = Money(**fields["budget"].model_dump())
        return fields


def _move(plan: PlanState, before: Trip, after: Trip, by: str) -> Move | None:
    op = difference(plan.doc, moved_plan(plan.doc, Span.of(before), Span.of(after)))
    if not op:
        return None
    due = after.updated_at + SWEEP_AFTER
    return Move(base=plan.version, seq=after.version, ops=compact(pieces(op)), by=by, due_at=due)
