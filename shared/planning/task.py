"""The optimiser's problem, made of the days that may change. Pure.

Stops that stand on a day are must-sees: they stay in the plan unless no day takes them. Bookings, journeys and
check-ins with a time are fixed. What happened already is no part of the problem: the day starts where and when that
ended.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from shared.assistant import interest, rhythm
from shared.assistant.choice import is_meal, meals, theme
from shared.itinerary import Break, Day, Disruption, Fixed, Meal, Member, Previous, Problem, Travel, Visit
from shared.money import Rates, UnknownCurrencyError, convert
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.planning.apart import Parts, gathered
from shared.planning.brief import Brief
from shared.planning.facts import Facts, PlanDay, PlanStop
from shared.planning.openings import Span, openings, shifts
from shared.planning.overbooked import beside, overbooked, way_minutes
from shared.planning.ways import Ways, spot, ways
from shared.reactions.group import WORTH, Voice, voices
from shared.runtime.errors import FailedPrecondition
from shared.travel.builtin import ESTIMATED
from shared.travel.times import TravelTimes

MOST_VISITS: Final = 250
"""Travel is a table of all pairs."""
_STANDS, _IDEA = 0.7, 0.5
"""What a stop is worth, from 0 to 1, to whoever said nothing about it."""
_MORE_IN_NEED: Final = 2
"""Stops that a full day takes when something has to move: otherwise each that comes would drive one away."""
_PLAIN_MEALS: Final = ("lunch", "dinner")
# Orderings that are hardly better are no reason to move what people put somewhere.
_LOOSE: Final = Disruption(dropped=1.5, other_day=0.1, other_time=0.0)
_LOOSE_TRAVEL, _STEADY_TRAVEL = 0.5, 0.25
_KEPT: Final = 100.0
"""What it costs to drop a stop that is no must-see because there may be too many of its kind: more than any idea."""
_STEADY: Final = Disruption(dropped=3.0, other_day=2.0, other_time=0.5)


@dataclass(frozen=True, slots=True)
class Task:
    """The problem; `days` by index, `stops` by visit id. `done`: stops of these days that have happened already.

    `ways`: the problem's travel, and where each stop is in it; `estimates`: the same without what a service told.
    `apart`: visits at which the group has split up already, with their stops. `voices`: whom the members speak for.
    """

    problem: Problem
    days: tuple[PlanDay, ...]
    stops: Mapping[str, PlanStop]
    done: frozenset[str]
    ways: Ways
    estimates: Travel
    apart: Mapping[str, Parts]
    voices: tuple[Voice, ...]

    def index(self, day_id: str) -> int:
        return next(index for index, day in enumerate(self.days) if day.id == day_id)

    def behind(self, visit_id: str) -> Parts:
        """The stops that a visit stands for: itself, or those of a time apart."""
        return self.apart.get(visit_id) or (self.stops[visit_id],)

    @property
    def shown(self) -> "Task":
        """With the travel times that may be kept with a job: our own estimates (docs/maps.md)."""
        return replace(self, problem=replace(self.problem, travel=self.estimates))

    def minutes(self, a: int | None, b: int | None) -> float:
        """The way from one location to another; no time where there is no place."""
        return way_minutes(self.problem.travel, a, b)


def build(
    known: Facts, brief: Brief, provider: PlaceProvider, rates: Rates, travel_times: TravelTimes = ESTIMATED
) -> Task:
    """Raises FailedPrecondition (TOO_MANY_STOPS)."""
    facts, apart = gathered(known)
    days = tuple(day for day in facts.days if day.id in brief.days)
    done = {day.id: [stop for stop in facts.on(day.id) if _is_done(stop, brief)] for day in days}
    standing = {
        stop.id: index
        for index, day in enumerate(days)
        for stop in facts.on(day.id)
        if stop.planned and stop not in done[day.id] and not _leaves(facts, stop, brief)
    }
    if len(standing) + len(brief.wanted) > MOST_VISITS:
        raise FailedPrecondition(
            f"{len(standing)} stops are too many to plan at once; choose fewer days",
            reason="TOO_MANY_STOPS",
            metadata={"limit": MOST_VISITS, "actual": len(standing)},
        )
    facts = _loosened(facts, loose := _loose(days, standing, apart, brief, provider))
    ideas = _most_wanted(facts, brief, MOST_VISITS - len(standing))
    stops = {id_: facts.stops[id_] for id_ in (*standing, *ideas)}
    told = ways(days, stops, apart, done, facts.group.walk_metres, travel_times)
    estimates, location = told.travel, told.location
    if travel_times is not ESTIMATED:
        estimates = ways(days, stops, apart, done, facts.group.walk_metres, ESTIMATED).travel
    places = {id_: place for id_, stop in stops.items() if (place := provider.get(stop.place_id or ""))}
    eaten = _meals(facts, days, places)
    heard = _voices(facts, brief)
    kinds = {id_: theme(place) for id_, place in places.items() if place.kind != "food"}
    contested = _contested(brief, kinds)
    budget = _left_of_the_budget(known, rates)
    visits = []
    for id_, stop in stops.items():
        index, place = standing.get(id_), places.get(id_)
        price = 0 if index is not None else cost(stop, facts, rates)
        too_dear = id_ in brief.wanted and budget is not None and price > budget
        scores = tuple(_worth(facts, voice, stop, place, stands=index is not None) for voice in heard)
        visits.append(
            Visit(
                id=id_,
                location=location[id_],
                minutes=stop.minutes,
                score=scores or (_IDEA if index is None else _STANDS),
                windows=None
                if stop.bound
                else loose.get(id_) or tuple(openings(day, stop, place, brief) for day in days),
                cost=price,
                must=(index is not None and id_ not in contested) or id_ in brief.wanted,
                fixed=Fixed(index, stop.at) if index is not None and stop.bound and stop.at is not None else None,
                group=_rivals(facts, stop) if index is None else None,
                meals=() if stop.bound else eaten[id_],
                days=() if too_dear else _days(days, stop, index),
                kind=kinds.get(id_, ""),
            )
        )
    booked = [[visit for visit in visits if visit.fixed and visit.fixed.day == index] for index in range(len(days))]
    hours = tuple(
        _day(index, day, brief, done[day.id], facts, told, [v for v in visits if standing.get(v.id) == index])
        for index, day in enumerate(days)
    )
    kept = [overbooked(told.travel, day, own) for day, own in zip(hours, booked, strict=True)]
    problem = Problem(
        days=hours,
        visits=tuple(visit if visit.id in apart else beside(visit, kept) for visit in visits),
        travel=told.travel,
        members=tuple(Member(voice.id, weight=len(voice.uids)) for voice in heard),
        budget=budget,
        previous=tuple(Previous(id_, index, stops[id_].at) for id_, index in standing.items()),
        disruption=_STEADY if brief.steady else replace(_LOOSE, dropped=_KEPT) if contested else _LOOSE,
        travel_weight=_STEADY_TRAVEL if brief.steady else _LOOSE_TRAVEL,
        max_splits=brief.splits,
        max_same_kind_per_day=brief.most_of_a_kind,
    )
    past = frozenset(stop.id for before in done.values() for stop in before)
    return Task(problem, days, stops, past, told, estimates, apart, heard)


def _loose(
    days: tuple[PlanDay, ...],
    standing: Mapping[str, int],
    apart: Mapping[str, Parts],
    brief: Brief,
    provider: PlaceProvider,
) -> dict[str, tuple[tuple[Span, ...], ...]]:
    """The times apart that may be shifted on their day, each with its windows by day."""
    found = {id_: shifts(days[standing[id_]], apart[id_], brief, provider) for id_ in apart if id_ in standing}
    return {
        id_: tuple(spans if index == standing[id_] else () for index in range(len(days)))
        for id_, spans in found.items()
        if spans and brief.shifting
    }


def _loosened(facts: Facts, loose: Collection[str]) -> Facts:
    stops = {id_: facts.stops[id_].model_copy(update={"fixed": False}) for id_ in loose}
    return facts.model_copy(update={"stops": {**facts.stops, **stops}})


def _most_wanted(facts: Facts, brief: Brief, room: int) -> list[str]:
    """As many ideas as there is room for: what is asked for, and then what people have reacted to best."""

    def rank(id_: str) -> tuple[bool, float]:
        return id_ not in brief.wanted, -sum(WORTH[one] for one in facts.group.reactions.get(id_, {}).values())

    return sorted(brief.ideas, key=rank)[:room] if len(brief.ideas) > room else list(brief.ideas)


def _contested(brief: Brief, kinds: Mapping[str, str]) -> frozenset[str]:
    """Stops of kinds of which there may be more than a day may have. The optimiser does not count must-sees."""
    if brief.most_of_a_kind is None:
        return frozenset()
    counted = Counter(kinds.values())
    return frozenset(id_ for id_, kind in kinds.items() if counted[kind] > brief.most_of_a_kind)


def _voices(facts: Facts, brief: Brief) -> tuple[Voice, ...]:
    """Who speaks for whom. Where the group may split up, everybody for themselves: each goes one way or the other."""
    heard = voices(facts.group)
    return tuple(replace(voice, uids=(uid,)) for voice in heard for uid in voice.uids) if brief.splits else heard


def _is_done(stop: PlanStop, brief: Brief) -> bool:
    since = brief.since.get(stop.day or "")
    return since is not None and stop.at is not None and stop.at < since.happened


def _leaves(facts: Facts, stop: PlanStop, brief: Brief) -> bool:
    """A vetoed stop leaves its day when days are planned anew; what is booked stays."""
    return not brief.steady and not stop.bound and facts.group.vetoed(stop.id)


def _worth(facts: Facts, voice: Voice, stop: PlanStop, place: Place | None, *, stands: bool) -> float:
    known = (interest.labels(place), place.weight) if place else (frozenset((stop.kind,)), 0.5)
    return voice.score(facts.group, stop.id, *known, _STANDS if stands else _IDEA)


def _days(days: tuple[PlanDay, ...], stop: PlanStop, index: int | None) -> tuple[int, ...] | None:
    """The days that are in the town of the stop, and its own. A booking without a time stays on its day."""
    if index is not None and (stop.fixed or stop.bound):
        return (index,)
    return tuple(
        number
        for number, day in enumerate(days)
        if number == index or stop.town is None or day.town is None or stop.town == day.town
    )


def _rivals(facts: Facts, idea: PlanStop) -> str | None:
    """Ideas for the same place or the same slot: one of them is enough."""
    competed = any(other.alternative_to == idea.id for other in facts.ideas)
    return idea.alternative_to or (idea.id if competed else idea.place_id)


def _meals(facts: Facts, days: Iterable[PlanDay], places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    """The meals that stops can be. Of what stands on a day, only the first at each mealtime is one: three cafés on a
    day are what people wanted."""
    found: dict[str, tuple[str, ...]] = {stop.id: () for stop in facts.stops.values()}
    for stop in facts.ideas:
        if stop.kind == "food":
            place = places.get(stop.id)
            found[stop.id] = meals(place) if place else _PLAIN_MEALS
    for day in days:
        taken: set[str] = set()
        for stop in facts.on(day.id):
            place = places.get(stop.id)
            if stop.kind != "food" or stop.at is None or (place and not is_meal(place)):
                continue
            meal = next((name for name, (low, high) in rhythm.MEALS.items() if low <= stop.at <= high), None)
            if meal and meal not in taken:
                taken.add(meal)
                found[stop.id] = (meal,)
    return found


def _day(
    index: int,
    day: PlanDay,
    brief: Brief,
    done: list[PlanStop],
    facts: Facts,
    told: Ways,
    visits: list[Visit],
) -> Day:
    """A day as long as its hours, and as its bookings and the ways to and from them need it to be. Where there is no
    such way, it is open at that end."""
    since, location = brief.since.get(day.id), told.location
    over = max(((stop.at or 0) + stop.minutes for stop in done), default=0)
    leaves, sleeps = (location[spot(point)] if point else None for point in (day.sets_off, day.sleeps))
    booked = [(visit.location, visit.fixed.start, visit.fixed.start + visit.minutes) for visit in visits if visit.fixed]
    sets_off = min((low - way_minutes(told.travel, leaves, place) for place, low, _ in booked), default=day.start)
    returns = max((high + way_minutes(told.travel, place, sleeps) for place, _, high in booked), default=day.end)
    if sets_off < 0:
        leaves, sets_off = None, min(low for _, low, _ in booked)
    if returns == inf:
        sleeps, returns = None, max(high for _, _, high in booked)
    start = max(day.start, since.earliest, over) if since else min(day.start, sets_off)
    end = max(day.end, start, returns)
    here = location[f"here:{day.id}"] if any(stop.point for stop in done) else leaves
    had = {
        name for stop in done if stop.kind == "food" for name, (low, high) in rhythm.MEALS.items()
        if stop.at is not None and low <= stop.at <= high
    }  # fmt: skip
    table = {**rhythm.MEALS, "snack": rhythm.SNACKS}
    return Day(
        index=index,
        date=day.date.isoformat() if day.date else day.name,
        start=start,
        end=end,
        start_location=here if since else leaves,
        end_location=sleeps,
        max_stops=max(rhythm.MOST_STOPS[facts.group.pace or "normal"] - len(done), len(visits))
        + (_MORE_IN_NEED if brief.steady else 0),
        meals=tuple(Meal(name, *span) for name, span in table.items() if name not in had),
        breaks=tuple(
            Break(one.id, one.minutes, one.opens, one.closes)
            for one in day.breaks
            if max(one.opens, day.start) <= min(one.closes, day.end - one.minutes)
        ),
    )


def cost(stop: PlanStop, facts: Facts, rates: Rates) -> int:
    """In the plan's currency, rounded up; what has no rate counts as nothing."""
    if stop.cost is None:
        return 0
    try:
        return convert(stop.cost.amount, stop.cost.currency, facts.currency, rates, round_up=True)
    except UnknownCurrencyError:
        return 0


def _left_of_the_budget(facts: Facts, rates: Rates) -> int | None:
    """What ideas may cost: what stands in the plan is paid for, even if it is more than the budget."""
    if facts.budget is None:
        return None
    spent = sum(cost(stop, facts, rates) for stop in facts.stops.values() if stop.day is not None)
    return max(facts.budget.amount - spent, 0)
