"""A plan as GPX 1.1, for navigation devices and maps, element by element. Without I/O."""

from collections.abc import Iterator
from datetime import UTC
from typing import Final, TypeVar

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXWaypoint
from gpxpy.gpxfield import gpx_fields_to_xml

from shared.exports.models import DayPlan, Itinerary, Visit
from shared.exports.words import day_title, described
from shared.words.languages import Language

P = TypeVar("P", GPXWaypoint, GPXRoutePoint)
_VERSION: Final = "1.1"
_END: Final = "\n</gpx>"


def gpx(itinerary: Itinerary) -> Iterator[bytes]:
    """Ideas as waypoints and each day as a route; what has no coordinates cannot be told in GPX."""
    document = GPX()
    document.creator = "Travvy"
    document.name = itinerary.name
    document.description = ", ".join(itinerary.destinations) or None
    yield document.to_xml(version=_VERSION).removesuffix(_END).encode()
    for idea in itinerary.ideas:
        if idea.point:
            yield _element(_described(GPXWaypoint(*idea.point), idea, itinerary.language), "wpt")
    for day in itinerary.days:
        if any(one.point for one in day.visits):
            yield _element(_route(day, itinerary.language), "rte")
    yield _END.encode()


def _element(element: GPXWaypoint | GPXRoute, tag: str) -> bytes:
    return gpx_fields_to_xml(element, tag, _VERSION, indent="  ").encode()


def _route(day: DayPlan, language: Language) -> GPXRoute:
    title = day_title(language, day.number, day.title)
    route = GPXRoute(name=title, description=day.notes or None, number=day.number)
    for one in day.visits:
        if one.point:
            route.points.append(_described(GPXRoutePoint(*one.point), one, language))
    return route


def _described(point: P, one: Visit, language: Language) -> P:
    point.name = one.name
    point.description = described(language, one) or None
    point.type = one.kind
    point.time = one.begins.astimezone(UTC) if one.begins and one.zone else None
    return point
