"""Use case of a trip's copy: the same plan, with a log of its own, for the caller alone."""

from datetime import date
from typing import Any

from shared.plan.diff import difference
from shared.plan.schema import empty_plan
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.runtime.caller import Role, TripAccess
from shared.trips.changes import TripChanges
from shared.trips.dates import Span, moved_legs, moved_plan, pieces
from shared.trips.models import Trip
from shared.trips.requests import MAX_NAME, DuplicateTripRequest
from shared.trips.service import TripService, fingerprint, replayable_id
from shared.trips.settings import TripSettings


class TripCopying:
    def __init__(self, changes: TripChanges, trips: TripService, settings: TripSettings, plans: PlanService) -> None:
        self._changes = changes
        self._trips = trips
        self._settings = settings
        self._plans = plans

    def duplicate(self, request: DuplicateTripRequest, access: TripAccess) -> tuple[str, Trip]:
        """A copy of the trip and its plan. A resend by `requestId` completes a copy that was cut short.

        Members, votes, comments and money stay behind, as do ticks and assignees of the packing list. Raises what
        create raises.
        """
        source = self._trips.get(access)
        self._settings.settle(access)
        plan = self._plans.read(access).doc
        before = Span.of(source)
        after = _moved(before, request.start_date)
        uid, now = access.caller.uid, self._changes.now()
        trip = Trip(
            name=request.name or f"{source.name[: MAX_NAME - 7]} (copy)",
            destinations=moved_legs(source.legs, before, after),
            start_date=after.start.isoformat() if after.start else None,
            end_date=after.end.isoformat() if after.end else None,
            currency=source.currency,
            budget=source.budget,
            roles={uid: Role.OWNER},
            members=(uid,),
            created_by=uid,
            request_fingerprint=fingerprint(request),
            created_at=now,
            updated_at=now,
        )
        trip_id = replayable_id(uid, request.request_id)
        copy, _ = self._trips.found(trip_id, trip, access.caller)
        op = difference(empty_plan(), _own(moved_plan(plan, before, after), uid))
        if op:
            copied = Submission(base=0, src=f"copy:{access.trip_id}", seq=0, ops=pieces(op), uid=uid)
            self._plans.submit(TripAccess(access.caller, trip_id, Role.OWNER), copied)
        return trip_id, copy


def _moved(span: Span, start: date | None) -> Span:
    if start is None:
        return span
    length = span.end - span.start if span.start and span.end else None
    return Span(start, start + length if length is not None else None)


def _own(plan: dict[str, Any], uid: str) -> dict[str, Any]:
    """The plan as its new owner's: signed by them, nothing ticked, nobody named or in charge of anything."""
    stops = {key: {**_without_who(stop), "by": uid} for key, stop in plan["stops"].items()}
    packing = {key: {**item, "done": False, "assignee": None} for key, item in plan["packing"].items()}
    return {**plan, "stops": stops, "packing": packing}


def _without_who(stop: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stop.items() if name != "who"}
