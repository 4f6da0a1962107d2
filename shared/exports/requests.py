"""What callers of the export functions send and get."""

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict

from shared.runtime.models import Request, Response
from shared.trips.requests import LanguageTag, RequestId, TripId

Format = Literal["ics", "geojson", "gpx", "csv", "pdf"]


class ExportQuery(Request):
    """Which trip, as what, and in which language our own words are: `?tripId=...&format=pdf&language=de`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "format": "pdf"}]})

    trip_id: TripId
    format: Format
    language: LanguageTag | None = None


class CalendarRequest(Request):
    """A calendar feed of one's own; `renew` replaces its address, and the one before leads nowhere ever after.

    The same `requestId` from the same caller makes one, and tells its address again: another one, in place of the one
    that got lost. `language` (BCP 47) is that of our own words in it; of a feed that is kept, another one replaces it.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "renew": True, "requestId": "calendar-0001"}]
        }
    )

    trip_id: TripId
    renew: bool = False
    language: LanguageTag | None = None
    request_id: RequestId | None = None


class CalendarRevokeRequest(Request):
    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs"}]})

    trip_id: TripId


class CalendarResponse(Response):
    """One's calendar feed. `url` is shown once, because only its hash is stored; no `createdAt`: there is no feed."""

    trip_id: str
    url: str | None
    created_at: datetime | None
