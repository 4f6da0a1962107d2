"""From what somebody asks to what may change: pure decisions."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from shared.places.models import Place as KnownPlace
from shared.places.provider import PlaceProvider
from shared.planning.facts import Facts, PlanDay, PlanStop, minute_of
from shared.planning.reading import minutes
from shared.planning.requests import Closed, DayRainedOut, Late, OneDay, Optimise, Place, Replan, SomeDays, StopMoved
from shared.runtime.errors import FailedPrecondition, NotFound

_OPEN_AIR: Final = ("park", "viewpoint")


@dataclass(frozen=True, slots=True)
class Since:
    """A day that has begun: what started before minute `happened` is done, nothing starts before `earliest`."""

    happened: int
    earliest: int


@dataclass(frozen=True, slots=True)
class Brief:
    """What may change.

    `days`: by id, in order. `touched`: those among them that have to be looked at; with `steady`, the others change
    only if something finds no other place. `avoid`: days that a stop must not be on. `ideas`: stops of the pool that
    may be placed, `wanted` those that should; `pool`: whether the whole pool was looked at. `splits`: for how many
    half-days the group may split up; `most_of_a_kind`: how many places of a kind a day may have; `shifting`: whether
    the touched days have to work in the end, for which a time apart may take place earlier or later; `timing`: whether
    their stops without a time get one.
    """

    days: tuple[str, ...]
    touched: frozenset[str]
    since: dict[str, Since] = field(default_factory=dict)
    avoid: dict[str, frozenset[str]] = field(default_factory=dict)
    ideas: tuple[str, ...] = ()
    wanted: frozenset[str] = frozenset()
    pool: bool = False
    steady: bool = True
    splits: int = 0
    most_of_a_kind: int | None = None
    shifting: bool = False
    timing: bool = False

    def narrow(self) -> "Brief":
        """The same, with nothing but the touched days."""
        return replace(self, days=tuple(day for day in self.days if day in self.touched))


def optimising(facts: Facts, order: Optimise) -> Brief:
    """Raises NotFound (DAY_NOT_FOUND) and FailedPrecondition (NOTHING_TO_PLAN)."""
    now = facts.now
    if isinstance(order.scope, OneDay):
        wanted = [order.scope.day]
    elif isinstance(order.scope, SomeDays):
        wanted = order.scope.days
    else:
        now = order.scope.now or now
        wanted = [day.id for day in facts.days]
    for day_id in wanted:
        known_day(facts, day_id)
    days, since = _ahead(facts, now)
    chosen = tuple(day for day in days if day in wanted)
    if not chosen:
        raise FailedPrecondition("These days are over, or there are none", reason="NOTHING_TO_PLAN")
    ideas = tuple(stop.id for stop in facts.ideas if free(facts, stop)) if order.ideas else ()
    return Brief(
        chosen,
        frozenset(chosen),
        since,
        ideas=ideas,
        pool=order.ideas,
        steady=False,
        splits=order.splits,
        most_of_a_kind=order.most_of_a_kind,
    )


def placing(facts: Facts, order: Place) -> Brief:
    """Raises NotFound (STOP_NOT_FOUND) and FailedPrecondition (STOP_VETOED, NOT_AN_IDEA, NOTHING_TO_PLAN)."""
    stop = known_stop(facts, order.stop_id)
    if stop.day is not None:
        raise FailedPrecondition(f"{stop.name} is on a day already", reason="NOT_AN_IDEA")
    if facts.group.vetoed(stop.id):
        raise FailedPrecondition(f"Somebody vetoed {stop.name}", reason="STOP_VETOED")
    if not stop.planned:
        raise FailedPrecondition("Notes, journeys and stays are placed by hand", reason="NOT_AN_IDEA")
    days, since = _ahead(facts, facts.now)
    if not days:
        raise FailedPrecondition("The plan has no days ahead", reason="NOTHING_TO_PLAN")
    return Brief(days, frozenset(), since, ideas=(stop.id,), wanted=frozenset((stop.id,)))


def replanning(facts: Facts, order: Replan, provider: PlaceProvider) -> Brief:
    """Raises NotFound (DAY_NOT_FOUND, STOP_NOT_FOUND) and FailedPrecondition (NOTHING_TO_PLAN)."""
    change = order.change
    days, since = _ahead(facts, order.now or facts.now)
    brief = Brief(days, frozenset(), since)
    match change:
        case StopMoved():
            brief = replace(brief, touched=_moved(facts, change), shifting=True, timing=True)
        case DayRainedOut():
            brief = replace(brief, touched=frozenset((known_day(facts, change.day_id).id,)))
            outdoors = [stop for stop in facts.stops.values() if stop.planned and in_the_open(stop, provider)]
            ideas = tuple(stop.id for stop in facts.ideas if free(facts, stop))
            brief = replace(brief, avoid={stop.id: brief.touched for stop in outdoors}, ideas=ideas, pool=True)
        case Late():
            day = known_day(facts, change.day_id)
            at = minutes(change.at)
            late = Since(at, at + change.minutes)
            brief = replace(brief, touched=frozenset((day.id,)), since={**since, day.id: late}, shifting=True)
        case Closed():
            brief = _closed(facts, brief, change)
    if not brief.touched.intersection(days):
        raise FailedPrecondition("The days that this concerns are over, or not in the plan", reason="NOTHING_TO_PLAN")
    return brief


def _moved(facts: Facts, change: StopMoved) -> frozenset[str]:
    stop = known_stop(facts, change.stop_id)
    if change.from_day_id:
        known_day(facts, change.from_day_id)
    return frozenset(day for day in (stop.day, change.from_day_id) if day)


def _closed(facts: Facts, brief: Brief, change: Closed) -> Brief:
    shut = frozenset(day.id for day in facts.days if day.date and change.first <= day.date.isoformat() <= change.last)
    visits = [stop for stop in facts.stops.values() if stop.place_id == change.place_id]
    touched = frozenset(stop.day for stop in visits if stop.day in shut and stop.day)
    return replace(brief, touched=touched, avoid={stop.id: shut for stop in visits})


def known_day(facts: Facts, day_id: str) -> PlanDay:
    day = facts.day(day_id)
    if day is None:
        raise NotFound("There is no such day in the plan.", reason="DAY_NOT_FOUND", metadata={"dayId": day_id})
    return day


def known_stop(facts: Facts, stop_id: str) -> PlanStop:
    if stop_id not in facts.stops:
        raise NotFound("There is no such stop in the plan.", reason="STOP_NOT_FOUND", metadata={"stopId": stop_id})
    return facts.stops[stop_id]


def free(facts: Facts, stop: PlanStop) -> bool:
    """Whether an idea may be planned: it is to be visited by everybody, nobody vetoed it, and neither its place nor its
    rival is on a day."""
    rival = facts.stops.get(stop.alternative_to or "")
    there = {other.place_id for other in facts.stops.values() if other.day and other.place_id}
    taken = stop.place_id in there or (rival is not None and rival.day is not None)
    return stop.planned and not stop.who and not facts.group.vetoed(stop.id) and not taken


def in_the_open(stop: PlanStop, provider: PlaceProvider) -> bool:
    """Whether rain spoils it. Of what the catalogue does not know, nothing is held to be in the open."""
    place: KnownPlace | None = provider.get(stop.place_id) if stop.place_id else None
    if place is None or "indoor" in place.tags:
        return False
    return "outdoor" in place.tags or place.kind in _OPEN_AIR


def _ahead(facts: Facts, now: datetime) -> tuple[tuple[str, ...], dict[str, Since]]:
    """The days that are not over, each by the clocks of its place, and how far today has come."""
    ahead, since = [], {}
    for day in facts.days:
        local = now.astimezone(ZoneInfo(day.zone))
        if day.date and day.date < local.date():
            continue
        ahead.append(day.id)
        if day.date == local.date():
            since[day.id] = Since(minute_of(local), minute_of(local))
    return tuple(ahead), since
