"""What tells a resend of a request whose effect has no id of its own: `trips/{tripId}/requests/{key}`. Without I/O."""

import hashlib
from datetime import datetime, timedelta

from shared.documents import Document, Instant
from shared.runtime.caller import TripAccess
from shared.runtime.errors import AlreadyExists
from shared.runtime.models import Request

KEPT = timedelta(days=7)
"""Longer than any client retries; Firestore's TTL deletes them."""


class Made(Document):
    """What a request made: `made` is its id."""

    made: str
    fingerprint: str
    expires_at: Instant

    @classmethod
    def by(cls, request: Request, made: str, now: datetime) -> "Made":
        """The record that a request made something of this id."""
        return cls(made=made, fingerprint=_fingerprint(request), expires_at=now + KEPT)


def resend_key(access: TripAccess, function: str, request_id: str | None) -> str | None:
    """The id of the record of a caller's request; None if it cannot be sent again, because it has no id."""
    if request_id is None:
        return None
    return hashlib.sha256(f"{access.caller.uid}/{function}/{request_id}".encode()).hexdigest()[:40]


def check_same(earlier: Made, request: Request) -> None:
    """Raise AlreadyExists (REQUEST_ID_REUSED) unless the request asks for what it asked for the first time."""
    if earlier.fingerprint != _fingerprint(request):
        raise AlreadyExists(
            "This requestId was used for something different; send a new one",
            reason="REQUEST_ID_REUSED",
            metadata={"field": "requestId"},
        )


def _fingerprint(request: Request) -> str:
    return hashlib.sha256(request.model_dump_json().encode()).hexdigest()
