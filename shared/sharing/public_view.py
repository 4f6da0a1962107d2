"""What the world sees of a trip: the chosen sections and nothing else. Without I/O."""

from collections.abc import Collection, Sequence
from typing import Any, get_args

from shared.runtime.text import tidy
from shared.sharing.requests import PublicDay, PublicStop, PublicTrip, Section
from shared.trips.models import Trip
from shared.trips.requests import MoneyView


def view(trip: Trip, plan: dict[str, Any], public: Collection[str], travellers: Sequence[str]) -> PublicTrip:
    """The public sections of a trip and its plan; who made a stop, and ids, are never among them."""
    sections: list[Section] = [section for section in get_args(Section) if section in public]
    budget = trip.budget if "costs" in public else None
    return PublicTrip(
        name=trip.name,
        destinations=list(trip.destinations),
        sections=sections,
        start_date=trip.start_date if "dates" in public else None,
        end_date=trip.end_date if "dates" in public else None,
        notes=tidy(plan["notes"]) if "notes" in public else None,
        days=[_day(plan, day_id, public) for day_id in _ordered(plan["days"])] if "plan" in public else None,
        ideas=_ideas(plan, public) if "ideas" in public else None,
        packing=[_line(plan["packing"][key]["text"]) for key in _ordered(plan["packing"])]
        if "packing" in public
        else None,
        travellers=list(travellers) if "travellers" in public else None,
        budget=MoneyView(amount=budget.amount, currency=budget.currency) if budget else None,
    )


def _day(plan: dict[str, Any], day_id: str, public: Collection[str]) -> PublicDay:
    day = plan["days"][day_id]
    stops = {key: stop for key, stop in plan["stops"].items() if stop["dayId"] == day_id}
    return PublicDay(
        date=day.get("date") if "dates" in public else None,
        title=_line(day.get("title", "")),
        notes=tidy(day.get("notes", "")) if "notes" in public else None,
        stops=[_stop(stops[key], public) for key in _ordered(stops)],
    )


def _ideas(plan: dict[str, Any], public: Collection[str]) -> list[PublicStop]:
    ideas = {key: stop for key, stop in plan["stops"].items() if stop["dayId"] not in plan["days"]}
    return [_stop(ideas[key], public) for key in _ordered(ideas)]


def _stop(stop: dict[str, Any], public: Collection[str]) -> PublicStop:
    cost = stop.get("cost") if "costs" in public else None
    return PublicStop(
        name=_line(stop["name"]),
        kind=stop["kind"],
        at=stop.get("at"),
        minutes=stop["minutes"],
        lat=stop.get("lat"),
        lng=stop.get("lng"),
        notes=tidy(stop.get("notes", "")) if "notes" in public else None,
        cost=MoneyView(**cost) if cost else None,
    )


def _ordered(elements: dict[str, Any]) -> list[str]:
    return sorted(elements, key=lambda key: (elements[key]["order"], key))


def _line(text: str) -> str:
    """Plans are edited as text operations, which nobody rewrites, so they are cleaned where they are shown."""
    return tidy(text, one_line=True)
