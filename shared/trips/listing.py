"""One's trips, a page at a time, after AIP-158. Without I/O."""

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from shared.runtime.errors import FieldViolation, InvalidArgument
from shared.trips.models import Trip, shelf
from shared.trips.requests import ListTripsRequest

LAST_PLACE_ON_EARTH = timedelta(hours=12)
"""A day ends last at UTC-12; until then a trip is not past for everybody."""


@dataclass(frozen=True)
class Cursor:
    """A place in a list of trips: whose and which, what it is sorted by, and the last trip that was shown."""

    filter: str
    array: str
    wanted: str
    sort: str
    descending: bool
    bound: tuple[str, str] | None
    after: tuple[Any, str] | None = None

    @classmethod
    def of(cls, request: ListTripsRequest, uid: str, now: datetime) -> Self:
        """Where a request wants to read. Raises InvalidArgument for a token that is none, or of another filter."""
        token = _read(request) if request.page_token else {}
        today = token.get("day") or (now - LAST_PLACE_ON_EARTH).date().isoformat()
        bound, sort = None, "createdAt"
        array, wanted = "members", uid
        if request.filter in ("upcoming", "past"):
            bound, sort = (">=" if request.filter == "upcoming" else "<", today), "endsOn"
            array, wanted = "shelves", shelf(uid, "active")
        elif request.filter == "archived" or request.filter == "deleted":
            array, wanted = "shelves", shelf(uid, request.filter)
        after = None
        if token:
            after = token["after"] if sort == "endsOn" else datetime.fromisoformat(token["after"]), token["id"]
        return cls(request.filter, array, wanted, sort, request.filter != "upcoming", bound, after)

    def token(self, trip_id: str, trip: Trip) -> str:
        """The token of the page after a trip; it keeps the day, so that the list stays the same past midnight."""
        after = trip.ends_on if self.sort == "endsOn" else trip.created_at.isoformat()
        told = {"filter": self.filter, "after": after, "id": trip_id, "day": self.bound[1] if self.bound else None}
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _read(request: ListTripsRequest) -> dict[str, Any]:
    text = request.page_token
    try:
        told = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        kept = {name: told[name] for name in ("filter", "after", "id", "day")}
        if not re.fullmatch(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,63}", kept["id"]):
            raise ValueError("not a trip's id")
        if kept["filter"] in ("upcoming", "past"):
            _same(date.fromisoformat(kept["after"]), kept["after"])
            _same(date.fromisoformat(kept["day"]), kept["day"])
        else:
            # In UTC, as tokens have it: other zones may lead beyond the calendar.
            _same(datetime.fromisoformat(kept["after"]).replace(tzinfo=UTC), kept["after"])
    except (ValueError, TypeError, KeyError):
        raise _refused("not a token of this function") from None
    if kept["filter"] != request.filter:
        raise _refused(f"belongs to a list with the filter {kept['filter']!r}; start again without it")
    return kept


def _same(moment: date, text: str) -> None:
    if moment.isoformat() != text:
        raise ValueError("not as tokens have it")


def _refused(what: str) -> InvalidArgument:
    return InvalidArgument(
        f"pageToken: {what}",
        reason="PAGE_TOKEN_INVALID",
        metadata={"field": "pageToken"},
        violations=[FieldViolation("pageToken", what)],
    )
