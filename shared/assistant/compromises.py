"""Which wishes a plan does not fulfil, and why, in sentences for the group."""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.assistant import interest, rhythm
from shared.assistant.choice import idea_key, meals
from shared.assistant.draft import Compromise, DraftPlan, PlannedStop
from shared.assistant.task import PlanInput, Task
from shared.itinerary import Reason, Solution
from shared.money import UnknownCurrencyError, in_words
from shared.words import Key, Money, Theme, say

_WORTH_NAMING = 0.6
_NAMED = 3
_MUST: Final[Mapping[Reason, Key]] = {
    Reason.CLOSED: "must_closed",
    Reason.TOO_FAR: "must_too_far",
    Reason.OVER_BUDGET: "must_over_budget",
}
_NO_MEAL: Final[Mapping[str, Key]] = {"lunch": "no_lunch", "dinner": "no_dinner"}


def explain(given: PlanInput, task: Task, solution: Solution, draft: DraftPlan) -> tuple[Compromise, ...]:
    """All compromises of a plan, must-sees first."""
    return (
        *_must_sees(given, solution),
        *_budget(given, task, solution),
        *_transport(given, task),
        *_mornings(given),
        *_meals(given, task, draft),
        *_empty_days(given, draft),
        *_diet(given),
    )


def _must_sees(given: PlanInput, solution: Solution) -> Iterator[Compromise]:
    for name in given.candidates.unknown_wishes:
        yield Compromise(
            wish="must_see",
            subject=name,
            text=say(given.constraints.language, "must_unknown", name=name),
        )
    for unmet in solution.unmet:
        if unmet.wish == "must" and unmet.visit:
            name = given.places[unmet.visit].name
            key = _MUST.get(unmet.reason, "must_no_time")
            yield Compromise(wish="must_see", subject=name, text=say(given.constraints.language, key, name=name))


def _budget(given: PlanInput, task: Task, solution: Solution) -> Iterator[Compromise]:
    budget = given.constraints.budget
    if budget is None:
        return
    limit, money = in_words(budget.amount, budget.currency), Money(budget.amount, budget.currency)
    unpriced = _without_rate(given, budget.currency)
    if unpriced:
        yield Compromise(
            wish="budget",
            subject=limit,
            text=say(
                given.constraints.language,
                "budget_no_rate",
                limit=money,
                currencies=unpriced,
            ),
        )
    dear = [out.visit for out in solution.left_out if out.reason == Reason.OVER_BUDGET]
    wanted = {one.place_id: one.interest for one in given.candidates.places}
    dear = sorted((id_ for id_ in dear if wanted[id_] >= _WORTH_NAMING), key=lambda id_: (-wanted[id_], id_))
    if dear:
        names = [given.places[id_].name for id_ in dear[:_NAMED]]
        text = say(given.constraints.language, "budget_without", limit=money, names=names)
        yield Compromise(wish="budget", subject=limit, text=text)


def _without_rate(given: PlanInput, currency: str) -> list[str]:
    foreign = {place.currency for place in given.places.values()} - {currency}
    missing = []
    for one in sorted(foreign | {currency}) if foreign else []:
        try:
            given.rates.rate(one)
        except UnknownCurrencyError:
            missing.append(one)
    return missing


def _transport(given: PlanInput, task: Task) -> Iterator[Compromise]:
    wish = given.constraints.transport
    for journey in task.transfers.values():
        if not journey.as_wished:
            text = say(given.constraints.language, "transport_not", journey=journey.name)
            yield Compromise(wish="transport", subject=wish, text=text)
    for day, journey in task.transfers.items():
        span = task.hours[day]
        if span.start + journey.minutes >= span.end:
            yield Compromise(
                wish="days",
                subject=journey.name,
                text=say(given.constraints.language, "transfer_all_day", journey=journey.name, day=day + 1),
            )


def _mornings(given: PlanInput) -> Iterator[Compromise]:
    missing = rhythm.hours(given.constraints)[1]
    if missing:
        yield Compromise(
            wish="lazy_mornings",
            subject=str(given.constraints.lazy_mornings),
            text=say(given.constraints.language, "mornings", count=missing),
        )


def _meals(given: PlanInput, task: Task, draft: DraftPlan) -> Iterator[Compromise]:
    """Meals without a place, apart from those that fall into a journey."""
    for meal, (opens, closes) in rhythm.MEALS.items() if "food" not in given.constraints.dislikes else ():
        days = []
        for number, day in enumerate(draft.days):
            eaten = any(meal in _meals_of(given, stop) and opens <= stop.start <= closes for stop in day.stops)
            at_table = task.problem.days[number].start < closes and day.end > opens
            if at_table and not eaten:
                days.append(str(number + 1))
        if days:
            yield Compromise(
                wish="meals",
                subject=meal,
                text=say(given.constraints.language, _NO_MEAL[meal], days=days),
            )


def _meals_of(given: PlanInput, stop: PlannedStop) -> tuple[str, ...]:
    if stop.kind == "transport":
        return ()
    return meals(given.places[stop.place_id or idea_key(stop.idea or "")])


def _empty_days(given: PlanInput, draft: DraftPlan) -> Iterator[Compromise]:
    empty = [str(number + 1) for number, day in enumerate(draft.days) if not day.stops]
    if empty:
        yield Compromise(
            wish="days",
            subject=", ".join(empty),
            text=say(given.constraints.language, "days_free", days=empty),
        )


def _diet(given: PlanInput) -> Iterator[Compromise]:
    all_of_them = [diet for diet in given.constraints.diet if diet in interest.UNCHECKED_DIETS]
    unchecked = [diet for diet in all_of_them if diet not in given.group.diet]
    if len(unchecked) < len(all_of_them):
        # What a profile says is its owner's; the group hears only that there is something to ask for.
        yield Compromise(wish="diet", subject="", text=say(given.constraints.language, "diet_of_somebody"))
    if unchecked:
        yield Compromise(
            wish="diet",
            subject=", ".join(unchecked),
            text=say(given.constraints.language, "diet_unchecked", diets=[Theme(diet) for diet in unchecked]),
        )
