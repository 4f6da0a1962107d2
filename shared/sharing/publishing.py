"""Use cases of the public page: publish, unpublish, show."""

import re
import secrets
from typing import Any

from shared.events.models import Event
from shared.plan.service import PlanService
from shared.runtime.caller import TripAccess
from shared.runtime.errors import NotFound
from shared.sharing.public_view import view
from shared.sharing.requests import PublicTrip, PublishRequest, PublishResponse
from shared.trips.changes import TripChanges
from shared.trips.models import PublicPage
from shared.trips.resends import Made, check_same, resend_key
from shared.trips.rules import changed, owner_access, visible
from shared.trips.service import token_hash
from shared.trips.store import TripStore, TripTransaction

_NAME = re.compile(r"[A-Za-z0-9_-]{20,64}")


class Publishing:
    def __init__(self, store: TripStore, changes: TripChanges, plans: PlanService) -> None:
        self._store = store
        self._changes = changes
        self._plans = plans

    def publish(self, access: TripAccess, request: PublishRequest) -> PublishResponse:
        """Show sections of the trip to whoever knows an unguessable name, new unless there is one to keep.

        A resend by `requestId` gives the page that the first one made another name in place of the one that got lost,
        and changes nothing if something was changed since. Raises AlreadyExists (REQUEST_ID_REUSED).
        """
        now = self._changes.now()
        chosen = sorted(set(request.sections))
        name = secrets.token_urlsafe(24)
        hashed = token_hash(name)
        resend = resend_key(access, "trips-publish", request.request_id)

        def work(transaction: TripTransaction) -> tuple[PublishResponse, Event | None]:
            found, made = transaction.trip_and_made(access.trip_id, resend)
            before = visible(found, access)
            known = before.public_page
            if made:
                check_same(made, request)
            if made and (known is None or made.made != known.name_hash):
                sections = list(known.sections) if known else []
                return PublishResponse.model_validate(
                    {"trip_id": access.trip_id, "name": None, "sections": sections}
                ), None
            keep = known is not None and not request.renew and not made
            page = PublicPage(name_hash=known.name_hash if known and keep else hashed, sections=tuple(chosen))
            transaction.put_trip(access.trip_id, changed(before, now, public_page=page))
            if not keep:
                if known:
                    transaction.delete_page(known.name_hash)
                transaction.put_page(hashed, {"tripId": access.trip_id, "createdAt": now})
            if resend:
                transaction.put_made(access.trip_id, resend, Made.by(request, "" if keep else hashed, now))
            answer = PublishResponse(trip_id=access.trip_id, name=None if keep else name, sections=chosen)
            if made:
                return answer, None
            event = self._changes.event("trip.published.v1", access.trip_id, access.caller, now, sections=chosen)
            transaction.add_event(event, audited=True)
            return answer, event

        return self._changes.commit(work)

    def unpublish(self, access: TripAccess) -> PublishResponse:
        """End the public page; its name leads nowhere ever after."""
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[PublishResponse, Event | None]:
            before = visible(transaction.trip(access.trip_id), access)
            closed = PublishResponse(trip_id=access.trip_id, name=None, sections=[])
            if before.public_page is None:
                return closed, None
            event = self._changes.event("trip.unpublished.v1", access.trip_id, access.caller, now)
            transaction.put_trip(access.trip_id, changed(before, now, public_page=None))
            transaction.delete_page(before.public_page.name_hash)
            transaction.add_event(event, audited=True)
            return closed, event

        return self._changes.commit(work)

    def show(self, name: str) -> PublicTrip:
        """What is public of the trip whose page has this name. Raises NotFound (PAGE_NOT_FOUND)."""
        hashed = token_hash(name) if _NAME.fullmatch(name) else None
        trip_id = self._store.published(hashed) if hashed else None
        trip = self._store.get(trip_id) if trip_id else None
        # The trip's own word counts: it says which page is its own, and that it is not deleted.
        page = trip.public_page if trip and not trip.deleted_at else None
        if trip_id is None or trip is None or page is None or page.name_hash != hashed:
            raise NotFound("There is no such page", reason="PAGE_NOT_FOUND")
        plan: dict[str, Any] = self._plans.read(owner_access(trip_id, trip)).doc
        names = self._store.names(trip_id, trip.members) if "travellers" in page.sections else {}
        return view(trip, plan, page.sections, sorted(names.values()))
