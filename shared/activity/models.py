"""What the activity feed stores of an event."""

from typing import Any

from pydantic import Field

from shared.documents import Document, Instant


class Entry(Document):
    """One line of the feed: who did what, in words.

    `told` is what the words were made of, so that they can be made again without a name; `about` is whom else they are
    about.
    """

    type: str
    actor: str
    at: Instant
    words: str
    about: str | None = None
    told: dict[str, Any] = Field(default_factory=dict)
