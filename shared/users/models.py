"""What we store of a person, in `users/{uid}`. Readable by that person only."""

from shared.documents import Document, Instant


class Profile(Document):
    """A traveller's profile, made at the first sign-in and kept in step with the sign-in provider."""

    uid: str
    name: str
    email: str | None = None
    photo_url: str | None = None
    created_at: Instant
    updated_at: Instant
    version: int = 1
