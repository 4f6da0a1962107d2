"""Checks a plan against the world and the wishes. Shares no code with the optimiser, so that neither hides the other.

It reads plan documents (days and stops by id, as stored), whoever wrote them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from shared.assistant.constraints import TripConstraints
from shared.money import Rates, UnknownCurrencyError, convert
from shared.places.hours import is_open
from shared.places.provider import PlaceProvider
from shared.places.travel import Leg, Mode, Point, leg
from shared.words import Money, Sentence, Theme

Rule = Literal[
    "unknown_place", "closed", "overlap", "travel", "outside_day", "doubled", "budget", "must_see", "dislike", "dates"
]
HARD: frozenset[Rule] = frozenset(
    {"unknown_place", "closed", "overlap", "travel", "outside_day", "doubled", "dislike", "dates"}
)
"""Rules that no compromise excuses."""


@dataclass(frozen=True)
class Violation:
    """A rule that the plan breaks; `stop`, `day` and `place` are ids where there is one to blame."""

    rule: Rule
    said: Sentence
    stop: str | None = None
    day: str | None = None
    place: str | None = None

    @property
    def text(self) -> str:
        """What is wrong, in English."""
        return self.said.text


@dataclass(frozen=True)
class _Timed:
    id: str
    name: str
    start: int
    end: int
    point: tuple[float, float] | None
    travels: bool


def validate(
    days: Mapping[str, Mapping[str, Any]],
    stops: Mapping[str, Mapping[str, Any]],
    constraints: TripConstraints,
    provider: PlaceProvider,
    rates: Rates,
    *,
    must_see: tuple[str, ...] = (),
    modes: tuple[Mode, ...] = ("walk", "transit"),
    longest_walk: int | None = None,
) -> list[Violation]:
    """Every rule that the plan breaks: open when visited, no overlap, ways fit, budget, must-sees in, dislikes out.

    `must_see` are place ids; nobody walks further than `longest_walk` metres at once. Stops without a time, and ideas
    (no day), are checked for existence only.
    """
    found: list[Violation] = []
    placed = {id_: stop for id_, stop in stops.items() if stop.get("dayId") in days}
    found += _places(days, placed, constraints, provider, must_see)
    for day_id, day in days.items():
        own = {id_: stop for id_, stop in placed.items() if stop["dayId"] == day_id}
        lived = (_timing(day_id, day, mine, modes, longest_walk) for mine in _lived(own))
        found += dict.fromkeys(fault for faults in lived for fault in faults)
    found += _dates(days, constraints)
    found += _budget(placed, constraints, rates)
    present = {stop.get("placeId") for stop in placed.values()}
    for place_id in must_see:
        if place_id not in present:
            found.append(Violation("must_see", Sentence.of("fault_must_see", name=place_id), place=place_id))
    return found


def _places(
    days: Mapping[str, Mapping[str, Any]],
    stops: Mapping[str, Mapping[str, Any]],
    constraints: TripConstraints,
    provider: PlaceProvider,
    must_see: tuple[str, ...],
) -> list[Violation]:
    found = []
    seen: set[str] = set()
    for id_, stop in stops.items():
        place_id = stop.get("placeId")
        if place_id is None:
            continue
        place = provider.get(place_id)
        if place is None:
            unknown = Sentence.of("fault_unknown_place", name=stop["name"], place=place_id)
            found.append(Violation("unknown_place", unknown, id_))
            continue
        if place_id in seen:
            found.append(Violation("doubled", Sentence.of("fault_doubled", name=place.name), id_))
        seen.add(place_id)
        unwanted = {place.kind, *place.tags}.intersection(constraints.dislikes)
        if unwanted and place_id not in must_see:
            disliked = Sentence.of("fault_dislike", name=place.name, themes=tuple(map(Theme, sorted(unwanted))))
            found.append(Violation("dislike", disliked, id_))
        at, on = _minutes(stop.get("at")), days[stop["dayId"]].get("date")
        if at is not None and on and not is_open(place, date.fromisoformat(on), at, at + stop["minutes"]):
            closed = Sentence.of("fault_closed", name=place.name, at=stop["at"], date=date.fromisoformat(on))
            found.append(Violation("closed", closed, id_))
    return found


def _lived(stops: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Mapping[str, Any]]]:
    """A day as it is for those whom no stop names, and for each who is named (`who`): while some are apart, two stops
    may be at one time."""
    named = sorted({person for stop in stops.values() for person in stop.get("who", {})})
    for person in (None, *named):
        yield {id_: stop for id_, stop in stops.items() if not stop.get("who") or person in stop["who"]}


def _timing(
    day_id: str,
    day: Mapping[str, Any],
    stops: Mapping[str, Mapping[str, Any]],
    modes: tuple[Mode, ...],
    longest_walk: int | None,
) -> list[Violation]:
    opens, closes = _minutes(day.get("start")) or 0, _minutes(day.get("end")) or 24 * 60
    timed = sorted((_timed(id_, stop) for id_, stop in stops.items() if stop.get("at")), key=lambda one: one.start)
    found = []
    for one in timed:
        late = one.end > closes and not one.travels
        if one.start < opens or late:
            outside = Sentence.of("fault_outside_day", name=one.name)
            found.append(Violation("outside_day", outside, one.id, day_id))
    for before, after in pairwise(timed):
        gap = after.start - before.end
        if gap < 0:
            overlap = Sentence.of("fault_overlap", after=after.name, before=before.name)
            found.append(Violation("overlap", overlap, after.id, day_id))
        elif before.point and after.point and not after.travels:
            way = way_between(before.point, after.point, modes, longest_walk)
            if way.minutes > gap:
                slow = Sentence.of("fault_travel", before=before.name, after=after.name, minutes=way.minutes, gap=gap)
                found.append(Violation("travel", slow, after.id, day_id))
    return found


def way_between(a: Point, b: Point, modes: Collection[Mode], longest_walk: int | None) -> Leg:
    """The way from a to b, on foot only if that is at most `longest_walk` metres (None: any) or nothing else goes."""
    way = leg(a, b, modes)
    others = [mode for mode in modes if mode != "walk"]
    too_far = way.mode == "walk" and longest_walk is not None and way.metres > longest_walk
    return leg(a, b, others) if too_far and others else way


def _timed(id_: str, stop: Mapping[str, Any]) -> _Timed:
    start = _minutes(stop["at"]) or 0
    point = (stop["lat"], stop["lng"]) if stop.get("lat") is not None and stop.get("lng") is not None else None
    return _Timed(id_, stop["name"], start, start + stop["minutes"], point, stop["kind"] == "transport")


def _dates(days: Mapping[str, Mapping[str, Any]], constraints: TripConstraints) -> list[Violation]:
    there = {day.get("date") for day in days.values()}
    wanted = (constraints.date_of(day) for day in range(constraints.days))
    missing = tuple(day for day in wanted if day.isoformat() not in there)
    return [Violation("dates", Sentence.of("fault_dates", dates=missing))] if missing else []


def _budget(stops: Mapping[str, Mapping[str, Any]], constraints: TripConstraints, rates: Rates) -> list[Violation]:
    budget = constraints.budget
    if budget is None:
        return []
    spent = 0
    for cost in (stop["cost"] for stop in stops.values() if stop.get("cost")):
        try:
            spent += convert(cost["amount"], cost["currency"], budget.currency, rates)
        except UnknownCurrencyError:
            return [Violation("budget", Sentence.of("fault_no_rate", currency=cost["currency"]))]
    if spent <= budget.amount:
        return []
    over = Sentence.of("budget_over", cost=Money(spent, budget.currency), limit=Money(budget.amount, budget.currency))
    return [Violation("budget", over)]


def _minutes(clock: str | None) -> int | None:
    if clock is None:
        return None
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
