"""The tools that the model may call in a conversation. Each looks with the eyes of who asked, at the time of the call.

Arguments are checked, results are plain data of bounded size, and whatever is wrong is said in words for the model.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Final, TypeVar

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from shared.assistant.changes import clock
from shared.assistant.fence import clean
from shared.chat.proposing import DECLARATION, Propose, Proposing
from shared.money import in_words
from shared.places.hours import windows
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.places.vocabulary import KINDS, TAGS, Kind
from shared.plan.service import PlanService
from shared.runtime.caller import Role, TripAccess
from shared.runtime.errors import InvalidArgument, PermissionDenied
from shared.trips.service import TripService

MOST_PLACES: Final = 20
MOST_STOPS: Final = 150
MOST_NOTE_CHARACTERS: Final = 300

Data = dict[str, Any]
A = TypeVar("A", bound=BaseModel)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class _Search(_Arguments):
    destination: Annotated[str, Field(max_length=200)]
    kinds: list[Kind] | None = None
    tags: list[str] | None = None
    text: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1)] = 10


class _Details(_Arguments):
    place_id: Annotated[str, Field(max_length=200)]
    date: str | None = None


class _Nothing(_Arguments):
    pass


def declarations() -> list[types.FunctionDeclaration]:
    """What the model is told about the tools."""
    return [
        types.FunctionDeclaration(
            name="search_places",
            description="Places of a town, best first, with the ids that other tools take.",
            parameters_json_schema={
                "type": "object",
                "properties": {
                    "destination": {"type": "string", "description": "the town's name"},
                    "kinds": {"type": "array", "items": {"type": "string", "enum": list(KINDS)}},
                    "tags": {"type": "array", "items": {"type": "string", "enum": list(TAGS)}},
                    "text": {"type": "string", "description": "words of the name, when looking for one place"},
                    "limit": {"type": "integer", "minimum": 1, "maximum": MOST_PLACES},
                },
                "required": ["destination"],
            },
        ),
        types.FunctionDeclaration(
            name="place_details",
            description="Price, length of a visit and opening hours of a place; with a date, the hours of that date.",
            parameters_json_schema={
                "type": "object",
                "properties": {
                    "placeId": {"type": "string"},
                    "date": {"type": "string", "description": "YYYY-MM-DD"},
                },
                "required": ["placeId"],
            },
        ),
        types.FunctionDeclaration(
            name="read_plan",
            description="The shared plan as it is now: its days with their stops, and the ideas that have no day.",
            parameters_json_schema={"type": "object", "properties": {}},
        ),
        DECLARATION,
    ]


class Tools:
    """Runs tool calls. `access` is made for each call, so a role that was taken away counts at once."""

    def __init__(
        self,
        trips: TripService,
        plans: PlanService,
        provider: PlaceProvider,
        proposing: Proposing,
        access: Callable[[Role], TripAccess],
    ) -> None:
        self._proposing = proposing
        self._trips = trips
        self._plans = plans
        self._provider = provider
        self._access = access
        self._tools: Mapping[str, tuple[type[_Arguments], Callable[[Any], Data]]] = {
            "search_places": (_Search, self._search),
            "place_details": (_Details, self._details),
            "read_plan": (_Nothing, self._plan),
        }

    def run(self, call: types.FunctionCall, key: str, *, last_try: bool) -> Data:
        """The result of a call, or `{"error": …}` for the model.

        `key` names the call within its answer; on the `last_try` a proposal leaves out what is wrong. Raises NotFound
        (TRIP_NOT_FOUND) once who asked has left the trip.
        """
        if call.name == "propose_change":
            return self._checked(Propose, call, lambda wanted: self._propose(wanted, key, last_try=last_try))
        known = self._tools.get(call.name or "")
        if known is None:
            return {"error": f"there is no tool {call.name!r}"}
        return self._checked(known[0], call, known[1])

    def _checked(self, model: type[A], call: types.FunctionCall, work: Callable[[A], Data]) -> Data:
        try:
            arguments = model.model_validate(call.args or {})
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]]
            return {"error": "; ".join(wrong)}
        return work(arguments)

    def _propose(self, wanted: Propose, key: str, *, last_try: bool) -> Data:
        """A proposal, which needs the role voter. What fails goes back to the model once."""
        access = self._access(Role.VOTER)
        try:
            trip = self._trips.get(access)
            return self._proposing.propose(access, trip, wanted, key, last_try=last_try)
        except PermissionDenied:
            return {"error": "who asked may only read this trip; they cannot propose changes"}
        except InvalidArgument as error:
            return {"error": error.message}

    def _search(self, wanted: _Search) -> Data:
        self._trips.get(self._access(Role.VIEWER))
        destination = self._provider.destination(wanted.destination)
        if destination is None:
            return {"error": "this town is not in the catalogue"}
        found = self._provider.search(
            destination.id,
            text=wanted.text or None,
            kinds=wanted.kinds or None,
            tags=wanted.tags or None,
            limit=min(wanted.limit, MOST_PLACES),
        )
        return {"places": [_as_data(place) for place in found]}

    def _details(self, wanted: _Details) -> Data:
        self._trips.get(self._access(Role.VIEWER))
        place = self._provider.get(wanted.place_id)
        if place is None:
            return {"error": "there is no such place; search_places tells the ids"}
        told = _as_data(place) | {"openingHours": place.opening_hours, "town": place.destination}
        if wanted.date is None:
            return told
        try:
            on = date.fromisoformat(wanted.date)
        except ValueError:
            return {"error": "date must be YYYY-MM-DD"}
        open_then = [{"opens": clock(opens), "closes": clock(closes)} for opens, closes in windows(place, on)]
        return told | {"date": on.isoformat(), "openOnDate": open_then}

    def _plan(self, _: _Nothing) -> Data:
        plan = self._plans.read(self._access(Role.VIEWER))
        days, stops = plan.doc["days"], sorted(plan.doc["stops"].items(), key=lambda one: (one[1]["order"], one[0]))
        shown = stops[:MOST_STOPS]
        in_order = sorted(days.items(), key=lambda one: (one[1]["order"], one[0]))
        return {
            "version": plan.version,
            "days": [
                {
                    "dayId": day_id,
                    "date": day.get("date"),
                    "stops": [_stop(stop_id, stop) for stop_id, stop in shown if stop["dayId"] == day_id],
                }
                for day_id, day in in_order
            ],
            "ideas": [_stop(stop_id, stop) for stop_id, stop in shown if stop["dayId"] not in days],
            "stopsLeftOut": len(stops) - len(shown),
        }


def _as_data(place: Place) -> Data:
    return {
        "id": place.id,
        "name": place.name,
        "localName": place.local_name,
        "kind": place.kind,
        "tags": list(place.tags),
        "minutes": place.minutes,
        "price": in_words(place.price, place.currency),
        "weight": place.weight,
    }


def _stop(stop_id: str, stop: Mapping[str, Any]) -> Data:
    cost = stop.get("cost")
    return {
        "stopId": stop_id,
        "title": clean(stop["name"]),
        "at": stop.get("at"),
        "minutes": stop["minutes"],
        "placeId": stop.get("placeId"),
        "cost": in_words(cost["amount"], cost["currency"]) if cost else None,
        "notes": clean(stop.get("notes") or "")[:MOST_NOTE_CHARACTERS],
    }
