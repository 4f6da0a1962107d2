"""What the activity feed stores of an event."""

from shared.documents import Document, Instant


class Entry(Document):
    """One line of the feed: who did what, in words."""

    type: str
    actor: str
    at: Instant
    words: str
