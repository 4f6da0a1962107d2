"""Trips and plans for the tests of exports."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.exports.itinerary import itinerary
from shared.exports.models import Itinerary, Visit
from shared.exports.revisions import Revision, Revisions
from shared.exports.zones import Zones
from shared.plan.schema import empty_plan, validate
from shared.runtime.caller import Role
from shared.trips.models import Leg, Trip
from shared.words.languages import DEFAULT, Language

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)
UNCHANGED = Revisions({}, Revision(1, NOW), ())


def trip(*legs: Leg, **fields: Any) -> Trip:
    """A trip of Ana's from 2 April 2027 on."""
    known = {
        "name": "A trip",
        "start_date": "2027-04-02",
        "end_date": "2027-04-06",
        "roles": {"ana": Role.OWNER},
        "members": ("ana",),
        "created_by": "ana",
        "created_at": NOW,
        "updated_at": NOW,
    }
    return Trip(legs=legs, **{**known, **fields})


def stop(name: str = "Nishiki Market", **fields: Any) -> dict[str, Any]:
    plain = {"dayId": "d1", "order": "a0", "name": name, "kind": "sight", "minutes": 60, "by": "ana", "notes": ""}
    return {**plain, **fields}


def plan(stops: dict[str, dict[str, Any]], *, days: int = 1, day: Any = None, **fields: Any) -> dict[str, Any]:
    """A valid plan with days d1, d2, … from 2 April 2027 on; `day` is what each of them has besides."""
    dated = {
        f"d{number}": {
            "date": (date(2027, 4, 1) + timedelta(number)).isoformat(),
            "order": f"a{number:02}",
            **(day or {}),
        }
        for number in range(1, days + 1)
    }
    made = {**empty_plan(), "days": dated, "stops": stops, **fields}
    validate(made)
    return made


def zones(told: Trip) -> Zones:
    """The trip's zones, without a catalogue."""
    return Zones(told.legs, lambda _: None)


def shown(
    stops: dict[str, dict[str, Any]],
    zone: str | None = "Asia/Tokyo",
    names: dict[str, str] | None = None,
    language: Language = DEFAULT,
    **fields: Any,
) -> Itinerary:
    """A trip to one destination as exports see it."""
    told = trip(Leg(name="There", time_zone=zone))
    return itinerary("trip", told, plan(stops, **fields), zones(told), names or {}, language)


def watched(told: Itinerary) -> tuple[Itinerary, set[str]]:
    """The itinerary, and the ids of the stops that have been laid out so far: every format tells of what kind they are,
    and looks at that when it writes them."""
    laid_out: set[str] = set()

    class Watched(Visit):
        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            if name == "kind":
                laid_out.add(object.__getattribute__(self, "id"))
            return object.__getattribute__(self, name)

    def watch(one: Visit) -> Visit:
        return Watched(**{field.name: object.__getattribute__(one, field.name) for field in fields(Visit)})

    days = (replace(day, visits=tuple(map(watch, day.visits))) for day in told.days)
    return replace(told, days=tuple(days), ideas=tuple(map(watch, told.ideas))), laid_out
