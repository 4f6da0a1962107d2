"""Looking at the trip: its plan and what became of it, what its people want, what it costs."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from shared.assistant.declaring import Arguments
from shared.chat.areas import Areas
from shared.chat.tools.toolbox import Call, Data, Tool
from shared.expenses.budget import Line
from shared.money import UnknownCurrencyError, convert, in_words
from shared.plan.words import phrases
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.trips.models import Trip

MOST_STOPS: Final = 150
MOST_NOTE_CHARACTERS: Final = 300
MOST_CHANGES: Final = 40
_USUAL_CHANGES: Final = 15
MOST_WORDS_OF_A_CHANGE: Final = 400
MOST_REACTIONS: Final = 200


class Nothing(Arguments):
    """No arguments."""


class History(Arguments):
    limit: Annotated[int, Field(ge=1)] | None = None


class TripTools:
    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def tools(self) -> tuple[Tool[Any], ...]:
        return (
            Tool(
                "read_plan",
                "The shared plan as it is now: its days with their stops, and the ideas that have no day.",
                Nothing,
                self.plan,
            ),
            Tool(
                "read_history", "The latest changes of the plan, newest first: who, when, what.", History, self.history
            ),
            Tool(
                "read_wishes",
                "How the members react to stops and ideas, whom a veto is from, and what who asks wants (only in a "
                "private conversation). What profiles of others say is never told; optimise heeds it.",
                Nothing,
                self.wishes,
            ),
            Tool(
                "read_budget",
                "What is planned and what was spent, by day, category and member, and what is left of the budget.",
                Nothing,
                self.budget,
            ),
        )

    def plan(self, call: Call, _: Nothing) -> Data:
        plan = self._areas.plans.read(call.access)
        days, stops = plan.doc["days"], sorted(plan.doc["stops"].items(), key=_by_order)
        shown = stops[:MOST_STOPS]
        return {
            "version": plan.version,
            "days": [
                {
                    "dayId": day_id,
                    "date": day.get("date"),
                    "title": day.get("title") or "",
                    "stops": [_stop(stop_id, stop) for stop_id, stop in shown if stop["dayId"] == day_id],
                }
                for day_id, day in sorted(days.items(), key=_by_order)
            ],
            "ideas": [_stop(stop_id, stop) for stop_id, stop in shown if stop["dayId"] not in days],
            "stopsLeftOut": len(stops) - len(shown),
        }

    def history(self, call: Call, wanted: History) -> Data:
        page = self._areas.history.page(call.access, None, min(wanted.limit or _USUAL_CHANGES, MOST_CHANGES))
        return {
            "changes": [
                {
                    "version": record.version,
                    "by": page.names[record.uid],
                    "at": record.at.isoformat(timespec="minutes"),
                    "what": ", ".join(phrases(json.loads(record.changes)))[:MOST_WORDS_OF_A_CHANGE],
                }
                for record in page.records
            ]
        }

    def wishes(self, call: Call, _: Nothing) -> Data:
        """What a profile says is its owner's: it is told in their own private conversations, and nowhere else."""
        stops = self._areas.plans.read(call.access).doc["stops"]
        trip = self._areas.trips.get(call.access)
        group = self._areas.wishes.read(call.trip_id, trip.members)
        own = next(one for one in group.travellers if one.uid == call.uid)
        return {
            "members": [
                {"name": one.name, "you": one is own, **_reactions(group, one.uid, stops)} for one in group.travellers
            ],
            "yours": _profile(own) if call.session.private else None,
            "unnamed": _unnamed(group),
        }

    def budget(self, call: Call, _: Nothing) -> Data:
        found = self._areas.summaries.summary(call.access, unit="one", grouped=False)
        trip, compared = found.trip, found.comparison
        names = self._areas.names(call.trip_id, sorted(compared.people.keys() & trip.roles.keys()))
        guests = {guest_id: guest.name for guest_id, guest in trip.guests.items()}
        called = {**guests, **names}
        whole, budget = compared.whole, self._budget(trip)
        return {
            "budget": None if budget is None else in_words(budget, trip.currency),
            **_line(whole, trip.currency),
            "leftToPlan": None if budget is None else in_words(budget - whole.planned, trip.currency),
            "leftToSpend": None if budget is None else in_words(budget - whole.actual, trip.currency),
            "days": [
                {"date": on, **_line(line, trip.currency)}
                for (on, _), line in sorted(compared.days.items(), key=lambda one: (one[0][0] or "", one[0][1] or ""))
            ],
            "categories": [
                {"category": category, **_line(line, trip.currency)}
                for category, line in sorted(compared.categories.items())
            ],
            "members": [
                {"name": called.get(person, "Former traveller"), **_line(line, trip.currency)}
                for person, line in sorted(compared.people.items())
            ],
            "withoutRate": [in_words(amount, currency) for currency, amount in sorted(compared.unconverted.items())],
        }

    def _budget(self, trip: Trip) -> int | None:
        """In the trip's currency; None also if there is no rate."""
        if trip.budget is None:
            return None
        try:
            return convert(trip.budget.amount, trip.budget.currency, trip.currency, self._areas.rates)
        except UnknownCurrencyError:
            return None


def _by_order(entry: tuple[str, Mapping[str, Any]]) -> tuple[str, str]:
    return entry[1]["order"], entry[0]


def _stop(stop_id: str, stop: Mapping[str, Any]) -> Data:
    cost = stop.get("cost")
    return {
        "stopId": stop_id,
        "title": stop["name"],
        "at": stop.get("at"),
        "minutes": stop["minutes"],
        "placeId": stop.get("placeId"),
        "cost": in_words(cost["amount"], cost["currency"]) if cost else None,
        "fixed": stop.get("fixed", False),
        "notes": (stop.get("notes") or "")[:MOST_NOTE_CHARACTERS],
    }


def _reactions(group: Group, uid: str, stops: Mapping[str, Mapping[str, Any]]) -> Data:
    own = {stop_id: by_uid[uid] for stop_id, by_uid in group.reactions.items() if uid in by_uid and stop_id in stops}
    shown = sorted(own.items())[: MOST_REACTIONS // max(1, len(group.travellers))]
    return {
        "reactions": [
            {"stopId": stop_id, "title": stops[stop_id]["name"], "reaction": reaction.value}
            for stop_id, reaction in shown
        ],
        "vetoes": [stops[stop_id]["name"] for stop_id, reaction in shown if reaction is Reaction.VETO],
    }


def _profile(one: Traveller) -> Data:
    return {
        "interests": list(one.interests),
        "avoids": list(one.avoids),
        "diet": list(one.diet),
        "pace": one.pace,
        "walkMetres": one.walk_metres,
    }


def _unnamed(group: Group) -> list[str]:
    """What kinds of things the profiles say, so that the group knows whom to ask: each other."""
    said = {
        "diet": group.diet,
        "mobility": group.walk_metres or any("hike" in one.avoids for one in group.travellers),
        "pace": group.pace,
        "interests": any(one.interests for one in group.travellers),
    }
    return [kind for kind, something in said.items() if something]


def _line(line: Line, currency: str) -> Data:
    return {"planned": in_words(line.planned, currency), "actual": in_words(line.actual, currency)}
