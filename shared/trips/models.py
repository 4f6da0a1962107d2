"""Stored documents of trips: `trips/{tripId}`, its `members/{uid}`, and `invitations/{hash}`."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.documents import Document, Instant
from shared.runtime.caller import Role

InvitedRole = Literal["editor", "voter", "viewer"]


class Money(Document):
    """An amount in minor units (cents, yen) of an ISO 4217 currency."""

    amount: int
    currency: str


class Trip(Document):
    """A trip. `roles` says who may do what; `members` holds the same uids for clients' `array-contains` queries."""

    name: str
    destinations: tuple[str, ...] = ()
    start_date: str | None = None
    end_date: str | None = None
    currency: str = "EUR"
    budget: Money | None = None
    roles: dict[str, Role]
    members: tuple[str, ...]
    created_by: str
    request_fingerprint: str | None = None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None = None
    version: int = 1

    @property
    def first_day(self) -> date | None:
        return date.fromisoformat(self.start_date) if self.start_date else None

    @property
    def last_day(self) -> date | None:
        return date.fromisoformat(self.end_date) if self.end_date else None

    @property
    def live_roles(self) -> dict[str, Role]:
        """Who may do what now: nobody, once the trip is deleted."""
        return {} if self.deleted_at else self.roles


class Member(Document):
    """What fellow travellers see of a member."""

    uid: str
    name: str
    photo_url: str | None = None
    role: Role
    joined_at: Instant


class Invitation(Document):
    """An invitation by link. Its document id is the SHA-256 of the token; the token itself is not stored."""

    trip_id: str
    role: InvitedRole
    created_by: str
    created_at: Instant
    expires_at: Instant
    max_uses: int = Field(ge=1)
    uses: int = 0
    revoked_at: Instant | None = None
