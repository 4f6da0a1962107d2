"""Stored documents of accounts: `deletions/{uid}`, and `users/{uid}/exports/{exportId}`. No client reads them."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from shared.documents import Document, Instant

EXPORT_LIFE = timedelta(days=7)
TOKEN_LIFE = timedelta(hours=2)
"""Longer than any ID token lives (one hour): after that nobody can act as a deleted account any more."""


class TripFate(Document):
    """What becomes of a trip: it is handed over, to a member if one is named, or deleted."""

    fate: Literal["handOver", "delete"] = "handOver"
    to: str | None = None


class Deletion(Document):
    """An account on its way out; while this exists it joins, makes and gets nothing.

    `email_hash` finds the invitations for its address. From `due_at` on a schedule clears up what came in meanwhile.
    """

    trips: dict[str, TripFate] = Field(default_factory=dict)
    others: TripFate = TripFate()
    email_hash: str | None = None
    started_at: Instant
    due_at: Instant


class Export(Document):
    """An archive of everything about a person: bytes in all, their SHA-256, and the pieces that they are stored in.

    A piece is named after what is in it, so that whatever a worker still writes that was replaced, it changes none.
    """

    size: int
    sha256: str
    chunks: tuple[str, ...]
    created_at: Instant
    expires_at: Instant
