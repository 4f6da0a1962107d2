"""A small trip to plan in: one town on a straight street, two days, every hour known."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared import ot
from shared.assistant.settings import SearchEffort
from shared.money import reference_rates
from shared.places.models import Place
from shared.plan import schema
from shared.plan.state import PlanState
from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.reading import facts_of
from shared.planning.solving import Solver
from shared.reactions.group import Group
from shared.runtime.caller import Role
from shared.trips.models import Trip
from tests.assistant.worlds import World, place, town

BEFORE = datetime(2027, 5, 1, tzinfo=UTC)
"""Two days before the trip."""
STREET = 45.0
STEP = 0.009
"""A kilometre of latitude: 18 minutes on foot."""


def sight(name: str, step: float, **fields: Any) -> Place:
    """A sight so many kilometres along the street."""
    return place(f"mila/{name}", lat=STREET + step * STEP, **fields)


def stop(of: Place | None = None, day: str | None = None, at: str | None = None, **fields: Any) -> dict[str, Any]:
    """A stop as clients write it; `at` is absent if it has no time."""
    known: dict[str, Any] = {"dayId": day, "order": "a0", "name": "Stop", "kind": "sight", "minutes": 60, "by": "ana"}
    if of is not None:
        known |= {"name": of.name, "placeId": of.id, "lat": of.lat, "lng": of.lng, "minutes": of.minutes}
    if at is not None:
        known["at"] = at
    return {**known, **fields}


def day(number: int, **fields: Any) -> dict[str, Any]:
    return {"date": f"2027-05-{2 + number:02d}", "order": f"a{number}", "start": "09:00", "end": "18:00", **fields}


def plan(stops: Mapping[str, dict[str, Any]], days: int = 2) -> dict[str, Any]:
    """A plan of days d1, d2, … from Monday, 3 May 2027; order keys follow the order of the mapping."""
    doc = {
        **schema.empty_plan(),
        "days": {f"d{number}": day(number) for number in range(1, days + 1)},
        "stops": {
            key: {**one, "order": f"a{index}"} if one["order"] == "a0" else one
            for index, (key, one) in enumerate(stops.items())
        },
    }
    schema.validate(doc)
    return doc


def facts(
    doc: dict[str, Any],
    world: World,
    group: Group | None = None,
    now: datetime = BEFORE,
    zone: str | None = None,
    **trip: Any,
) -> Facts:
    known: dict[str, Any] = {
        "name": "A trip", "destinations": ["mila"], "roles": {"ana": Role.OWNER}, "members": ("ana",),
        "created_by": "ana", "created_at": now, "updated_at": now, "currency": "EUR",
    }  # fmt: skip
    state = PlanState(version=7, doc=doc, snapshot_version=7, snapshot_at=now)
    return facts_of(Trip.model_validate({**known, **trip}), state, group or Group(), world, now, zone)


def world(*places: Place) -> World:
    return World(list(places), [town("mila", lat=STREET)])


def solver(known: World) -> Solver:
    return Solver(known, reference_rates(), SearchEffort(iterations=300, seconds=20))


def after(doc: dict[str, Any], made: Outcome) -> dict[str, Any]:
    """The plan with the operations applied; valid."""
    changed: dict[str, Any] = ot.apply(doc, made.ops)
    schema.validate(changed)
    return changed


def shown(doc: dict[str, Any], day_id: str) -> list[tuple[str, str | None]]:
    """The stops of a day and their times, in the order of their keys."""
    own = sorted((one["order"], key) for key, one in doc["stops"].items() if one["dayId"] == day_id)
    return [(key, doc["stops"][key].get("at")) for _, key in own]
