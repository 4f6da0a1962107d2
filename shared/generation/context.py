"""What the trip and its plan already say, as the assistant takes it."""

from datetime import date
from typing import Any

from shared.assistant.context import ExistingDay, ExistingStop, TripContext
from shared.plan.state import PlanState
from shared.trips.models import Trip


def context_of(trip: Trip, plan: PlanState) -> TripContext:
    """The facts of a trip and the dated days of its plan."""
    return TripContext(
        start_date=trip.first_day,
        end_date=trip.last_day,
        members=len(trip.members),
        currency=trip.currency,
        destinations=trip.destinations,
        days=tuple(_days(plan.doc)),
        placed=tuple(sorted({stop["placeId"] for stop in plan.doc["stops"].values() if stop.get("placeId")})),
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
