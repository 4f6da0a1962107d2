"""From a trip and its plan to what an export shows. Without I/O."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.exports.models import Cost, DayPlan, Itinerary, PackingItem, Visit
from shared.exports.pauses import pauses
from shared.exports.zones import Zones, wall_clock
from shared.runtime.text import tidy
from shared.trips.models import Trip
from shared.words.languages import DEFAULT, Language


def itinerary(
    trip_id: str,
    trip: Trip,
    plan: dict[str, Any],
    zones: Zones,
    names: Mapping[str, str],
    language: Language = DEFAULT,
) -> Itinerary:
    """The plan in order, with people by `names`. A stop whose day is gone is an idea."""
    stops: dict[str, dict[str, Any]] = {}
    ideas = {}
    for stop_id, stop in plan["stops"].items():
        if stop["dayId"] in plan["days"]:
            stops.setdefault(stop["dayId"], {})[stop_id] = stop
        else:
            ideas[stop_id] = stop
    days = []
    for number, day_id in enumerate(_ordered(plan["days"]), 1):
        days.append(_day(day_id, number, plan["days"][day_id], stops.get(day_id, {}), zones, names))
    return Itinerary(
        language=language,
        trip_id=trip_id,
        name=line(trip.name),
        destinations=tuple(line(name) for name in trip.destinations),
        first_day=trip.first_day,
        last_day=trip.last_day,
        notes=tidy(plan["notes"]),
        days=tuple(days),
        ideas=tuple(visit(key, ideas[key], None, zones, names) for key in _ordered(ideas)),
        packing=tuple(_packed(plan["packing"][key], names) for key in _ordered(plan["packing"])),
    )


def visit(stop_id: str, stop: dict[str, Any], day: date | None, zones: Zones, names: Mapping[str, str]) -> Visit:
    """A stop on a date (None: it has none), at the wall-clock time of its place."""
    lat, lng = stop.get("lat"), stop.get("lng")
    point = (float(lat), float(lng)) if lat is not None and lng is not None else None
    zone = zones.of(day, stop.get("placeId"), point)
    cost = stop.get("cost")
    return Visit(
        id=stop_id,
        name=line(stop["name"]) or "…",
        kind=stop["kind"],
        minutes=stop["minutes"],
        begins=wall_clock(day, stop["at"], zone) if day and stop.get("at") else None,
        zone=zone,
        lat=point[0] if point else None,
        lng=point[1] if point else None,
        cost=Cost(cost["amount"], cost["currency"]) if cost else None,
        notes=tidy(stop.get("notes", "")),
        fixed=stop.get("fixed", False),
        who=tuple(sorted({names[told] for told in stop.get("who", {})}, key=str.casefold)),
    )


def line(text: str) -> str:
    """Text of one line, without what no format can carry."""
    return tidy(text, one_line=True)


def day_date(day: dict[str, Any]) -> date | None:
    """The date of a day of the plan."""
    return date.fromisoformat(day["date"]) if day.get("date") else None


def _day(
    day_id: str,
    number: int,
    day: dict[str, Any],
    stops: dict[str, dict[str, Any]],
    zones: Zones,
    names: Mapping[str, str],
) -> DayPlan:
    told = day_date(day)
    base = day.get("base")
    at = (float(base["lat"]), float(base["lng"])) if base else None
    zone = zones.of(told, point=at)
    visits = tuple(visit(key, stops[key], told, zones, names) for key in _ordered(stops))
    return DayPlan(
        id=day_id,
        number=number,
        date=told,
        title=line(day.get("title", "")),
        notes=tidy(day.get("notes", "")),
        base=line(base["name"]) if base else "",
        zone=zone,
        visits=visits,
        pauses=pauses(day_id, day, told, zone, visits),
    )


def _packed(item: dict[str, Any], names: Mapping[str, str]) -> PackingItem:
    assignee = item.get("assignee")
    return PackingItem(line(item["text"]), item.get("done", False), names[assignee] if assignee else "")


def _ordered(elements: dict[str, Any]) -> list[str]:
    return sorted(elements, key=lambda key: (elements[key]["order"], key))
