"""The one tool that leads to changes: they are checked against the world and put before the people as a proposal."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal

from google.genai import types
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared import ot
from shared.assistant.constraints import Budget, Leg, Travellers, TripConstraints
from shared.assistant.fence import clean
from shared.assistant.validate import HARD, validate
from shared.money import Rates
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.plan.order import key_between
from shared.plan.service import PlanService
from shared.proposals.service import ProposalService
from shared.runtime.caller import TripAccess
from shared.trips.models import Trip

MOST_CHANGES: Final = 20
UNVERIFIED: Final = "Unverified idea: nobody has checked that this place exists."
_ACTIVITIES: Final = frozenset({"activity", "nightlife"})

Data = dict[str, Any]
Keep = Callable[[str, Callable[[], Data]], Data]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Change(_Model):
    """`add` takes a `place_id` or the name of an `idea`, `move` and `remove` a `stop_id`; `on` is a date of it."""

    action: Literal["add", "move", "remove"]
    place_id: Annotated[str, Field(max_length=200)] | None = None
    idea: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    stop_id: Annotated[str, Field(max_length=64)] | None = None
    on: date | None = None
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None


class Propose(_Model):
    title: Annotated[str, Field(min_length=1, max_length=80)]
    changes: Annotated[list[Change], Field(min_length=1, max_length=MOST_CHANGES)]


DECLARATION: Final = types.FunctionDeclaration(
    name="propose_change",
    description=(
        "Puts changes of the plan before the group, who accept or reject each. Nothing changes by itself. Places only "
        "by ids that search_places told; what has none is an idea by its name, without day or time."
    ),
    parameters_json_schema={
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "changes": {
                "type": "array",
                "maxItems": MOST_CHANGES,
                "items": {
                    "type": "object",
                    "properties": {
                        "action": {"type": "string", "enum": ["add", "move", "remove"]},
                        "placeId": {"type": "string"},
                        "idea": {"type": "string"},
                        "stopId": {"type": "string"},
                        "on": {"type": "string", "description": "YYYY-MM-DD, a day of the plan; none for an idea"},
                        "at": {"type": "string", "description": "HH:MM"},
                    },
                    "required": ["action"],
                },
            },
        },
        "required": ["title", "changes"],
    },
)


class _WrongChangeError(Exception):
    """What is wrong with a change, in words for the model."""


@dataclass(frozen=True)
class Proposing:
    """Makes proposals in the name of who asked. `keep` stores what was decided before it has effects."""

    plans: PlanService
    proposals: ProposalService
    provider: PlaceProvider
    rates: Rates
    keep: Keep
    job_id: str

    def propose(self, access: TripAccess, trip: Trip, wanted: Propose, key: str, *, last_try: bool) -> Data:
        """`{"proposalId", "leftOut"}`, or `{"error"}` with what a change breaks, so that the model tries once more.

        On the `last_try` changes that break a rule are left out and named, and the others are proposed.
        """
        decided = self.keep(f"proposal-{key}", lambda: self._decided(access, trip, wanted, key, last_try=last_try))
        if "error" in decided:
            return decided
        request_id = f"{self.job_id}-{key}"
        proposal_id, _ = self.proposals.propose(
            access, wanted.title, decided["base"], decided["ops"], source="assistant", request_id=request_id
        )
        return {"proposalId": proposal_id, "leftOut": decided["leftOut"]}

    def _decided(self, access: TripAccess, trip: Trip, wanted: Propose, key: str, *, last_try: bool) -> Data:
        plan = self.plans.read(access)
        doc, ops, left_out = plan.doc, [], []
        for number, change in enumerate(wanted.changes):
            try:
                op = self._op(doc, change, access.caller.uid, f"{key}/{number}")
            except _WrongChangeError as wrong:
                left_out.append(str(wrong))
                continue
            after = ot.apply(doc, op)
            broken = self._broken(trip, doc, after)
            if broken:
                left_out += broken
                continue
            doc = after
            ops.append(op)
        if not ops or (left_out and not last_try):
            return {"error": "nothing was proposed", "problems": left_out}
        return {"base": plan.version, "ops": ops, "leftOut": left_out}

    def _broken(self, trip: Trip, before: Data, after: Data) -> list[str]:
        """The rules that a change breaks and that were not broken before it."""
        constraints = self._constraints(trip, after)
        if constraints is None:
            return []
        found = [
            {
                (one.rule, one.stop, one.text)
                for one in self._faults(doc, constraints)
                if one.rule in HARD or one.rule == "budget"
            }
            for doc in (before, after)
        ]
        return sorted(text for _, _, text in found[1] - found[0])

    def _faults(self, doc: Data, constraints: TripConstraints) -> list[Any]:
        return validate(doc["days"], doc["stops"], constraints, self.provider, self.rates)

    def _constraints(self, trip: Trip, doc: Data) -> TripConstraints | None:
        """What the trip itself demands; None if it has no day to be judged by."""
        dates = sorted(day["date"] for day in doc["days"].values() if day.get("date"))
        if not dates:
            return None
        budget = Budget(amount=trip.budget.amount, currency=trip.budget.currency) if trip.budget else None
        return TripConstraints(
            legs=(Leg(destination="trip", days=1),),
            start_date=date.fromisoformat(dates[0]),
            travellers=Travellers(adults=max(1, min(50, len(trip.members)))),
            currency=trip.currency,
            budget=budget,
        )

    def _op(self, doc: Data, change: Change, uid: str, key: str) -> list[Data]:
        if change.action == "add":
            stop_id = hashlib.sha256(f"{self.job_id}/{key}".encode()).hexdigest()[:20]
            return [{"p": ["stops", stop_id], "oi": self._added(doc, change, uid)}]
        stop = doc["stops"].get(change.stop_id)
        if stop is None:
            raise _WrongChangeError(f"there is no stop {change.stop_id!r}; read_plan tells the ids")
        if change.action == "remove":
            return [{"p": ["stops", change.stop_id], "od": stop}]
        if stop.get("fixed"):
            raise _WrongChangeError(f"{stop['name']} is fixed and stays where it is")
        placed = self._placed(doc, change)
        return [_set(change.stop_id, stop, name, value) for name, value in placed.items() if stop.get(name) != value]

    def _added(self, doc: Data, change: Change, uid: str) -> Data:
        common = {"notes": "", "fixed": False, "by": uid, "source": "assistant"}
        if change.place_id is not None:
            place = self.provider.get(change.place_id)
            if place is None:
                raise _WrongChangeError(f"there is no place {change.place_id!r}; search_places tells the ids")
            return {**_of_place(place), **self._placed(doc, change), **common, "why": ""}
        if change.idea is None:
            raise _WrongChangeError("add needs a placeId, or the name of an idea")
        if change.on or change.at:
            raise _WrongChangeError(f"{change.idea}: without a placeId it is an idea, which has no day and no time")
        nowhere = {"placeId": None, "lat": None, "lng": None, "cost": None}
        idea = {"name": clean(change.idea), "kind": "note", "minutes": 60, **nowhere}
        return {**idea, **self._placed(doc, change), **common, "why": UNVERIFIED}

    def _placed(self, doc: Data, change: Change) -> Data:
        day_id = None
        if change.on is not None:
            found = [id_ for id_, day in doc["days"].items() if day.get("date") == change.on.isoformat()]
            if not found:
                raise _WrongChangeError(f"the plan has no day on {change.on.isoformat()}")
            day_id = min(found)
        elif change.at is not None:
            raise _WrongChangeError("a time needs a day: say on which date")
        last = max((stop["order"] for stop in doc["stops"].values() if stop["dayId"] == day_id), default=None)
        return {"dayId": day_id, "order": key_between(last, None), "at": change.at}


def _of_place(place: Place) -> Data:
    kind = "food" if place.kind == "food" else "activity" if place.kind in _ACTIVITIES else "sight"
    cost = {"amount": place.price, "currency": place.currency} if place.price else None
    return {
        "name": place.name,
        "placeId": place.id,
        "kind": kind,
        "minutes": place.minutes,
        "lat": place.lat,
        "lng": place.lng,
        "cost": cost,
    }


def _set(stop_id: str | None, stop: Mapping[str, Any], name: str, value: Any) -> Data:
    component = {"p": ["stops", stop_id, name], "oi": value}
    return {**component, "od": stop[name]} if name in stop else component
