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
    """Whether people sit down there for lunch or dinner."""
    return place.kind == "food" and not {"lunch", "dinner"}.isdisjoint(place.tags)
