"""Stored documents of trips: `trips/{tripId}`, its `members/{uid}` and `moves/{version}`, and `invitations/{hash}`."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from shared.documents import Document, Instant
from shared.runtime.caller import Role
from shared.runtime.text import https_or_none

InvitedRole = Literal["editor", "voter", "viewer"]

MAX_DAYS = 60
"""The longest a trip can be."""
RESTORABLE_FOR = timedelta(days=30)
"""How long a deleted trip can come back."""
PURGED_AFTER = RESTORABLE_FOR + timedelta(hours=1)
"""When nothing of it is kept any longer: no call that found it restorable is still on its way."""
OPEN_END = "9999-12-31"
"""Sorts trips without dates behind all others."""


class Money(Document):
    """An amount in minor units (cents, yen) of an ISO 4217 currency."""

    amount: int
    currency: str


class Leg(Document):
    """A destination as its travellers named it, what the catalogue knows of it, and when they are there."""

    name: str
    destination_id: str | None = None
    time_zone: str | None = None
    start_date: str | None = None
    end_date: str | None = None


def _leg(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


class PublicPage(Document):
    """The trip's public page, by the SHA-256 of its unguessable name."""

    name_hash: str
    sections: tuple[str, ...]


class CalendarFeed(Document):
    """One member's calendar feed of a trip, by the SHA-256 of its unguessable name. Its document id is their uid.

    `language` (BCP 47) is that of our own words in it; None is English.
    """

    name_hash: str
    language: str | None = None
    created_at: Instant


class Guest(Document):
    """A traveller without an account, under an id that stops, expenses and packing items name for ever.

    `claimed_by` is the member who they turned out to be: whatever names the guest is that member's. A removed one stays
    here, so that what names them can still be read.
    """

    name: str
    added_by: str
    added_at: Instant
    fingerprint: str
    claimed_by: str | None = None
    removed_at: Instant | None = None


class Trip(Document):
    """A trip. `roles` says who may do what; `members` holds the same uids for clients' `array-contains` queries.

    While a trip is deleted nobody is in `members`, but `roles` stays, so that it can come back. `removed` has the last
    of those whom an owner removed, and when: no invitation from before lets them in again.
    """

    name: str
    legs: tuple[Annotated[Leg, BeforeValidator(_leg)], ...] = Field(default=(), alias="destinations")
    start_date: str | None = None
    end_date: str | None = None
    currency: str = "EUR"
    budget: Money | None = None
    roles: dict[str, Role]
    members: tuple[str, ...]
    guests: dict[str, Guest] = Field(default_factory=dict)
    removed: dict[str, Instant] = Field(default_factory=dict)
    archived_by: tuple[str, ...] = ()
    public_page: PublicPage | None = None
    created_by: str
    request_fingerprint: str | None = None
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None = None
    version: int = 1

    @property
    def destinations(self) -> tuple[str, ...]:
        """The names of its destinations."""
        return tuple(leg.name for leg in self.legs)

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

    @property
    def travellers(self) -> list[str]:
        """Everybody who travels, each once: the members, and the guests whom none of them has claimed; sorted."""
        guests = [key for key, guest in self.guests.items() if guest.removed_at is None and guest.claimed_by is None]
        return sorted({*self.roles, *guests})

    @property
    def known_people(self) -> set[str]:
        """The ids that may be named now: members, and guests, claimed or not."""
        return {*self.roles, *(key for key, guest in self.guests.items() if guest.removed_at is None)}

    @property
    def claims(self) -> dict[str, str]:
        """Guests who turned out to be somebody with an account: the guest's id to that person's."""
        return {key: guest.claimed_by for key, guest in self.guests.items() if guest.claimed_by}

    @property
    def ends_on(self) -> str:
        """The last day it can have, for sorting and for telling past trips from those to come."""
        if self.first_day and not self.end_date:
            return (self.first_day + timedelta(days=MAX_DAYS - 1)).isoformat()
        return self.end_date or OPEN_END

    def to_stored(self) -> dict[str, Any]:
        """The fields, and what lists are queried by: `shelves`, where each member keeps the trip, and `endsOn`."""
        return {**super().to_stored(), "endsOn": self.ends_on, "shelves": self._shelves()}

    def _shelves(self) -> list[str]:
        if self.deleted_at:
            return [shelf(uid, "deleted") for uid, role in self.roles.items() if role == Role.OWNER]
        return [shelf(uid, "archived" if uid in self.archived_by else "active") for uid in self.members]


def shelf(uid: str, state: Literal["active", "archived", "deleted"]) -> str:
    """Where somebody keeps a trip: among those in use, or archived; its owner, also among the deleted ones."""
    return f"{state}:{uid}"


class Member(Document):
    """What fellow travellers see of a member."""

    uid: str
    name: str
    photo_url: Annotated[str | None, BeforeValidator(https_or_none)] = None
    role: Role
    joined_at: Instant


class Move(Document):
    """Operations (JSON text) that the plan still needs because the trip's dates changed in its version `seq`.

    They were made against version `base` of the plan, so that submitting them twice moves it once.
    """

    base: int
    seq: int
    ops: str
    by: str
    due_at: Instant


class Invitation(Document):
    """An invitation by link or by e-mail address.

    The document id of a link is the SHA-256 of its token, which is not stored; nor is the address: `email_hash` finds
    it when its owner signs in, and `hint` ("a…@example.com") tells the group which one it was. Whoever joins by one
    with a `guest_id` takes that guest's place.
    """

    trip_id: str
    role: InvitedRole
    created_by: str
    created_at: Instant
    expires_at: Instant
    max_uses: int = Field(ge=1)
    uses: int = 0
    revoked_at: Instant | None = None
    email_hash: str | None = None
    hint: str | None = None
    guest_id: str | None = None
