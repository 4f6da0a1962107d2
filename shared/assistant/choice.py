"""What the search for candidates ends in."""

from typing import Annotated

from pydantic import Field

from shared.assistant.constraints import Value
from shared.places.models import Place

_IDEA = "idea:"
_THEMES = ("temple", "church", "palace", "castle", "market", "gardens", "ruins", "neighbourhood", "monument")


class Candidate(Value):
    """A place that may enter the plan; `must` when the group named it, `idea` the stop in the pool that stands for it.

    `place_id` of an idea that is only a point on the map is `idea_key` of the stop.
    """

    place_id: str
    interest: Annotated[float, Field(ge=0, le=1)]
    reason: str
    must: bool = False
    idea: str | None = None


class Candidates(Value):
    """The choice, and the wishes that no place answers to. `notes` are sentences about how it was made."""

    places: tuple[Candidate, ...]
    unknown_wishes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def idea_key(stop_id: str) -> str:
    """What stands for the place id of an idea that has none."""
    return f"{_IDEA}{stop_id}"


def is_idea_key(place_id: str) -> bool:
    return place_id.startswith(_IDEA)


def theme(place: Place) -> str:
    """What a place is more of the same of: five temples are one kind of sight, five sights are not."""
    return next((theme for theme in _THEMES if theme in place.tags), place.kind)


def is_meal(place: Place) -> bool:
    """Whether people have lunch or dinner there: restaurants, and markets whose price is that of a meal."""
    serves = not {"lunch", "dinner"}.isdisjoint(place.tags)
    return serves and (place.kind == "food" or (place.kind == "market" and place.price > 0))


def meals(place: Place) -> tuple[str, ...]:
    """The meals that a place can be on a day; a café or pastry shop is a snack. Empty for what is no food stop."""
    if is_meal(place):
        return tuple(meal for meal in ("lunch", "dinner") if meal in place.tags)
    return ("snack",) if place.kind == "food" else ()
