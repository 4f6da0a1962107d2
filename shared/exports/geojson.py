"""A plan as GeoJSON (RFC 7946), feature by feature. Without I/O."""

from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise
from typing import Any

from shared.documents import compact
from shared.exports.models import DayPlan, Itinerary, Visit
from shared.exports.words import day_title, decimal
from shared.words.languages import Language

Position = tuple[float, float]
"""Longitude, then latitude, in degrees."""


def geojson(itinerary: Itinerary) -> Iterator[bytes]:
    """A FeatureCollection: each stop a point, or without geometry if nobody knows where, and each day's way a line."""
    yield f'{{"type":"FeatureCollection","name":{compact(itinerary.name)},"features":['.encode()
    comma = ""
    for feature in _features(itinerary):
        yield f"{comma}\n{compact(feature)}".encode()
        comma = ","
    yield b"\n]}\n"


def _features(itinerary: Itinerary) -> Iterator[dict[str, Any]]:
    for day in itinerary.days:
        if way := _way(day, itinerary.language):
            yield way
        for one in day.visits:
            yield _stop(one, day)
    for one in itinerary.ideas:
        yield _stop(one, None)


def _stop(one: Visit, day: DayPlan | None) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": _position(one.point)} if one.point else None
    properties: dict[str, Any] = {
        "name": one.name,
        "kind": one.kind,
        "day": day.number if day else None,
        "date": day.date.isoformat() if day and day.date else None,
        "begins": one.begins.isoformat() if one.begins else None,
        "ends": one.ends.isoformat() if one.ends else None,
        "beginsUtc": one.begins.astimezone(UTC).isoformat() if one.begins and one.zone else None,
        "timeZone": one.zone.key if one.zone else None,
        "minutes": one.minutes,
        "notes": one.notes,
        "who": one.who,
        "cost": _cost(one),
    }
    return {"type": "Feature", "id": one.id, "geometry": geometry, "properties": properties}


def _cost(one: Visit) -> dict[str, Any] | None:
    if one.cost is None:
        return None
    return {"minorUnits": one.cost.amount, "amount": decimal(one.cost) or None, "currency": one.cost.currency}


def _way(day: DayPlan, language: Language) -> dict[str, Any] | None:
    """The day's stops joined in order, as the crow flies."""
    points = [_position(one.point) for one in day.visits if one.point]
    if len(points) < 2:
        return None
    lines = _cut(points)
    whole = len(lines) == 1
    geometry = {
        "type": "LineString" if whole else "MultiLineString",
        "coordinates": lines[0] if whole else lines,
    }
    told = day.date.isoformat() if day.date else None
    properties = {"name": day_title(language, day.number), "day": day.number, "date": told}
    return {"type": "Feature", "id": f"{day.id}.way", "geometry": geometry, "properties": properties}


def _position(point: tuple[float, float]) -> Position:
    return point[1], point[0]


def _cut(points: list[Position]) -> list[list[Position]]:
    """A line in parts, none of which crosses the antimeridian (RFC 7946, 3.1.9)."""
    parts = [[points[0]]]
    for here, there in pairwise(points):
        if abs(there[0] - here[0]) > 180:
            edge = 180.0 if here[0] > 0 else -180.0
            ahead = there[0] + 2 * edge
            share = (edge - here[0]) / (ahead - here[0]) if ahead != here[0] else 0.0
            latitude = here[1] + share * (there[1] - here[1])
            parts[-1].append((edge, latitude))
            parts.append([(-edge, latitude)])
        parts[-1].append(there)
    return parts
