"""From a request in people's own words to checked constraints, by one structured-output call and one repair at most."""

from datetime import date
from decimal import Decimal

from google.genai import types
from pydantic import ValidationError

from shared.assistant import dates, extraction
from shared.assistant.constraints import (
    EVERY_MORNING,
    Budget,
    Diet,
    Interest,
    Leg,
    Transport,
    Travellers,
    TripConstraints,
)
from shared.assistant.context import TripContext
from shared.assistant.extraction import THEMES, Extracted
from shared.assistant.fence import clean, fence
from shared.assistant.model import Model, UnusableAnswerError, text_of, user
from shared.assistant.settings import MAX_DAYS, MAX_REQUEST_CHARACTERS
from shared.assistant.suggestions import similar_destinations
from shared.money import from_major, is_known
from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.runtime.errors import FailedPrecondition, FieldViolation, InvalidArgument, Unavailable

_DEFAULT_DAYS = 3
_MAX_LEGS = 8
_MAX_PEOPLE = 50
_DIETS: tuple[Diet, ...] = (
    "vegetarian", "vegan", "pescatarian", "halal", "kosher", "gluten-free", "lactose-free", "nut-free",
)  # fmt: skip


def checked_request(text: str) -> str:
    """The request without what nobody can see. Raises InvalidArgument (REQUEST_EMPTY, REQUEST_TOO_LONG)."""
    if len(text) > MAX_REQUEST_CHARACTERS:
        raise _invalid(
            f"The request has {len(text):,} characters; at most {MAX_REQUEST_CHARACTERS:,} are read. Say the essential",
            "REQUEST_TOO_LONG",
        )
    kept = clean(text)
    if not any(character.isalnum() for character in kept):
        raise _invalid("Say where you want to go, for how many days, and what you like", "REQUEST_EMPTY")
    return kept


def extract_constraints(
    model: Model, request_text: str, context: TripContext, provider: PlaceProvider, today: date
) -> TripConstraints:
    """What the trip has to fulfil, destinations resolved, gaps filled from the trip and by named assumptions.

    Raises InvalidArgument (REQUEST_EMPTY, REQUEST_TOO_LONG, DESTINATION_MISSING, TRIP_TOO_LONG), FailedPrecondition
    (DESTINATION_UNKNOWN with `suggestions`), Unavailable (MODEL_UNUSABLE after two useless answers), and what
    `Model.generate` raises.
    """
    request = checked_request(request_text)
    contents = [user(f"{fence('trip', _facts(context, today))}\n{fence('request', request)}")]
    config = types.GenerateContentConfig(
        system_instruction=extraction.INSTRUCTIONS,
        response_mime_type="application/json",
        response_json_schema=extraction.schema(),
        temperature=0.0,
    )
    try:
        form, faults = _ask(model, contents, config)
    except UnusableAnswerError as error:
        form, faults = None, [error.why]
    if faults:
        contents.append(
            user(f"Your form cannot be used: {' '.join(faults)} Read the request again and fill all of it.")
        )
        try:
            form, faults = _ask(model, contents, config)
        except UnusableAnswerError as error:
            form, faults = None, [error.why]
    if form is None or faults:
        raise Unavailable(
            "The assistant could not make sense of the request this time. Try again, or put it in other words",
            reason="MODEL_UNUSABLE",
            metadata={"problems": list(faults)},
        )
    return resolve(form, request, context, provider, today)


def _ask(
    model: Model, contents: list[types.Content], config: types.GenerateContentConfig
) -> tuple[Extracted | None, list[str]]:
    """The model's form and what is wrong with it."""
    turn = model.generate(contents, config)
    try:
        form = Extracted.model_validate_json(text_of(turn))
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc'])) or 'the JSON'}: {one['msg']}." for one in error.errors()[:5]]
        return None, wrong
    return form, _nonsense(form)


def _nonsense(form: Extracted) -> list[str]:
    """What no request can mean: the model's fault, not the person's."""
    wrong = []
    if form.days is not None and form.days < 1:
        wrong.append("days must be at least 1 or null.")
    if any(leg.days is not None and leg.days < 1 for leg in form.destinations):
        wrong.append("the days of a destination must be at least 1 or null.")
    if (form.adults or 0) < 0 or (form.children or 0) < 0:
        wrong.append("adults and children must not be negative.")
    if form.month is not None and not 1 <= form.month <= 12:
        wrong.append("month must be 1 to 12 or null.")
    if form.start_date is not None and dates.parse(form.start_date) is None:
        wrong.append("startDate must be YYYY-MM-DD or null.")
    if form.budget and (form.budget.amount < 0 or not is_known(form.budget.currency)):
        wrong.append("budget needs an amount of at least 0 and an ISO 4217 currency.")
    unknown = [tag for tag in (*form.dislikes, *(one.tag for one in form.interests)) if tag not in THEMES]
    if unknown:
        wrong.append(f"unknown themes: {', '.join(unknown[:5])}.")
    return wrong


def resolve(
    form: Extracted, request: str, context: TripContext, provider: PlaceProvider, today: date
) -> TripConstraints:
    """Constraints from a sensible form. Raises as `extract_constraints` does."""
    assumed: list[str] = []
    legs = _legs(form, context, provider, assumed)
    _say_what_was_guessed(legs, request, context, provider, assumed)
    days = sum(leg.days for leg in legs)
    if days > MAX_DAYS:
        raise _invalid(f"{days} days are too many to plan at once; ask for at most {MAX_DAYS}", "TRIP_TOO_LONG")
    travellers = _travellers(form, context, assumed)
    lazy = max(form.lazy_mornings or 0, 0)
    budget = _budget(form, travellers, days, assumed)
    town = provider.destination(legs[0].destination)
    return TripConstraints(
        legs=tuple(legs),
        start_date=_start(form, context, days, today, assumed),
        travellers=travellers,
        interests=_interests(form),
        dislikes=tuple(dict.fromkeys(form.dislikes)),
        must_see=_names(form.must_see),
        must_avoid=_names(form.must_avoid),
        currency=budget.currency if budget else context.currency or (town.currency if town else "EUR"),
        budget=budget,
        pace=form.pace or "normal",
        lazy_mornings=days if lazy >= EVERY_MORNING else min(lazy, days),
        transport=_transport(form),
        diet=tuple(diet for diet in _DIETS if diet in form.diet),
        language=form.language[:2].lower() if form.language[:2].isalpha() else "en",
        assumptions=tuple(assumed),
    )


def _legs(form: Extracted, context: TripContext, provider: PlaceProvider, assumed: list[str]) -> list[Leg]:
    """Destinations resolved, and the days shared among those that have none of their own."""
    named = [(one.name, one.days) for one in form.destinations if one.name.strip()]
    if not named:
        named = [(name, None) for name in context.destinations]
    if not named:
        raise _invalid("Say where you want to go: name at least one town", "DESTINATION_MISSING")
    found: dict[str, int | None] = {}
    for name, days in named:
        destination = provider.destination(name)
        if destination is None:
            raise _unknown(name, provider)
        found.setdefault(destination.id, days)
    if len(found) > _MAX_LEGS:
        raise _invalid(f"At most {_MAX_LEGS} destinations fit into one request", "TOO_MANY_DESTINATIONS")
    total = form.days or _context_days(context)
    if total is None and any(days is None for days in found.values()):
        total = _DEFAULT_DAYS * len(found)
        assumed.append(f"You did not say for how long: {total} days.")
    return _share(found, total, provider, assumed)


def _say_what_was_guessed(
    legs: list[Leg], request: str, context: TripContext, provider: PlaceProvider, assumed: list[str]
) -> None:
    """A destination that neither the request nor the trip names may be right, but people should hear of it."""
    named = {town.id for text in (request, *context.destinations) for town in provider.find_destinations(text)}
    for leg in legs:
        if leg.destination not in named:
            assumed.append(f"You did not name {_name(provider, leg.destination)}; we take it that you mean it.")


def _share(found: dict[str, int | None], total: int | None, provider: PlaceProvider, assumed: list[str]) -> list[Leg]:
    stated = sum(days or 0 for days in found.values())
    open_legs = [name for name, days in found.items() if days is None]
    if total is None or (not open_legs and stated != total):
        if total is not None:
            assumed.append(f"The days per town add up to {stated}, not {total}: {stated} days.")
        return [Leg(destination=name, days=min(days or 1, MAX_DAYS)) for name, days in found.items()]
    if total > MAX_DAYS:
        raise _invalid(f"{total} days are too many to plan at once; ask for at most {MAX_DAYS}", "TRIP_TOO_LONG")
    rest = total - stated
    if rest < len(open_legs):
        kept = list(found)[: max(total, 1)]
        left = [_name(provider, name) for name in found if name not in kept]
        if not left:
            raise _invalid(f"{total} days are too few for the days you want in each town", "TRIP_TOO_SHORT")
        assumed.append(f"{total} days are too few for every town: {', '.join(left)} is left out.")
        return [Leg(destination=name, days=1) for name in kept]
    share, extra = divmod(rest, len(open_legs)) if open_legs else (0, 0)
    legs = []
    for name, days in found.items():
        if days is None:
            days = share + (1 if open_legs.index(name) < extra else 0)
        legs.append(Leg(destination=name, days=days))
    if len(open_legs) > 1:
        words = ", ".join(f"{_name(provider, leg.destination)} {leg.days}" for leg in legs)
        assumed.append(f"The days are shared out as {words}.")
    return legs


def _name(provider: PlaceProvider, destination_id: str) -> str:
    destination = provider.destination(destination_id)
    return destination.name if destination else destination_id


def _context_days(context: TripContext) -> int | None:
    if context.start_date and context.end_date and context.end_date >= context.start_date:
        return (context.end_date - context.start_date).days + 1
    return None


def _start(form: Extracted, context: TripContext, days: int, today: date, assumed: list[str]) -> date:
    stated = dates.parse(form.start_date)
    if stated and stated >= today:
        return stated
    if stated:
        assumed.append(f"{stated.isoformat()} is past.")
    if context.start_date and not form.month and not stated:
        return context.start_date
    chosen = dates.choose(today, stated.month if stated else form.month, form.month_part, weekend=bool(form.weekend))
    assumed.append(f"No exact date: from {chosen.isoformat()}, {chosen:%A}.")
    return chosen


def _travellers(form: Extracted, context: TripContext, assumed: list[str]) -> Travellers:
    children = min(form.children or 0, _MAX_PEOPLE)
    adults = form.adults
    if not adults:
        adults = max((context.members or 2) - children, 1)
        source = "as many as are in this trip" if context.members else "nobody said how many"
        assumed.append(f"{adults} adult{'s' if adults > 1 else ''} travel ({source}).")
    return Travellers(adults=min(adults, _MAX_PEOPLE), children=children)


def _interests(form: Extracted) -> tuple[Interest, ...]:
    weights: dict[str, float] = {}
    for one in form.interests:
        if one.tag not in form.dislikes:
            weights[one.tag] = max(weights.get(one.tag, 0.0), min(max(one.weight, 0.0), 1.0))
    return tuple(Interest(tag=tag, weight=weight) for tag, weight in weights.items())


def _names(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cleaned[:100] for name in names[:20] if (cleaned := clean(name))))


def _budget(form: Extracted, travellers: Travellers, days: int, assumed: list[str]) -> Budget | None:
    """The budget of the whole group for the whole trip: the arithmetic is ours, not the model's."""
    if form.budget is None:
        return None
    if travellers.children:
        assumed.append("Children are counted at the price for adults.")
    amount = Decimal(str(form.budget.amount))
    amount *= travellers.people if form.budget.per_person else 1
    amount *= days if form.budget.per_day else 1
    assumed.append("The budget is for entries, food and activities in the plan; not for beds and journeys.")
    return Budget(amount=min(from_major(amount, form.budget.currency), 10**12), currency=form.budget.currency)


def _transport(form: Extracted) -> Transport:
    return form.transport or "any"


def _facts(context: TripContext, today: date) -> str:
    lines = [f"today: {today.isoformat()}"]
    if context.start_date:
        lines.append(f"trip starts: {context.start_date.isoformat()}")
    if context.end_date:
        lines.append(f"trip ends: {context.end_date.isoformat()}")
    if context.destinations:
        lines.append(f"trip goes to: {', '.join(context.destinations)}")
    if context.members:
        lines.append(f"members: {context.members}")
    return "\n".join(lines)


def _unknown(name: str, provider: PlaceProvider) -> FailedPrecondition:
    similar = similar_destinations(name, provider.destinations())
    words = ", ".join(one.name for one in similar)
    return FailedPrecondition(
        f"We do not know {clean(name)[:60]!r} yet. Towns we can plan: {words}",
        reason="DESTINATION_UNKNOWN",
        metadata={"destination": clean(name)[:60], "suggestions": [_suggestion(one) for one in similar]},
    )


def _suggestion(destination: Destination) -> dict[str, str]:
    return {"id": destination.id, "name": destination.name, "country": destination.country}


def _invalid(message: str, reason: str) -> InvalidArgument:
    return InvalidArgument(
        message,
        reason=reason,
        metadata={"field": "request", "limit": MAX_REQUEST_CHARACTERS},
        violations=[FieldViolation("request", message)],
    )
