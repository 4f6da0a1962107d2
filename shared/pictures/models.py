"""Stored documents of pictures: `trips/{t}/pictures/{pictureId}`, which no client reads."""

from typing import Final

from shared.documents import Document, Instant

KIND: Final = "ai-image"
"""Of the jobs that look at pictures."""


class Nearby(Document):
    """A place of the catalogue that a picture was taken at, and how sure that is (0 to 1, in a few steps): enough to
    suggest it, too little to tell where somebody stood."""

    place_id: str
    confidence: float


class Held(Document):
    """A picture until it has been looked at: then `jpeg` is None, and what is left tells a resend apart.

    `jpeg` has no metadata; `near` is what its position was good for.
    """

    by: str
    fingerprint: str
    sha256: str
    jpeg: bytes | None
    near: tuple[Nearby, ...] = ()
    towns: tuple[str, ...] = ()
    created_at: Instant
    expires_at: Instant
