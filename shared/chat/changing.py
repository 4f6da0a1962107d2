"""One change that the model wants, as an operation on the plan."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from shared.assistant.declaring import Arguments
from shared.assistant.speech import harmless
from shared.chat.instructions import INSTRUCTIONS
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.plan.order import key_after
from shared.trips.models import Trip
from shared.words import Key, Sentence, say

_ACTIVITIES: Final = frozenset({"activity", "nightlife"})

Data = dict[str, Any]


class Change(Arguments):
    """`add` takes a `place_id` or the name of an `idea`, `move` and `remove` a `stop_id`; `on` is a date of it."""

    action: Literal["add", "move", "remove"]
    place_id: Annotated[str, Field(max_length=200)] | None = None
    idea: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    stop_id: Annotated[str, Field(max_length=64)] | None = None
    on: Annotated[date, Field(description="YYYY-MM-DD, a day of the plan; none for an idea")] | None = None
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="HH:MM")] | None = None


class WrongChangeError(Exception):
    """What is wrong with a change: `said` to people, and with what helps to mend it (`hint`) to the model."""

    def __init__(self, key: Key, hint: str = "", **values: Any) -> None:
        self.said = Sentence.of(key, **values)
        super().__init__(f"{self.said.text} {hint}".strip())


@dataclass(frozen=True)
class Changing:
    """Makes operations (json0) of changes; what a stop has of its place is the provider's word, not the model's. What
    else it says is in this `language`."""

    provider: PlaceProvider
    language: str | None

    def op(self, doc: Data, touched: Collection[str], trip: Trip, change: Change, uid: str, key: str) -> list[Data]:
        """The operation of somebody's change on a plan; `touched` are stops that others change, `key` names the change.

        Raises WrongChangeError.
        """
        if change.action == "add":
            stop_id = hashlib.sha256(key.encode()).hexdigest()[:20]
            return [{"p": ["stops", stop_id], "oi": self._added(doc, trip, change, uid)}]
        stop_id = change.stop_id or ""
        stop = doc["stops"].get(stop_id)
        if stop is None:
            raise WrongChangeError("wrong_stop", "read_plan tells the ids.", stop=_quoted(stop_id))
        if stop_id in touched:
            raise WrongChangeError("wrong_twice", name=stop["name"])
        if change.action == "remove":
            return [{"p": ["stops", stop_id], "od": stop}]
        if stop.get("fixed"):
            raise WrongChangeError("wrong_fixed", name=stop["name"])
        op = moved(stop_id, stop, self._placed(doc, change))
        if not op:
            raise WrongChangeError("wrong_already", name=stop["name"])
        return op

    def _added(self, doc: Data, trip: Trip, change: Change, uid: str) -> Data:
        common = {"notes": "", "fixed": False, "by": uid, "source": "assistant"}
        if change.place_id is not None:
            place = self.provider.get(change.place_id)
            if place is None:
                raise WrongChangeError("wrong_place", "search_places tells the ids.", place=_quoted(change.place_id))
            return {**_of_place(place, trip), **self._placed(doc, change), **common, "why": ""}
        if change.idea is None:
            raise WrongChangeError("wrong_nothing", "add needs a placeId, or the name of an idea.")
        if change.on or change.at:
            raise WrongChangeError("wrong_idea_when", "Without a placeId it is an idea.", name=_quoted(change.idea))
        name = harmless(change.idea, INSTRUCTIONS)
        if not name:
            raise WrongChangeError("wrong_idea_name")
        nowhere = {"placeId": None, "lat": None, "lng": None, "cost": None}
        idea = {"name": name, "kind": "note", "minutes": 60, **nowhere}
        return {**idea, **self._placed(doc, change), **common, "why": say(self.language, "unverified_idea")}

    def _placed(self, doc: Data, change: Change) -> Data:
        day_id = None
        if change.on is not None:
            found = [id_ for id_, day in doc["days"].items() if day.get("date") == change.on.isoformat()]
            if not found:
                raise WrongChangeError("wrong_day", change.on.isoformat(), date=change.on)
            day_id = min(found)
        elif change.at is not None:
            raise WrongChangeError("wrong_time", "A time needs a day: say on which date.")
        last = max((stop["order"] for stop in doc["stops"].values() if stop["dayId"] == day_id), default=None)
        return {"dayId": day_id, "order": key_after(last), "at": change.at}


def _quoted(text: str) -> str:
    """A name that the model made up, as people may see it."""
    return f"“{harmless(text, INSTRUCTIONS)[:80]}”"


def _of_place(place: Place, trip: Trip) -> Data:
    """What a stop has of its place. The whole group pays; of a place from Google only the id may be kept, and what
    people call it (docs/maps.md)."""
    kind = "food" if place.kind == "food" else "activity" if place.kind in _ACTIVITIES else "sight"
    ours = not place.attributions
    amount = place.price * max(1, len(trip.travellers))
    return {
        "name": place.name,
        "placeId": place.id,
        "kind": kind,
        "minutes": place.minutes,
        "lat": place.lat if ours else None,
        "lng": place.lng if ours else None,
        "cost": {"amount": amount, "currency": place.currency} if amount and ours else None,
    }


def moved(stop_id: str, stop: Mapping[str, Any], placed: Mapping[str, Any]) -> list[Data]:
    """The components that give a stop its new place, field by field."""
    return [_set(stop_id, stop, name, value) for name, value in placed.items() if stop.get(name) != value]


def _set(stop_id: str, stop: Mapping[str, Any], name: str, value: Any) -> Data:
    component = {"p": ["stops", stop_id, name], "oi": value}
    return {**component, "od": stop[name]} if name in stop else component
