"""Bases of what crosses the edge: strict, frozen, camelCase on the wire and snake_case in code."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class _Wire(BaseModel):
    model_config = ConfigDict(
        strict=True,
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
    )


class Request(_Wire):
    """What a caller sends; unknown fields are refused."""


class Response(_Wire):
    """What a caller gets."""


class Event(_Wire):
    """What happened, as published; unknown fields are skipped, because a publisher may be newer than its subscriber."""

    model_config = ConfigDict(extra="ignore")


class Empty(Request):
    """The request of a function that takes no arguments; `null` is accepted in its place."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})
