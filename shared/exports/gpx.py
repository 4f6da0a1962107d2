"""A plan as GPX 1.1, for navigation devices and maps. Without I/O."""

from collections.abc import Iterator
from datetime import UTC
from typing import TypeVar

from gpxpy.gpx import GPX, GPXRoute, GPXRoutePoint, GPXWaypoint

from shared.exports.models import Itinerary, Visit
from shared.exports.words import price

P = TypeVar("P", GPXWaypoint, GPXRoutePoint)


def gpx(itinerary: Itinerary) -> Iterator[bytes]:
    """Ideas as waypoints and each day as a route; what has no coordinates cannot be told in GPX."""
    document = GPX()
    document.creator = "Travvy"
    document.name = itinerary.name
    document.description = ", ".join(itinerary.destinations) or None
    for idea in itinerary.ideas:
        if idea.point:
            document.waypoints.append(_described(GPXWaypoint(*idea.point), idea))
    for day in itinerary.days:
        title = f"Day {day.number}: {day.title}" if day.title else f"Day {day.number}"
        route = GPXRoute(name=title, description=day.notes or None, number=day.number)
        for one in day.visits:
            if one.point:
                route.points.append(_described(GPXRoutePoint(*one.point), one))
        if route.points:
            document.routes.append(route)
    yield document.to_xml(version="1.1").encode()


def _described(point: P, one: Visit) -> P:
    point.name = one.name
    told = [one.notes, f"Cost: {price(one.cost)}" if one.cost else ""]
    point.description = "\n\n".join(text for text in told if text) or None
    point.type = one.kind
    point.time = one.begins.astimezone(UTC) if one.begins and one.zone else None
    return point
