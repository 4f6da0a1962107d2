"""Travel times of Google's Routes API (ComputeRouteMatrix).

Walking and driving times do not depend on the hour here: traffic of a day weeks ahead is not known, and asking for it
costs twice as much. Public transport is asked for the hour, within the days for which there are timetables.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from google.maps.routing_v2 import (
    ComputeRouteMatrixRequest,
    Location,
    RouteMatrixDestination,
    RouteMatrixElement,
    RouteMatrixElementCondition,
    RouteMatrixOrigin,
    RouteTravelMode,
    RoutingPreference,
    Waypoint,
)
from google.type.latlng_pb2 import LatLng

from shared.maps.asking import Asking
from shared.maps.cache import Remembered, Turns
from shared.money import UnknownCurrencyError, exponent
from shared.places.travel import Mode, Point
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError
from shared.runtime.logs import log
from shared.travel.blocks import Block, blocks
from shared.travel.builtin import estimate
from shared.travel.times import NO_WAY, STAY, Fare, Table, Way

if TYPE_CHECKING:
    from google.maps.routing_v2 import RoutesClient

ATTRIBUTION: Final = "Google Maps"
MOST_PER_REQUEST: Final[Mapping[Mode, int]] = {"walk": 625, "drive": 625, "transit": 100}
"""Elements; https://developers.google.com/maps/documentation/routes/compute_route_matrix, "Request limits"."""
MOST_PER_MATRIX: Final = 1_600
"""Elements of one matrix that are worth their price: 40 stops. What is missing beyond that is estimated."""
_REMEMBER_SECONDS: Final = 600
_REMEMBER_PAIRS: Final = 50_000
_FIELDS: Final = "originIndex,destinationIndex,status,condition,distanceMeters,duration"
_FIELDS_WITH_FARE: Final = f"{_FIELDS},travelAdvisory.transitFare"
_MODES: Final[Mapping[Mode, Any]] = {
    "walk": RouteTravelMode.WALK,
    "drive": RouteTravelMode.DRIVE,
    "transit": RouteTravelMode.TRANSIT,
}
_TIMETABLES: Final = timedelta(days=90)
"""The service knows 100 days ahead and 7 back."""
_WEEK: Final = timedelta(weeks=1)
_METRE_DIGITS: Final = 5
"""Of a degree: about a metre."""

_Pair = tuple[str, str, Point, Point]


class GoogleTravelTimes:
    """`TravelTimes` of Google. What it does not answer, in time or at all, is estimated."""

    def __init__(
        self,
        client: "RoutesClient",
        metadata: Callable[[str], list[tuple[str, str]]],
        asking: Asking,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        most: int = MOST_PER_MATRIX,
        remember_seconds: float = _REMEMBER_SECONDS,
    ) -> None:
        """`metadata(field mask)` is what goes with each call. A way is remembered for `remember_seconds`, in memory."""
        self._client = client
        self._metadata = metadata
        self._asking = asking
        self._clock = clock
        self._monotonic = monotonic
        self._most = most
        self._known: Remembered[_Pair, Way] = Remembered(
            most=_REMEMBER_PAIRS, seconds=remember_seconds, monotonic=monotonic
        )
        self._turns = Turns()

    def matrix(self, points: Sequence[Point], mode: Mode, when: datetime | None = None) -> Table:
        rounded = [(round(lat, _METRE_DIGITS), round(lng, _METRE_DIGITS)) for lat, lng in points]
        places = list(dict.fromkeys(rounded))
        leave = self._departure(when) if mode == "transit" else None
        hour = leave.astimezone(UTC).strftime("%Y-%m-%dT%H") if leave else ""
        with self._turns.turn((mode, hour, frozenset(places))):
            ways = self._ways(places, mode, hour, leave)
        rows = tuple(tuple(ways[a, b] for b in rounded) for a in rounded)
        asked = any(not way.estimated and way is not STAY for row in rows for way in row)
        return Table(mode, rows, (ATTRIBUTION,) if asked else ())

    def _ways(
        self, places: list[Point], mode: Mode, hour: str, leave: datetime | None
    ) -> dict[tuple[Point, Point], Way]:
        ways: dict[tuple[Point, Point], Way] = {(place, place): STAY for place in places}
        missing = set()
        for i, a in enumerate(places):
            for j, b in enumerate(places):
                if i != j:
                    known = self._known.get((mode, hour, a, b))
                    if known is None:
                        missing.add((i, j))
                    else:
                        ways[a, b] = known
        if missing:
            found = self._ask(places, missing, mode, leave)
            self._known.put({(mode, hour, a, b): way for (a, b), way in found.items()})
            ways |= found
        for i, j in missing:
            a, b = places[i], places[j]
            if (a, b) not in ways:
                ways[a, b] = estimate(a, b, mode)
        return ways

    def _ask(
        self, places: list[Point], missing: set[tuple[int, int]], mode: Mode, leave: datetime | None
    ) -> dict[tuple[Point, Point], Way]:
        """What the service tells; nothing of a request that fails, and nothing at all if it would cost too much."""
        parts = blocks(len(places), missing, MOST_PER_REQUEST[mode])
        elements = sum(part.elements for part in parts)
        if elements > self._most:
            log.info("matrix estimated", mode=mode, elements=elements, most=self._most)
            return {}
        found: dict[tuple[Point, Point], Way] = {}
        until = self._monotonic() + self._asking.patience.in_all
        for part in parts:
            try:
                found |= self._block(places, part, mode, leave, until)
            except TravvyError as error:
                log.warning("travel times estimated", mode=mode, reason=error.reason, elements=part.elements)
                break
        return found

    def _block(
        self, places: list[Point], part: Block, mode: Mode, leave: datetime | None, until: float
    ) -> dict[tuple[Point, Point], Way]:
        request = _request([places[i] for i in part.origins], [places[j] for j in part.destinations], mode, leave)
        metadata = self._metadata(_FIELDS_WITH_FARE if mode == "transit" else _FIELDS)

        def attempt(timeout: float) -> list[RouteMatrixElement]:
            return list(self._client.compute_route_matrix(request, retry=None, timeout=timeout, metadata=metadata))

        found = {}
        for element in self._asking.ask(attempt, units=part.elements, until=until):
            way = _way(element)
            a, b = places[part.origins[element.origin_index]], places[part.destinations[element.destination_index]]
            if way is not None and a != b:
                found[a, b] = way
        return found

    def _departure(self, when: datetime | None) -> datetime:
        """The same hour and weekday within the timetables. Without a time, the next midday in UTC."""
        now = self._clock.now()
        if when is None:
            noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
            return noon if noon > now else noon + timedelta(days=1)
        if when > now + _TIMETABLES:
            return when - math.ceil((when - now - _TIMETABLES) / _WEEK) * _WEEK
        if when < now:
            return when + math.ceil((now - when) / _WEEK) * _WEEK
        return when


def _request(
    origins: Sequence[Point], destinations: Sequence[Point], mode: Mode, leave: datetime | None
) -> ComputeRouteMatrixRequest:
    return ComputeRouteMatrixRequest(
        origins=[RouteMatrixOrigin(waypoint=_waypoint(point)) for point in origins],
        destinations=[RouteMatrixDestination(waypoint=_waypoint(point)) for point in destinations],
        travel_mode=_MODES[mode],
        routing_preference=RoutingPreference.TRAFFIC_UNAWARE if mode == "drive" else None,
        departure_time=leave,
    )


def _waypoint(point: Point) -> Waypoint:
    return Waypoint(location=Location(lat_lng=LatLng(latitude=point[0], longitude=point[1])))


def _way(element: Any) -> Way | None:
    """The way of a RouteMatrixElement; None if it failed on their side, which says nothing about the way."""
    if element.status.code:
        return None
    if element.condition == RouteMatrixElementCondition.ROUTE_NOT_FOUND:
        return NO_WAY
    if element.condition != RouteMatrixElementCondition.ROUTE_EXISTS:
        return None
    minutes = math.ceil(element.duration.total_seconds() / 60)
    return Way(float(minutes), float(element.distance_meters), _fare(element.travel_advisory.transit_fare))


def _fare(money: Any) -> Fare | None:
    """google.type.Money as minor units, rounded up; None for a fare that is not known."""
    if not money.currency_code:
        return None
    try:
        unit = 10 ** exponent(money.currency_code)
    except UnknownCurrencyError:
        return None
    return Fare(math.ceil(money.units * unit + money.nanos * unit / 1_000_000_000), money.currency_code)
