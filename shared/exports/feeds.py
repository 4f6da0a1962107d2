"""Use cases of calendar feeds: each member has at most one of a trip, under an unguessable name of their own."""

import re
import secrets
from collections.abc import Callable
from typing import Final

from shared.events.models import Event
from shared.exports.files import File
from shared.exports.requests import CalendarRequest, CalendarResponse
from shared.exports.service import ExportService
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.errors import NotFound
from shared.trips.changes import TripChanges
from shared.trips.models import CalendarFeed
from shared.trips.resends import Made, check_same, resend_key
from shared.trips.rules import visible
from shared.trips.service import token_hash
from shared.trips.store import TripStore, TripTransaction
from shared.words.languages import known

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{32}")


class CalendarFeeds:
    """`address` makes the URL of a feed from its name."""

    def __init__(
        self, store: TripStore, changes: TripChanges, exports: ExportService, address: Callable[[str], str]
    ) -> None:
        self._store = store
        self._changes = changes
        self._exports = exports
        self._address = address

    def make(self, access: TripAccess, request: CalendarRequest) -> CalendarResponse:
        """The caller's feed, new unless there is one to keep, whose address nobody can tell any more.

        A resend by `requestId` gives the feed that the first one made another address in place of the one that got
        lost, and changes nothing if something was changed since. Raises AlreadyExists (REQUEST_ID_REUSED).
        """
        now = self._changes.now()
        name = secrets.token_urlsafe(24)
        hashed = token_hash(name)
        trip_id, uid = access.trip_id, access.caller.uid
        resend = resend_key(access, "trips-calendar", request.request_id)

        def work(transaction: TripTransaction) -> tuple[CalendarResponse, Event | None]:
            trip, feed, made = transaction.trip_feed_and_made(trip_id, uid, resend)
            visible(trip, access)
            if made:
                check_same(made, request)
            lost = made is not None and feed is not None and made.made == feed.name_hash
            if (made and not lost) or (feed and not request.renew and not lost):
                if resend and not made:
                    transaction.put_made(trip_id, resend, Made.by(request, "", now))
                if feed and not made and request.language and request.language != feed.language:
                    transaction.put_feed(trip_id, uid, feed.model_copy(update={"language": request.language}))
                return CalendarResponse(trip_id=trip_id, url=None, created_at=feed.created_at if feed else None), None
            language = request.language or (feed.language if feed else None)
            transaction.put_feed(trip_id, uid, CalendarFeed(name_hash=hashed, language=language, created_at=now))
            if resend:
                transaction.put_made(trip_id, resend, Made.by(request, hashed, now))
            answer = CalendarResponse(trip_id=trip_id, url=self._address(name), created_at=now)
            if lost:
                return answer, None
            event = self._changes.event("trip.calendar_made.v1", trip_id, access.caller, now)
            transaction.add_event(event, audited=True)
            return answer, event

        return self._changes.commit(work)

    def revoke(self, access: TripAccess) -> CalendarResponse:
        """End the caller's feed; its address leads nowhere ever after."""
        now = self._changes.now()
        trip_id, uid = access.trip_id, access.caller.uid

        def work(transaction: TripTransaction) -> tuple[CalendarResponse, Event | None]:
            trip, feed, _ = transaction.trip_feed_and_made(trip_id, uid, None)
            visible(trip, access)
            ended = CalendarResponse(trip_id=trip_id, url=None, created_at=None)
            if feed is None:
                return ended, None
            event = self._changes.event("trip.calendar_revoked.v1", trip_id, access.caller, now)
            transaction.delete_feed(trip_id, uid)
            transaction.add_event(event, audited=True)
            return ended, event

        return self._changes.commit(work)

    def show(self, name: str) -> File:
        """The feed of that name, as its member may see the trip now. Raises NotFound (CALENDAR_NOT_FOUND)."""
        found = self._store.feed(token_hash(name)) if _NAME.fullmatch(name) else None
        if found is None:
            raise _no_calendar()
        trip_id, uid, feed = found
        try:
            # Their name in it stands for their sign-in.
            access = TripAccess(Caller.absent(uid, self._changes.now()), trip_id, Role.VIEWER)
            return self._exports.feed(access, known(feed.language))
        except NotFound:
            # Left, removed or deleted: the same answer as for a name that never was.
            raise _no_calendar() from None


def _no_calendar() -> NotFound:
    return NotFound("There is no such calendar", reason="CALENDAR_NOT_FOUND")
