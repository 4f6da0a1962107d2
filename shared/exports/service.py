"""Use cases of exports: a trip's plan as a file, and as a calendar to subscribe to."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial

from shared.documents import compact
from shared.exports.calendar import Versions, calendar
from shared.exports.files import CONTENT_TYPES, File, file_name
from shared.exports.geojson import geojson
from shared.exports.gpx import gpx
from shared.exports.itinerary import itinerary
from shared.exports.models import Itinerary
from shared.exports.people import names_of
from shared.exports.requests import Format
from shared.exports.revisions import Revisions, first_version, revisions
from shared.exports.table import table
from shared.exports.zones import Zones
from shared.places.models import Destination
from shared.plan.models import OpRecord
from shared.plan.service import PlanService
from shared.plan.state import PlanState
from shared.runtime.caller import TripAccess, trip_not_found
from shared.trips.models import Trip
from shared.trips.store import TripStore
from shared.words.languages import DEFAULT, Language


class ExportService:
    """`log` gives a plan's operations after a version; `place` a destination of the catalogue by its id; `release` is
    what is deployed: another one may write the same plan differently."""

    def __init__(
        self,
        trips: TripStore,
        plans: PlanService,
        log: Callable[[str, int], Iterable[OpRecord]],
        place: Callable[[str], Destination | None],
        release: str,
    ) -> None:
        self._trips = trips
        self._plans = plans
        self._log = log
        self._place = place
        self._release = release

    def export(self, access: TripAccess, kind: Format, language: Language = DEFAULT) -> File:
        """The plan as a file, with our own words in a language. One round trip, two if this instance does not know the
        plan; one more if the plan names members, and for a calendar that is opened. Raises NotFound, PermissionDenied.
        """
        return self._file(access, kind, language, feed=False)

    def feed(self, access: TripAccess, language: Language = DEFAULT) -> File:
        """The plan as a calendar that is looked at again and again. As `export`."""
        return self._file(access, "ics", language, feed=True)

    def _file(self, access: TripAccess, kind: Format, language: Language, *, feed: bool) -> File:
        reading = _pool().submit(self._plans.read, access)
        trip = self._trips.get(access.trip_id)
        state = reading.result()
        if trip is None:
            raise trip_not_found(access.trip_id)
        names = names_of(trip, state.doc, partial(self._trips.names, access.trip_id), language)

        def opened() -> Iterator[bytes]:
            zones = Zones(trip.legs, self._place)
            shown = itinerary(access.trip_id, trip, state.doc, zones, names, language)
            if kind == "ics":
                versions = Versions(trip, self._revisions(access.trip_id, trip, state))
                return calendar(shown, zones, versions, feed=feed)
            return _written(shown, kind, trip)

        return File(
            name=file_name(trip, kind, language),
            content_type=CONTENT_TYPES[kind],
            version=f"{self._release}-{language}-{trip.version}-{state.version}{_digest(names)}",
            open=opened,
        )

    def _revisions(self, trip_id: str, trip: Trip, state: PlanState) -> Revisions:
        start = first_version(state.version)
        records = state.since(start)
        if records is None:
            records = [record for record in self._log(trip_id, start) if record.version <= state.version]
        return revisions(state, records, trip.created_at)


def _digest(names: dict[str, str]) -> str:
    """Members' names change without the trip."""
    return f"-{hashlib.sha256(compact(names).encode()).hexdigest()[:16]}" if names else ""


def _written(shown: Itinerary, kind: Format, trip: Trip) -> Iterator[bytes]:
    match kind:
        case "geojson":
            return geojson(shown)
        case "gpx":
            return gpx(shown)
        case "csv":
            return table(shown)
        case _:
            # Printing takes libraries that nobody else needs.
            from shared.exports.printed import printed

            return printed(shown, trip.updated_at)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="export")
