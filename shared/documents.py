"""The base of everything we store: a pydantic model whose Firestore field names are camelCase."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]
"""A moment, always in UTC."""


class Document(BaseModel):
    """A stored document. Unknown stored fields are ignored, so that an older instance reads what a newer one wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)

    @classmethod
    def from_stored(cls, data: dict[str, Any] | None) -> Self:
        """The model of an existing document's fields as Firestore returned them."""
        return cls.model_validate(data)

    def to_stored(self) -> dict[str, Any]:
        """The fields to write, with camelCase names and Firestore's own types."""
        return self.model_dump(by_alias=True)


def compact(value: Any) -> str:
    """JSON as it is stored: no white space, no NaN (ValueError)."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
