"""The tool that looks for places: how the model is told of it, what it takes, and a place as the model reads it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from google.genai import types
from pydantic import Field

from shared.assistant.declaring import Arguments, schema
from shared.money import in_words
from shared.places.models import Place
from shared.places.vocabulary import TAGS, Kind

NAME: Final = "search_places"

_Tag = Annotated[str, Field(json_schema_extra={"enum": list(TAGS)})]


class SearchPlaces(Arguments):
    destination: Annotated[str, Field(max_length=200, description="the town's name")]
    kinds: list[Kind] | None = None
    tags: list[_Tag] | None = None
    text: Annotated[str, Field(max_length=200, description="words of the name, when looking for one place")] | None = (
        None
    )
    limit: Annotated[int, Field(ge=1)] | None = None


def search_declaration(description: str, most: int, towns: Sequence[str] | None = None) -> types.FunctionDeclaration:
    """The tool, for at most so many places at once; with `towns`, only of these."""
    told = schema(SearchPlaces)
    told["properties"]["limit"]["maximum"] = most
    if towns is not None:
        told["properties"]["destination"] = {"type": "string", "enum": list(towns)}
    return types.FunctionDeclaration(name=NAME, description=description, parameters_json_schema=told)


def as_data(place: Place) -> dict[str, Any]:
    """A place as tools tell it: without hours, which depend on a date."""
    return {
        "id": place.id,
        "name": place.name,
        "localName": place.local_name,
        "kind": place.kind,
        "tags": list(place.tags),
        "minutes": place.minutes,
        "price": in_words(place.price, place.currency),
        "weight": place.weight,
    }
