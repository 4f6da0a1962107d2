"""What the search for candidates ends in."""

from typing import Annotated

from pydantic import Field

from shared.assistant.constraints import Value
from shared.places.models import Place


class Candidate(Value):
    """A place that may enter the plan; `must` when the group named it."""

    place_id: str
    interest: Annotated[float, Field(ge=0, le=1)]
    reason: str
    must: bool = False


class Candidates(Value):
    """The choice, and the wishes that no place answers to. `notes` are sentences about how it was made."""

    places: tuple[Candidate, ...]
    unknown_wishes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def is_meal(place: Place) -> bool:
    """Whether people have lunch or dinner there: restaurants, and markets whose price is that of a meal."""
    serves = not {"lunch", "dinner"}.isdisjoint(place.tags)
    return serves and (place.kind == "food" or (place.kind == "market" and place.price > 0))


def meals(place: Place) -> tuple[str, ...]:
    """The meals that a place can be on a day; a café or pastry shop is a snack. Empty for what is no food stop."""
    if is_meal(place):
        return tuple(meal for meal in ("lunch", "dinner") if meal in place.tags)
    return ("snack",) if place.kind == "food" else ()
