"""From a sensible form to constraints: towns resolved, days shared out, gaps filled, and every assumption said."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from shared.assistant import dates
from shared.assistant.constraints import (
    EVERY_MORNING,
    Budget,
    Diet,
    Interest,
    Leg,
    Travellers,
    TripConstraints,
)
from shared.assistant.context import TripContext
from shared.assistant.extraction import INSTRUCTIONS, Extracted
from shared.assistant.settings import MAX_DAYS, MAX_REQUEST_CHARACTERS
from shared.assistant.speech import harmless
from shared.assistant.suggestions import similar_destinations
from shared.money import from_major
from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.runtime.errors import FailedPrecondition, FieldViolation, InvalidArgument
from shared.words import Key, Town, known, language_of, say
from shared.words.values import written

_DEFAULT_DAYS = 3
_MAX_LEGS = 8
_MAX_PEOPLE = 50
_DIETS: tuple[Diet, ...] = (
    "vegetarian", "vegan", "pescatarian", "halal", "kosher", "gluten-free", "lactose-free", "nut-free",
)  # fmt: skip


@dataclass
class Assumptions:
    """What the request left open, in sentences of its language."""

    language: str
    sentences: list[str] = field(default_factory=list)

    def add(self, key: Key, **values: object) -> None:
        self.sentences.append(say(self.language, key, **values))


def resolve(
    form: Extracted,
    request: str,
    context: TripContext,
    provider: PlaceProvider,
    today: date,
    preferred: str | None = None,
) -> TripConstraints:
    """Constraints from a sensible form. Raises as `extract_constraints` does."""
    language = form.language[:2].lower() if form.language[:2].isalpha() else "en"
    if preferred and language_of(request) is None:
        # Of a request such as "Rome 3", the model's word is a guess.
        language = preferred
    assumed = Assumptions(language)
    legs = _legs(form, context, provider, assumed)
    _say_what_was_guessed(legs, request, context, provider, assumed)
    days = sum(leg.days for leg in legs)
    if days > MAX_DAYS:
        raise _too_long(days)
    travellers = _travellers(form, context, assumed)
    lazy = max(form.lazy_mornings or 0, 0)
    budget = _budget(form, travellers, days, assumed)
    town = provider.destination(legs[0].destination)
    return TripConstraints(
        legs=tuple(legs),
        start_date=_start(form, context, days, today, assumed),
        travellers=travellers,
        interests=_interests(form),
        dislikes=tuple(dict.fromkeys((*form.dislikes, *context.group.avoids))),
        must_see=_names(form.must_see),
        must_avoid=_names(form.must_avoid),
        currency=budget.currency if budget else context.currency or (town.currency if town else "EUR"),
        budget=budget,
        pace=form.pace or context.group.pace or "normal",
        lazy_mornings=days if lazy >= EVERY_MORNING else min(lazy, days),
        transport=form.transport or "any",
        diet=tuple(diet for diet in _DIETS if diet in form.diet or diet in context.group.diet),
        language=language,
        assumptions=tuple(assumed.sentences),
    )


def _legs(form: Extracted, context: TripContext, provider: PlaceProvider, assumed: Assumptions) -> list[Leg]:
    """Destinations resolved, and the days shared among those that have none of their own."""
    named = [(one.name, one.days) for one in form.destinations if one.name.strip()]
    if not named:
        named = [(name, None) for name in context.destinations]
    if not named:
        raise invalid_request("Say where you want to go: name at least one town", "DESTINATION_MISSING")
    found: dict[str, int | None] = {}
    for name, days in named:
        destination = provider.destination(name)
        if destination is None:
            raise _unknown(name, provider)
        found.setdefault(destination.id, days)
    if len(found) > _MAX_LEGS:
        raise invalid_request(
            f"At most {_MAX_LEGS} destinations fit into one request", "TOO_MANY_DESTINATIONS", most=_MAX_LEGS
        )
    total = form.days or _context_days(context)
    if total is None and any(days is None for days in found.values()):
        total = _DEFAULT_DAYS * len(found)
        assumed.add("assumed_days", days=total)
    return _share(found, total, provider, assumed)


def _say_what_was_guessed(
    legs: list[Leg], request: str, context: TripContext, provider: PlaceProvider, assumed: Assumptions
) -> None:
    """A destination that neither the request nor the trip names may be right, but people should hear of it."""
    named = {town.id for text in (request, *context.destinations) for town in provider.find_destinations(text)}
    for leg in legs:
        if leg.destination not in named:
            assumed.add("assumed_town", town=_town(provider, leg.destination))


def _share(found: dict[str, int | None], total: int | None, provider: PlaceProvider, assumed: Assumptions) -> list[Leg]:
    stated = sum(days or 0 for days in found.values())
    open_legs = [name for name, days in found.items() if days is None]
    if total is None or (not open_legs and stated != total):
        if total is not None:
            assumed.add("assumed_sum", sum=stated, days=total)
        return [Leg(destination=name, days=min(days or 1, MAX_DAYS)) for name, days in found.items()]
    if total > MAX_DAYS:
        raise _too_long(total)
    rest = total - stated
    if rest < len(open_legs):
        kept = list(found)[: max(total, 1)]
        left = [_town(provider, name) for name in found if name not in kept]
        if not left:
            raise invalid_request(
                f"{total} days are too few for the days you want in each town", "TRIP_TOO_SHORT", days=total
            )
        assumed.add("assumed_left_out", days=total, towns=left)
        return [Leg(destination=name, days=1) for name in kept]
    share, extra = divmod(rest, len(open_legs)) if open_legs else (0, 0)
    legs = []
    for name, days in found.items():
        if days is None:
            days = share + (1 if open_legs.index(name) < extra else 0)
        legs.append(Leg(destination=name, days=days))
    if len(open_legs) > 1:
        spoken = known(assumed.language)
        shares = [f"{written(_town(provider, leg.destination), spoken)} {leg.days}" for leg in legs]
        assumed.add("assumed_shares", shares=shares)
    return legs


def _town(provider: PlaceProvider, destination_id: str) -> Town:
    destination = provider.destination(destination_id)
    return Town(destination_id, destination.name if destination else destination_id)


def _context_days(context: TripContext) -> int | None:
    if context.start_date and context.end_date and context.end_date >= context.start_date:
        return (context.end_date - context.start_date).days + 1
    return None


def _start(form: Extracted, context: TripContext, days: int, today: date, assumed: Assumptions) -> date:
    stated = dates.parse(form.start_date)
    if stated and stated >= today:
        return stated
    if stated:
        assumed.add("assumed_past", date=stated)
    if context.start_date and not form.month and not stated:
        return context.start_date
    chosen = dates.choose(today, stated.month if stated else form.month, form.month_part, weekend=bool(form.weekend))
    assumed.add("assumed_date", date=chosen)
    return chosen


def _travellers(form: Extracted, context: TripContext, assumed: Assumptions) -> Travellers:
    children = min(form.children or 0, _MAX_PEOPLE)
    adults = form.adults
    if not adults:
        adults = max((context.members or 2) - children, 1)
        assumed.add("assumed_members" if context.members else "assumed_adults", adults=adults)
    return Travellers(adults=min(adults, _MAX_PEOPLE), children=children)


def _interests(form: Extracted) -> tuple[Interest, ...]:
    weights: dict[str, float] = {}
    for one in form.interests:
        if one.tag not in form.dislikes:
            weights[one.tag] = max(weights.get(one.tag, 0.0), min(max(one.weight, 0.0), 1.0))
    return tuple(Interest(tag=tag, weight=weight) for tag, weight in weights.items())


def _names(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cleaned[:100] for name in names[:20] if (cleaned := harmless(name, INSTRUCTIONS))))


def _budget(form: Extracted, travellers: Travellers, days: int, assumed: Assumptions) -> Budget | None:
    """The budget of the whole group for the whole trip: the arithmetic is ours, not the model's."""
    if form.budget is None:
        return None
    if travellers.children:
        assumed.add("assumed_children")
    amount = Decimal(str(form.budget.amount))
    amount *= travellers.people if form.budget.per_person else 1
    amount *= days if form.budget.per_day else 1
    assumed.add("assumed_budget")
    return Budget(amount=min(from_major(amount, form.budget.currency), 10**12), currency=form.budget.currency)


def _unknown(name: str, provider: PlaceProvider) -> FailedPrecondition:
    similar = similar_destinations(name, provider.destinations())
    words, said = ", ".join(one.name for one in similar), harmless(name, INSTRUCTIONS)[:60]
    return FailedPrecondition(
        f"We do not know {said!r} yet. Towns we can plan: {words}",
        reason="DESTINATION_UNKNOWN",
        metadata={"destination": said, "suggestions": [_suggestion(one) for one in similar]},
    )


def _suggestion(destination: Destination) -> dict[str, str]:
    return {"id": destination.id, "name": destination.name, "country": destination.country}


def _too_long(days: int) -> InvalidArgument:
    return invalid_request(
        f"{days} days are too many to plan at once; ask for at most {MAX_DAYS}",
        "TRIP_TOO_LONG",
        days=days,
        most=MAX_DAYS,
    )


def invalid_request(message: str, reason: str, **told: int) -> InvalidArgument:
    """The error that says what is wrong with the field `request`; `told` are the numbers in its words."""
    return InvalidArgument(
        message,
        reason=reason,
        metadata={"field": "request", "limit": MAX_REQUEST_CHARACTERS, **told},
        violations=[FieldViolation("request", message)],
    )
