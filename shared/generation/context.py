"""What the trip and its plan already say, as the assistant takes it."""

from datetime import date
from typing import Any

from shared.assistant.changes import PLACING
from shared.assistant.constraints import Budget
from shared.assistant.context import ExistingDay, ExistingStop, Idea, TripContext
from shared.assistant.whereabouts import whereabouts
from shared.places.provider import PlaceProvider
from shared.plan.state import PlanState
from shared.reactions.group import Group
from shared.trips.models import Trip

_PLANNABLE = ("sight", "food", "activity")


def context_of(trip: Trip, plan: PlanState, group: Group, provider: PlaceProvider, request: str) -> TripContext:
    """The facts of a trip, the dated days of its plan, the pool of ideas, and what its members want.

    A request that names no town is about those of the plan, and its days, if the trip itself names none.
    """
    ideas = {stop_id: stop for stop_id, stop in plan.doc["stops"].items() if stop["dayId"] not in plan.doc["days"]}
    placed = {
        stop.get("placeId")
        for stop_id, stop in plan.doc["stops"].items()
        if stop_id not in ideas or group.vetoed(stop_id)
    }
    about = {} if provider.find_destinations(request) else plan.doc
    where = whereabouts(trip, about, provider)
    return TripContext(
        start_date=where.first_day,
        end_date=where.last_day,
        members=len(trip.members),
        currency=trip.currency,
        destinations=where.destinations,
        days=tuple(_days(plan.doc)),
        placed=tuple(sorted(place_id for place_id in placed if place_id)),
        ideas=tuple(_idea(stop_id, stop) for stop_id, stop in sorted(ideas.items()) if _plannable(plan.doc, stop)),
        group=group,
    )


def _plannable(doc: dict[str, Any], stop: dict[str, Any]) -> bool:
    """An idea that competes for the slot of a stop which stands on a day is planned only if people choose it."""
    rival = doc["stops"].get(stop.get("alternativeTo"))
    return stop["kind"] in _PLANNABLE and (rival is None or rival["dayId"] not in doc["days"])


def _idea(stop_id: str, stop: dict[str, Any]) -> Idea:
    return Idea(
        id=stop_id,
        name=stop["name"],
        kind=stop["kind"],
        minutes=stop["minutes"],
        place_id=stop.get("placeId"),
        lat=stop.get("lat"),
        lng=stop.get("lng"),
        cost=Budget(**stop["cost"]) if stop.get("cost") else None,
        was={field: stop[field] for field in PLACING if field in stop},
    )


def _days(doc: dict[str, Any]) -> list[ExistingDay]:
    found = []
    for day_id, day in sorted(doc["days"].items(), key=lambda entry: (entry[1]["order"], entry[0])):
        if day.get("date"):
            stops = [stop for stop in doc["stops"].values() if stop["dayId"] == day_id]
            found.append(
                ExistingDay(
                    id=day_id,
                    date=date.fromisoformat(day["date"]),
                    order=day["order"],
                    last_order=max((stop["order"] for stop in stops), default=None),
                    stops=tuple(_existing(stop) for stop in stops if stop.get("at")),
                )
            )
    return found


def _existing(stop: dict[str, Any]) -> ExistingStop:
    hours, minutes = stop["at"].split(":")
    return ExistingStop(
        at=60 * int(hours) + int(minutes),
        minutes=stop["minutes"],
        lat=stop.get("lat"),
        lng=stop.get("lng"),
        is_journey=stop["kind"] == "transport",
    )
