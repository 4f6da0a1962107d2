"""Where skills look things up: the plan and its days, a stop of it, a place of the trip's towns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from emulator.gemini.conversation.naming import telling
from emulator.gemini.conversation.turn import Call, Data, LookUp, Turn
from emulator.gemini.text import fold
from shared.places.vocabulary import KINDS

READ_PLAN: Final = Call("read_plan", {})
_HITS: Final = 3
_LONGEST_TRIP_DAYS: Final = 60


def stops_of(plan: Data) -> list[Data]:
    """Every stop of a plan with the `date` of its day, then the ideas, without one."""
    placed = [{**stop, "date": day.get("date")} for day in plan.get("days", ()) for stop in day.get("stops", ())]
    return [*placed, *({**idea, "date": None} for idea in plan.get("ideas", ()))]


def planned_days(plan: Data) -> list[date]:
    """The dates of the plan's days, in order."""
    return sorted(date.fromisoformat(day["date"]) for day in plan.get("days", ()) if day.get("date"))


def days_of(turn: Turn, plan: Data) -> list[date]:
    """The dates of the plan's days, in order; if it has none, those of the trip."""
    dated = planned_days(plan)
    first, last = turn.trip.first, turn.trip.last
    if dated or first is None or last is None:
        return dated
    return [first + timedelta(days=count) for count in range(min((last - first).days + 1, _LONGEST_TRIP_DAYS))]


def day_line(day: Data) -> str:
    """A day with its stops, in a line."""
    stops = (f"{stop['at']} {stop['title']}" if stop.get("at") else str(stop["title"]) for stop in day["stops"])
    return f"{day.get('date') or '?'}: {', '.join(stops)}"


def find_places(turn: Turn, name: str) -> LookUp[list[Data]]:
    """The places of the trip's towns by that name, as `search_places` tells them, best first."""
    for spelling in dict.fromkeys(one for one in (name, telling(name)) if one):
        found = yield from searched(turn, [{"text": spelling, "limit": _HITS}])
        if found and found[0]:
            return found[0]
    return []


def searched(turn: Turn, wishes: Sequence[Data]) -> LookUp[list[list[Data]]]:
    """What `search_places` tells for each wish, in all towns."""
    towns = turn.towns
    calls = [Call("search_places", {"destination": town, **wish}) for wish in wishes for town in towns]
    if not calls:
        return []
    answers = yield calls
    found = [answer.get("places", []) for answer in answers]
    return [
        [place for some in found[at : at + len(towns)] for place in some] for at in range(0, len(found), len(towns))
    ]


def wishes_of(turn: Turn) -> list[Data]:
    """The kinds of places that the message names, as `search_places` takes them; "food" only if no dish is named."""
    tags = [tag for tag in turn.facts.interests if tag != "food"] or list(turn.facts.interests)
    return [{"kinds": [tag]} if tag in KINDS else {"tags": [tag]} for tag in tags]


def find_stops(turn: Turn, plan: Data, name: str) -> LookUp[list[Data]]:
    """The stops that are meant by a name: by their titles, else by the place that is known by it."""
    stops = stops_of(plan)
    by_title = [stop for stop in stops if is_called(str(stop["title"]), name)]
    if by_title or not stops:
        return by_title
    places = yield from find_places(turn, name)
    ids = {place["id"] for place in places[:1]}
    return [stop for stop in stops if stop.get("placeId") in ids]


def is_called(title: str, name: str) -> bool:
    """Whether every telling word of a name stands in a title."""
    wanted = fold(telling(name) or name).split()
    own = fold(title)
    return bool(wanted) and all(word in own for word in wanted)


def same_day(plan: Data, on: date) -> list[Data]:
    return [stop for stop in stops_of(plan) if stop["date"] == on.isoformat()]


def minutes(clock: str) -> int:
    """Minutes after midnight of HH:MM."""
    hours, _, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def is_free(stops: Sequence[Any], start: int, length: int, margin: int) -> bool:
    """Whether a visit keeps `margin` minutes from everything that has a time on its day."""
    timed = [(minutes(stop["at"]), stop.get("minutes") or 0) for stop in stops if stop.get("at")]
    return all(start >= at + lasts + margin or start + length + margin <= at for at, lasts in timed)
