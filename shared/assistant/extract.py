"""From a request in people's own words to checked constraints, by one structured-output call and one repair at most."""

import time
from datetime import date
from typing import Final

from google.genai import types
from pydantic import ValidationError

from shared.assistant import dates, extraction
from shared.assistant.constraints import TripConstraints
from shared.assistant.context import TripContext
from shared.assistant.extraction import THEMES, Extracted
from shared.assistant.fence import clean, fence
from shared.assistant.model import Generates, UnusableAnswerError, text_of, user
from shared.assistant.resolve import invalid_request, resolve
from shared.assistant.settings import MAX_REQUEST_CHARACTERS
from shared.money import is_known
from shared.places.provider import PlaceProvider
from shared.runtime.errors import FailedPrecondition

_LAST_YEAR: Final = 2100
_MOST_MONEY: Final = 1e12
_LEAST_SECONDS: Final = 5.0
"""For the second try, however long the first one took."""


def checked_request(text: str) -> str:
    """The request without what nobody can see. Raises InvalidArgument (REQUEST_EMPTY, REQUEST_TOO_LONG)."""
    if len(text) > MAX_REQUEST_CHARACTERS:
        raise invalid_request(
            f"The request has {len(text):,} characters; at most {MAX_REQUEST_CHARACTERS:,} are read. Say the essential",
            "REQUEST_TOO_LONG",
        )
    kept = clean(text)
    if not any(character.isalnum() for character in kept):
        raise invalid_request("Say where you want to go, for how many days, and what you like", "REQUEST_EMPTY")
    return kept


def extract_constraints(
    model: Generates,
    request_text: str,
    context: TripContext,
    provider: PlaceProvider,
    today: date,
    *,
    seconds: float = 60.0,
    language: str | None = None,
) -> TripConstraints:
    """What the trip has to fulfil, destinations resolved, gaps filled from the trip and by named assumptions.

    The model has so many `seconds`. `language` is that of a request that does not show its own.

    Raises InvalidArgument (REQUEST_EMPTY, REQUEST_TOO_LONG, DESTINATION_MISSING, TRIP_TOO_LONG), FailedPrecondition
    (DESTINATION_UNKNOWN with `suggestions`; MODEL_UNUSABLE after two useless answers), and what `Model.generate`
    raises.
    """
    request = checked_request(request_text)
    contents = [user(f"{fence('trip', _facts(context, today))}\n{fence('request', request)}")]
    config = types.GenerateContentConfig(
        system_instruction=extraction.INSTRUCTIONS,
        response_mime_type="application/json",
        response_json_schema=extraction.schema(),
    )
    ends = time.monotonic() + seconds
    try:
        form, faults = _ask(model, contents, config, ends)
    except UnusableAnswerError as error:
        form, faults = None, [error.why]
    if faults:
        contents.append(
            user(f"Your form cannot be used: {' '.join(faults)} Read the request again and fill all of it.")
        )
        try:
            form, faults = _ask(model, contents, config, ends)
        except UnusableAnswerError as error:
            form, faults = None, [error.why]
    if form is None or faults:
        # What two tries did not make sense of, a third seldom does: it would only keep people waiting.
        raise FailedPrecondition(
            "The assistant could not make sense of the request. Put it in other words",
            reason="MODEL_UNUSABLE",
            metadata={"problems": list(faults)},
        )
    return resolve(form, request, context, provider, today, language)


def _ask(
    model: Generates, contents: list[types.Content], config: types.GenerateContentConfig, ends: float
) -> tuple[Extracted | None, list[str]]:
    """The model's form and what is wrong with it."""
    turn = model.generate(contents, config, timeout=max(ends - time.monotonic(), _LEAST_SECONDS))
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
    begins = dates.parse(form.start_date)
    if form.start_date is not None and (begins is None or begins.year > _LAST_YEAR):
        wrong.append(f"startDate must be YYYY-MM-DD, until {_LAST_YEAR}, or null.")
    if form.budget and not (0 <= form.budget.amount <= _MOST_MONEY and is_known(form.budget.currency)):
        wrong.append("budget needs an amount of at least 0 that a trip can cost, and an ISO 4217 currency.")
    unknown = [tag for tag in (*form.dislikes, *(one.tag for one in form.interests)) if tag not in THEMES]
    if unknown:
        wrong.append(f"unknown themes: {', '.join(unknown[:5])}.")
    return wrong


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
