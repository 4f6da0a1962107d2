"""From a trip and its plan to what planning reads."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.places.travel import Point, great_circle
from shared.plan.state import PlanState
from shared.planning.facts import PLACING, SHARING, Facts, PlanBreak, PlanDay, PlanStop
from shared.planning.nights import REACH_METRES, with_nights
from shared.reactions.group import Group
from shared.runtime.caller import Role
from shared.trips.models import Leg, Money, Trip

_MIDNIGHT: Final = 24 * 60
_CHECK_IN: Final = 30
"""Minutes that it takes to move in, where a stay is as long as people sleep there."""


def facts_of(
    trip: Trip,
    plan: PlanState,
    group: Group,
    provider: PlaceProvider,
    now: datetime,
    zone: str | None = None,
    language: str | None = None,
) -> Facts:
    """The facts of a trip at a moment, to be told of in a `language`. `zone`: whose clocks count on days of which
    nobody knows where they are; UTC if that is not known either."""
    towns = _towns(trip, plan.doc, provider)
    stops = {stop_id: _stop(trip, plan.doc, stop_id, stop, towns) for stop_id, stop in plan.doc["stops"].items()}
    ordered = sorted(plan.doc["days"].items(), key=lambda entry: (entry[1]["order"], entry[0]))
    days = [
        _day(trip, number, day_id, day, [stop for stop in stops.values() if stop.day == day_id], towns, zone)
        for number, (day_id, day) in enumerate(ordered, start=1)
    ]
    points = {town.id: (town.lat, town.lng) for town in towns.values()}
    return Facts(
        base=plan.version,
        now=now,
        currency=trip.budget.currency if trip.budget else trip.currency,
        budget=trip.budget,
        days=with_nights(days, stops.values(), points, trip.first_day, trip.last_day),
        stops=stops,
        group=group,
        travellers=tuple(trip.travellers),
        hosts=_hosts(trip),
        language=language,
    )


def _towns(trip: Trip, doc: dict[str, Any], provider: PlaceProvider) -> dict[str, Destination]:
    """The destinations that the trip or its places name."""
    named = [leg.destination_id or leg.name for leg in trip.legs]
    named += [stop["placeId"].partition("/")[0] for stop in doc["stops"].values() if stop.get("placeId")]
    found = (provider.destination(name) for name in dict.fromkeys(named))
    return {town.id: town for town in found if town}


def _stop(
    trip: Trip, doc: dict[str, Any], stop_id: str, stop: dict[str, Any], towns: dict[str, Destination]
) -> PlanStop:
    point = (stop["lat"], stop["lng"]) if stop.get("lat") is not None and stop.get("lng") is not None else None
    cost = stop.get("cost")
    at = minutes(stop["at"]) if stop.get("at") else None
    nights = ((at or 0) + stop["minutes"]) // _MIDNIGHT if stop["kind"] == "stay" else 0
    return PlanStop(
        id=stop_id,
        day=stop["dayId"] if stop["dayId"] in doc["days"] else None,
        order=stop["order"],
        at=at,
        name=stop["name"],
        kind=stop["kind"],
        minutes=min(stop["minutes"], _CHECK_IN) if nights else stop["minutes"],
        place_id=stop.get("placeId"),
        point=point,
        town=_town_of_stop(stop.get("placeId"), point, towns),
        cost=Money(**cost) if cost else None,
        fixed=stop.get("fixed", False),
        alternative_to=stop.get("alternativeTo"),
        was={field: stop[field] for field in (*PLACING, *SHARING) if field in stop},
        who=_some(trip, stop.get("who", {})),
        nights=nights or None,
    )


def _some(trip: Trip, named: Iterable[str]) -> tuple[str, ...]:
    """The travellers who are named; nobody, if that is everybody, or only people who have left."""
    everybody = trip.travellers
    there = sorted({trip.claims.get(person, person) for person in named}.intersection(everybody))
    return () if len(there) == len(everybody) else tuple(there)


def _hosts(trip: Trip) -> dict[str, str]:
    """Each guest goes with who added them, or else with an owner of the trip; while it has none, with anybody."""
    owner = min((uid for uid, role in trip.roles.items() if role == Role.OWNER), default=min(trip.roles))
    guests = [person for person in trip.travellers if person not in trip.roles]
    return {guest: by if (by := trip.guests[guest].added_by) in trip.roles else owner for guest in guests}


def _town_of_stop(place_id: str | None, point: Point | None, towns: dict[str, Destination]) -> str | None:
    named = (place_id or "").partition("/")[0]
    return named if named in towns else _nearest(point, towns.values())


def _nearest(point: Point | None, towns: Iterable[Destination]) -> str | None:
    if point is None:
        return None
    near = [(great_circle(point, (town.lat, town.lng)), town.id) for town in towns]
    metres, town_id = min(near, default=(REACH_METRES + 1.0, ""))
    return town_id if metres <= REACH_METRES else None


def _day(
    trip: Trip,
    number: int,
    day_id: str,
    day: dict[str, Any],
    own: list[PlanStop],
    towns: dict[str, Destination],
    asker: str | None,
) -> PlanDay:
    on = date.fromisoformat(day["date"]) if day.get("date") else None
    base = (day["base"]["lat"], day["base"]["lng"]) if day.get("base") else None
    leg = _leg_on(trip.legs, on)
    town = _town_of_day(own, base, leg, towns)
    zone = towns[town].time_zone if town else leg.time_zone if leg else None
    elsewhere = next((town.time_zone for town in towns.values()), asker)
    return PlanDay(
        id=day_id,
        number=number,
        date=on,
        start=minutes(day.get("start", "09:00")),
        end=max(minutes(day.get("end", "21:00")), minutes(day.get("start", "09:00"))),
        base=base,
        town=town,
        zone=zone or elsewhere or "UTC",
        breaks=tuple(_break(id_, told) for id_, told in sorted(day.get("breaks", {}).items())),
    )


def _break(id_: str, told: dict[str, Any]) -> PlanBreak:
    opens = minutes(told["from"])
    return PlanBreak(
        id=id_,
        name=told.get("name", ""),
        minutes=told["minutes"],
        opens=opens,
        closes=max(minutes(told["to"]), opens),
    )


def _town_of_day(own: list[PlanStop], base: Point | None, leg: Leg | None, towns: dict[str, Destination]) -> str | None:
    """Where most of its stops are, else its base, else what the trip says of its date, else the only destination."""
    visited = Counter(stop.town for stop in own if stop.town and stop.kind not in ("transport", "stay"))
    if visited:
        return min(visited, key=lambda town: (-visited[town], town))
    if near := _nearest(base, towns.values()):
        return near
    if leg and leg.destination_id in towns:
        return leg.destination_id
    return next(iter(towns)) if len(towns) == 1 else None


def _leg_on(legs: Iterable[Leg], on: date | None) -> Leg | None:
    for leg in legs:
        if on and leg.start_date and leg.end_date and leg.start_date <= on.isoformat() <= leg.end_date:
            return leg
    return None


def minutes(clock: str) -> int:
    """Minutes after midnight of "HH:MM"."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)
