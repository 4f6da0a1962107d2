"""From constraints and candidates to a draft plan, through the optimiser. Pure: no I/O, no clock."""

from collections.abc import Callable, Sequence

from shared.assistant import interest, rhythm
from shared.assistant.choice import Candidate, is_idea_key, is_meal, meals, theme
from shared.assistant.compromises import explain
from shared.assistant.constraints import Budget
from shared.assistant.context import ExistingStop
from shared.assistant.draft import DraftPlan, PlannedDay, PlannedStop, Satisfaction, StopKind, Totals
from shared.assistant.remaining import hours_unknown, left_out
from shared.assistant.task import PlanInput, Task
from shared.assistant.transfers import Transfer, transfer
from shared.assistant.ways import Ways, between, step_down, step_up, travel_modes
from shared.itinerary import Day, Fixed, Meal, Member, Problem, Solution, Visit, solve
from shared.itinerary.solution import Progress
from shared.itinerary.solution import Stop as ItineraryStop
from shared.itinerary.stop import StopRule
from shared.money import Rates, UnknownCurrencyError, convert
from shared.places.hours import windows
from shared.places.models import Destination, Place
from shared.places.travel import Point
from shared.reactions.group import Group, Voice, voices
from shared.words import Town, known, say
from shared.words.values import written

_STANDING = "standing:"
_MEAL_APPETITE = 0.35
_MOST_OF_A_KIND = 3
# Twice the optimiser's own: a third less time on the way, for up to three per cent of the score (docs/planning.md).
_TRAVEL_WEIGHT = 0.5
_STOP_KINDS: dict[str, StopKind] = {
    "activity": "activity",
    "shopping": "activity",
    "nightlife": "activity",
}


def plan(
    given: PlanInput, *, stop: StopRule, seed: int = 0, progress: Callable[[Progress], None] | None = None
) -> DraftPlan:
    """The best plan found until `stop` says so; `stop` may raise to end the search without one. `progress` hears of
    every better plan on the way."""
    task = build(given)
    solution = solve(task.problem, seed=seed, stop=stop, progress=progress)
    return read(given, task, solution)


def build(given: PlanInput) -> Task:
    """The problem: every day of the trip, each candidate open only on the days of its own destination."""
    wishes = given.constraints
    hours, _ = rhythm.hours(wishes)
    transfers = _transfers(given)
    ways = _ways(given)
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
                start_location=ways.location[str(wishes.leg_of(index))] if arrival else None,
                max_stops=rhythm.MOST_STOPS[wishes.pace],
                meals=table,
            )
        )
    currency = wishes.currency
    heard = voices(given.group)
    problem = Problem(
        days=tuple(days),
        visits=(
            *(_visit(given, one, ways.location[one.place_id], currency, heard) for one in given.candidates.places),
            *(_block(name, day, stop, ways.location[name]) for name, (day, stop) in _standing(given).items()),
        ),
        travel=ways.travel,
        members=tuple(Member(voice.id, weight=len(voice.uids)) for voice in heard),
        budget=wishes.budget.amount if wishes.budget else None,
        max_same_kind_per_day=_MOST_OF_A_KIND,
        travel_weight=_TRAVEL_WEIGHT,
    )
    return Task(problem, hours, transfers, currency)


def _transfers(given: PlanInput) -> dict[int, Transfer]:
    wishes = given.constraints
    found = {}
    for day in range(wishes.days):
        standing = given.existing.get(wishes.date_of(day), ())
        if rhythm.is_transfer_day(day, wishes) and not any(stop.is_journey for stop in standing):
            here, there = (given.destinations[wishes.legs[wishes.leg_of(at)].destination] for at in (day - 1, day))
            found[day] = transfer(here, there, wishes.transport, wishes.language)
    return found


def _ways(given: PlanInput) -> Ways:
    """Per leg its centre (named by its number), its candidates, and what stands in the plan on its days."""
    groups: list[dict[str, Point]] = []
    for number, leg in enumerate(given.constraints.legs):
        town = given.destinations[leg.destination]
        own = {id_: (place.lat, place.lng) for id_, place in given.places.items() if place.destination == town.id}
        groups.append({str(number): (town.lat, town.lng), **own})
    for name, (day, stop) in _standing(given).items():
        group = groups[given.constraints.leg_of(day)]
        centre = next(iter(group.values()))
        group[name] = centre if stop.lat is None or stop.lng is None else (stop.lat, stop.lng)
    return between(groups, travel_modes(given.constraints), given.group.walk_metres)


def _standing(given: PlanInput) -> dict[str, tuple[int, ExistingStop]]:
    """What stands in the plan already, by a name of its own: the day of the trip, and the stop."""
    found = {}
    for day in range(given.constraints.days):
        for number, stop in enumerate(given.existing.get(given.constraints.date_of(day), ())):
            found[f"{_STANDING}{day}/{number}"] = (day, stop)
    return found


def _block(name: str, day: int, stop: ExistingStop, location: int) -> Visit:
    return Visit(id=name, location=location, minutes=stop.minutes, score=0.0, fixed=Fixed(day, stop.at))


def _visit(given: PlanInput, candidate: Candidate, location: int, currency: str, heard: Sequence[Voice]) -> Visit:
    place, wishes = given.places[candidate.place_id], given.constraints
    open_on = []
    for day in range(wishes.days):
        here = wishes.legs[wishes.leg_of(day)].destination == place.destination
        spans = windows(place, wishes.date_of(day)) if here else []
        rounded = ((step_up(opens), step_down(closes)) for opens, closes in spans)
        open_on.append(tuple((opens, closes) for opens, closes in rounded if opens <= closes))
    return Visit(
        id=place.id,
        location=location,
        minutes=step_up(place.minutes),
        score=_score(given.group, candidate, place, heard),
        windows=tuple(open_on),
        cost=_in_currency(_price(given, candidate), currency, given.rates),
        kind=theme(place),
        must=candidate.must,
        meals=meals(place),
    )


def _score(group: Group, candidate: Candidate, place: Place, heard: Sequence[Voice]) -> float | tuple[float, ...]:
    """What the place is worth: to everybody alike, or to each voice."""
    appetite = _MEAL_APPETITE if is_meal(place) else 0.0
    labels = interest.labels(place)
    scores = tuple(
        voice.score(group, candidate.idea, labels, place.weight, candidate.interest) + appetite for voice in heard
    )
    return scores or candidate.interest + appetite


def _price(given: PlanInput, candidate: Candidate) -> Budget:
    """What the whole group pays there. Children count as adults: most prices do not say."""
    idea = given.ideas.get(candidate.idea or "")
    if idea and idea.cost:
        return idea.cost
    place = given.places[candidate.place_id]
    return Budget(amount=place.price * given.constraints.travellers.people, currency=place.currency)


def _in_currency(cost: Budget, currency: str, rates: Rates) -> int:
    """Rounded up. Without a rate the cost counts as nothing; `explain` names that when there is a budget."""
    try:
        return convert(cost.amount, cost.currency, currency, rates, round_up=True)
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
        visits = [stop for stop in day.stops if not stop.visit.startswith(_STANDING)]
        stops += [_stop(given, stop) for stop in visits]
        days.append(
            PlannedDay(
                date=given.constraints.date_of(day.index),
                destination=town.id,
                title=_title(town, [given.places[stop.visit] for stop in visits], given.constraints.language),
                start=task.hours[day.index].start,
                end=task.hours[day.index].end,
                stops=tuple(stops),
            )
        )
    draft = DraftPlan(
        days=tuple(days),
        compromises=(),
        totals=totals(days, task.currency, given.rates),
        notes=(*given.candidates.notes, *hours_unknown(given, days)),
        left_out=left_out(given, solution),
        satisfaction=_satisfaction(given.group, solution),
    )
    return draft.model_copy(update={"compromises": explain(given, task, solution, draft)})


def _satisfaction(group: Group, solution: Solution) -> tuple[Satisfaction, ...]:
    """By member; who said nothing shares the value of all who said nothing."""
    shares = {one.member: round(one.share, 3) for one in solution.members}
    return tuple(Satisfaction(uid=uid, share=shares[voice.id]) for voice in voices(group) for uid in voice.uids)


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
    candidate = next(one for one in given.candidates.places if one.place_id == stop.visit)
    price = _price(given, candidate)
    return PlannedStop(
        place_id=None if is_idea_key(place.id) else place.id,
        name=place.name,
        kind="food" if meals(place) else _STOP_KINDS.get(place.kind, "sight"),
        start=round(stop.start),
        minutes=round(stop.end - stop.start),
        lat=place.lat,
        lng=place.lng,
        cost=price if price.amount else None,
        why=candidate.reason,
        travel_minutes=round(stop.travel_minutes),
        travel_metres=round(stop.travel_metres),
        travel_mode=stop.mode,
        idea=candidate.idea,
    )


def _title(town: Destination, places: Sequence[Place], language: str) -> str:
    """The town and the day's strongest sights."""
    sights = sorted((place for place in places if not is_meal(place)), key=lambda place: -place.weight)
    there = Town(town.id, town.name)
    if not sights:
        return written(there, known(language))
    return say(language, "day_of", town=there, names=[place.name for place in sights[:2]])


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
        stops=sum(stop.kind != "transport" for stop in stops),
        travel_minutes=sum(stop.travel_minutes for stop in stops),
        walk_metres=sum(stop.travel_metres for stop in stops if stop.travel_mode == "walk"),
    )
