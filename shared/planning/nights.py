"""Where each day sets off and where it ends: the place of last night and of tonight, or a journey that comes or goes.

docs/planning.md says the rule. A journey's place is where it leads. What only some of the group do is left aside. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from shared.places.travel import Point, great_circle
from shared.planning.facts import PlanDay, PlanStop

REACH_METRES: Final = 60_000
"""How far from one another what people get to without a journey may be."""
_CONNECTION: Final = 180
"""Minutes between two journeys that are one."""
_MIDNIGHT: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class _Stay:
    """Where the group sleeps. `nights`: for how many, None: until it moves on. `told`: by the day itself, or for that
    night; otherwise it is only taken to go on."""

    point: Point
    nights: int | None
    told: bool = True


@dataclass(frozen=True, slots=True)
class _Night:
    """The night before a day: in a stay, or on a journey that leads to a `point` at minute `earliest` of the day."""

    stay: _Stay | None = None
    point: Point | None = None
    earliest: int = 0

    @property
    def left(self) -> _Stay | None:
        """The stay for the nights after this one."""
        if self.stay is None or self.stay.nights is None:
            return self.stay and replace(self.stay, told=False)
        return replace(self.stay, nights=self.stay.nights - 1) if self.stay.nights > 1 else None


class _Own:
    """What the whole group does on a day, in the order of time, what has none last."""

    def __init__(self, day: PlanDay, stops: Iterable[PlanStop], towns: Mapping[str, Point]) -> None:
        own = [stop for stop in stops if stop.day == day.id and not stop.who and stop.kind != "note"]
        own.sort(key=lambda stop: (_MIDNIGHT if stop.at is None else stop.at, stop.order, stop.id))
        self.timed = [stop for stop in own if stop.at is not None]
        self.journeys = [stop for stop in self.timed if stop.kind == "transport"]
        self.stay = next((stop for stop in own[::-1] if stop.kind == "stay" and stop.point), None)
        self.visited = [stop for stop in own if stop.point and stop.kind not in ("transport", "stay")]
        here = next((stop.point for stop in self.visited), day.base)
        self.here = here or towns.get(day.town or "")

    @property
    def arrival(self) -> PlanStop | None:
        """The last of the journeys with which the day begins."""
        run = _run(self.timed)
        return run[-1] if run else None

    @property
    def departure(self) -> PlanStop | None:
        """The first of the journeys with which the day ends."""
        run = _run(self.timed[::-1])
        return run[-1] if run else None


def with_nights(
    days: Sequence[PlanDay],
    stops: Iterable[PlanStop],
    towns: Mapping[str, Point],
    first: date | None,
    last: date | None,
) -> tuple[PlanDay, ...]:
    """The days, which are in order, with where they set off and end, and those on which the group comes or goes with
    the hours that this leaves. `towns`: where they are, by id; `first` and `last`: the trip's dates, if known."""
    known = list(stops)
    found: list[PlanDay] = []
    night = _Night()
    for number, day in enumerate(days):
        own = _Own(day, known, towns)
        if number and not _follows(days[number - 1], day):
            night = _Night()
        begins = number == 0 and (first is None or day.date is None or day.date <= first)
        ends = number == len(days) - 1 and (last is None or day.date is None or day.date >= last)
        arrival = own.arrival if begins else None
        if arrival and not _leads_here(arrival, day, own, alone=ends):
            arrival = None
        departure = own.departure if ends and own.departure is not arrival else None
        before, night = night, _Night() if departure else _night(day, own, night)
        found.append(_bounded(day, own, before, night, arrival, departure))
    return tuple(found)


def _bounded(
    day: PlanDay, own: _Own, before: _Night, night: _Night, arrival: PlanStop | None, departure: PlanStop | None
) -> PlanDay:
    start = max(day.start, before.earliest, _over(arrival) if arrival else 0)
    end = max(min(day.end, departure.at or 0) if departure else day.end, start)
    sets_off, sleeps = _ends(day, own, before, night)
    sets_off = None if arrival else sets_off
    return day.model_copy(update={"start": start, "end": end, "sets_off": sets_off, "sleeps": sleeps})


def _ends(day: PlanDay, own: _Own, before: _Night, night: _Night) -> tuple[Point | None, Point | None]:
    """Where the day sets off and ends, as far as people get there and back without a journey that the plan lacks."""
    woke = before.point or (before.stay.point if before.stay else day.base)
    sleeps = night.stay.point if night.stay else None
    if own.journeys:
        begun = own.journeys[0].at or 0
        here = next((stop.point for stop in own.visited if stop.at is not None and stop.at < begun), None)
        return _reached((woke, day.base), here), sleeps
    if woke and sleeps and _near(woke, sleeps) and night.stay and night.stay.told:
        return woke, sleeps
    here = own.here or woke
    return _reached((woke, day.base), here), _reached((sleeps,), here)


def _reached(points: Iterable[Point | None], here: Point | None) -> Point | None:
    """The first of the points that is not too far."""
    return next((point for point in points if point and (here is None or _near(point, here))), None)


def _night(day: PlanDay, own: _Own, before: _Night) -> _Night:
    """How the group spends the night after a day."""
    stays = _stays(day, own, before.left)
    journey = own.journeys[-1] if own.journeys else None
    if journey and not (own.stay and (own.stay.at is None or own.stay.at >= (journey.at or 0))):
        if _over(journey) >= _MIDNIGHT:
            return _Night(None, journey.point, _over(journey) - _MIDNIGHT)
        behind = (stop.point for stop in own.visited if stop.at is not None and stop.at >= (journey.at or 0))
        arrives = journey.point or next(behind, own.here)
        stays = (stay for stay in stays if arrives is None or _near(stay.point, arrives))
    return _Night(next(iter(stays), None))


def _stays(day: PlanDay, own: _Own, going_on: _Stay | None) -> Iterator[_Stay]:
    """Where the group may sleep after a day, what says so most clearly first."""
    if own.stay and own.stay.point:
        yield _Stay(own.stay.point, own.stay.nights)
    if going_on and going_on.told:
        yield going_on
    if day.base:
        yield _Stay(day.base, 1)
    if going_on:
        yield going_on


def _leads_here(journey: PlanStop, day: PlanDay, own: _Own, *, alone: bool) -> bool:
    """Whether the journey with which the trip begins leads to where the group is on that day, not away from it.
    `alone`: it is the only day, on which a journey to nobody knows where may as well be the way home."""
    if journey.point and own.here:
        return _near(journey.point, own.here)
    return not alone or (journey.at or 0) < (day.start + day.end) // 2


def _run(stops: Sequence[PlanStop]) -> list[PlanStop]:
    """The journeys with which they begin, as long as each has connection to the one before."""
    found: list[PlanStop] = []
    for stop in stops:
        if stop.kind != "transport" or (found and _between(found[-1], stop) > _CONNECTION):
            break
        found.append(stop)
    return found


def _between(one: PlanStop, other: PlanStop) -> int:
    first, second = sorted((one, other), key=lambda stop: stop.at or 0)
    return (second.at or 0) - _over(first)


def _follows(one: PlanDay, other: PlanDay) -> bool:
    return one.date is None or other.date is None or (other.date - one.date).days == 1


def _over(stop: PlanStop) -> int:
    return (stop.at or 0) + stop.minutes


def _near(one: Point, other: Point) -> bool:
    return great_circle(one, other) <= REACH_METRES
