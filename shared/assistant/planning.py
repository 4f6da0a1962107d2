"""From constraints and candidates to a draft plan, through the optimiser. Pure: no I/O, no clock."""

import math
from collections.abc import Sequence

from shared.assistant import rhythm
from shared.assistant.choice import Candidate, is_meal, meals
from shared.assistant.compromises import explain
from shared.assistant.constraints import Budget, TripConstraints
from shared.assistant.draft import DraftPlan, PlannedDay, PlannedStop, StopKind, Totals
from shared.assistant.task import PlanInput, Task
from shared.assistant.transfers import Transfer, transfer
from shared.assistant.words import say
from shared.itinerary import Day, Meal, Mode, Problem, Solution, Travel, Visit, solve
from shared.itinerary.solution import Stop as ItineraryStop
from shared.itinerary.stop import StopRule
from shared.money import Rates, UnknownCurrencyError, convert
from shared.places.hours import windows
from shared.places.models import Destination, Place
from shared.places.travel import WALK_AT_MOST_MINUTES, matrix
from shared.places.travel import Mode as TravelMode

STEP = 5
_MEAL_APPETITE = 0.35
_MOST_OF_A_KIND = 3
_THEMES = ("temple", "church", "palace", "castle", "market", "gardens", "ruins", "neighbourhood", "monument")
_STOP_KINDS: dict[str, StopKind] = {
    "activity": "activity",
    "shopping": "activity",
    "nightlife": "activity",
}


def plan(given: PlanInput, *, stop: StopRule, seed: int = 0) -> DraftPlan:
    """The best plan found until `stop` says so; `stop` may raise to end the search without one."""
    task = build(given)
    solution = solve(task.problem, seed=seed, stop=stop)
    return read(given, task, solution)


def build(given: PlanInput) -> Task:
    """The problem: every day of the trip, each candidate open only on the days of its own destination."""
    wishes = given.constraints
    hours, _ = rhythm.hours(wishes)
    transfers = _transfers(given)
    travel, location, centre = _travel(given)
    table = tuple(Meal(name, *span) for name, span in ({**rhythm.MEALS, "snack": rhythm.SNACKS}).items())
    days = []
    for index, span in enumerate(hours):
        arrival = transfers.get(index)
        start = min(span.start + (arrival.minutes if arrival else 0), span.end)
        days.append(
            Day(
                index=index,
                date=wishes.date_of(index).isoformat(),
                start=start,
                end=span.end,
                start_location=centre[wishes.leg_of(index)] if arrival else None,
                max_stops=rhythm.MOST_STOPS[wishes.pace],
                meals=table,
            )
        )
    currency = wishes.currency
    problem = Problem(
        days=tuple(days),
        visits=tuple(_visit(given, one, location[one.place_id], currency) for one in given.candidates.places),
        travel=travel,
        budget=wishes.budget.amount if wishes.budget else None,
        max_same_kind_per_day=_MOST_OF_A_KIND,
    )
    return Task(problem, hours, transfers, currency)


def _transfers(given: PlanInput) -> dict[int, Transfer]:
    wishes = given.constraints
    found = {}
    for day in range(wishes.days):
        if rhythm.is_transfer_day(day, wishes):
            here, there = (given.destinations[wishes.legs[wishes.leg_of(at)].destination] for at in (day - 1, day))
            found[day] = transfer(here, there, wishes.transport, wishes.language)
    return found


def travel_modes(constraints: TripConstraints) -> tuple[TravelMode, ...]:
    """How the group gets about in town."""
    if constraints.transport == "car":
        return ("walk", "drive")
    return ("walk",) if constraints.transport == "walk" else ("walk", "transit")


def _travel(given: PlanInput) -> tuple[Travel, dict[str, int], list[int]]:
    """Travel times in steps, infinite between destinations; the location of each place, and of each leg's centre."""
    location: dict[str, int] = {}
    centre: list[int] = []
    blocks: list[list[tuple[float, float]]] = []
    for leg in given.constraints.legs:
        town = given.destinations[leg.destination]
        own = [one.place_id for one in given.candidates.places if given.places[one.place_id].destination == town.id]
        base = sum(map(len, blocks))
        centre.append(base)
        location.update({place_id: base + 1 + number for number, place_id in enumerate(own)})
        blocks.append([(town.lat, town.lng), *((given.places[id_].lat, given.places[id_].lng) for id_ in own)])
    modes = []
    for mode in travel_modes(given.constraints):
        size = sum(map(len, blocks))
        minutes = [[math.inf] * size for _ in range(size)]
        metres = [[0.0] * size for _ in range(size)]
        base = 0
        for points in blocks:
            ways = matrix(points, mode)
            for row, (some_minutes, some_metres) in enumerate(zip(ways.minutes, ways.metres, strict=True)):
                minutes[base + row][base : base + len(points)] = [_up(value) for value in some_minutes]
                metres[base + row][base : base + len(points)] = list(some_metres)
            base += len(points)
        modes.append(Mode(mode, tuple(map(tuple, minutes)), tuple(map(tuple, metres))))
    return Travel(tuple(modes), walk_up_to=WALK_AT_MOST_MINUTES), location, centre


def _visit(given: PlanInput, candidate: Candidate, location: int, currency: str) -> Visit:
    place, wishes = given.places[candidate.place_id], given.constraints
    open_on = []
    for day in range(wishes.days):
        here = wishes.legs[wishes.leg_of(day)].destination == place.destination
        spans = windows(place, wishes.date_of(day)) if here else []
        open_on.append(tuple((_up(opens), _down(closes)) for opens, closes in spans if _up(opens) <= _down(closes)))
    return Visit(
        id=place.id,
        location=location,
        minutes=_up(place.minutes),
        score=candidate.interest + (_MEAL_APPETITE if is_meal(place) else 0.0),
        windows=tuple(open_on),
        cost=_cost(place, wishes, currency, given.rates),
        kind=next((theme for theme in _THEMES if theme in place.tags), place.kind),
        must=candidate.must,
        meals=meals(place),
    )


def _cost(place: Place, wishes: TripConstraints, currency: str, rates: Rates) -> int:
    """What the whole group pays, in the plan's currency, rounded up. Children count as adults: most prices do not say.

    Without a rate the cost counts as nothing; `explain` names that when there is a budget.
    """
    try:
        return convert(place.price * wishes.travellers.people, place.currency, currency, rates, round_up=True)
    except UnknownCurrencyError:
        return 0


def read(given: PlanInput, task: Task, solution: Solution) -> DraftPlan:
    """The draft that the optimiser's answer stands for."""
    days = []
    for day in solution.days:
        leg = given.constraints.legs[given.constraints.leg_of(day.index)]
        town = given.destinations[leg.destination]
        stops = []
        arrival = task.transfers.get(day.index)
        if arrival:
            stops.append(_arrival(arrival, task.hours[day.index], town, given.constraints.language))
        stops += [_stop(given, stop) for stop in day.stops]
        days.append(
            PlannedDay(
                date=given.constraints.date_of(day.index),
                destination=town.id,
                title=_title(town, [given.places[stop.visit] for stop in day.stops]),
                start=task.hours[day.index].start,
                end=task.hours[day.index].end,
                stops=tuple(stops),
            )
        )
    draft = DraftPlan(
        days=tuple(days),
        compromises=(),
        totals=totals(days, task.currency, given.rates),
        notes=given.candidates.notes,
    )
    return draft.model_copy(update={"compromises": explain(given, task, solution, draft)})


def _arrival(arrival: Transfer, span: rhythm.DayHours, town: Destination, language: str) -> PlannedStop:
    return PlannedStop(
        place_id=None,
        name=arrival.name,
        kind="transport",
        start=span.start,
        minutes=arrival.minutes,
        lat=town.lat,
        lng=town.lng,
        cost=None,
        why=say(language, "why_transfer"),
    )


def _stop(given: PlanInput, stop: ItineraryStop) -> PlannedStop:
    place = given.places[stop.visit]
    reason = next(one.reason for one in given.candidates.places if one.place_id == place.id)
    amount = place.price * given.constraints.travellers.people
    return PlannedStop(
        place_id=place.id,
        name=place.name,
        kind="food" if meals(place) else _STOP_KINDS.get(place.kind, "sight"),
        start=round(stop.start),
        minutes=round(stop.end - stop.start),
        lat=place.lat,
        lng=place.lng,
        cost=Budget(amount=amount, currency=place.currency) if amount else None,
        why=reason,
        travel_minutes=round(stop.travel_minutes),
        travel_metres=round(stop.travel_metres),
        travel_mode=stop.mode,
    )


def _title(town: Destination, places: Sequence[Place]) -> str:
    """The town and the day's strongest sights."""
    sights = sorted((place for place in places if not is_meal(place)), key=lambda place: -place.weight)
    names = " and ".join(place.name for place in sights[:2])
    return f"{town.name}: {names}" if names else town.name


def totals(days: Sequence[PlannedDay], currency: str, rates: Rates) -> Totals:
    """What the days add up to, each cost rounded up in the plan's currency; what has no rate is left out."""
    amount = 0
    for cost in (stop.cost for day in days for stop in day.stops if stop.cost):
        try:
            amount += convert(cost.amount, cost.currency, currency, rates, round_up=True)
        except UnknownCurrencyError:
            continue
    stops = [stop for day in days for stop in day.stops]
    return Totals(
        cost=Budget(amount=amount, currency=currency),
        stops=sum(stop.place_id is not None for stop in stops),
        travel_minutes=sum(stop.travel_minutes for stop in stops),
        walk_metres=sum(stop.travel_metres for stop in stops if stop.travel_mode == "walk"),
    )


def _up(minutes: float) -> int:
    return math.ceil(minutes / STEP) * STEP


def _down(minutes: float) -> int:
    return math.floor(minutes / STEP) * STEP
