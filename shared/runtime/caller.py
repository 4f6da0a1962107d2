"""Who calls, and what they may do to a trip."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from shared.runtime.errors import NotFound, PermissionDenied

if TYPE_CHECKING:
    from shared.cloud.joint import Part


class Role(StrEnum):
    """What a member may do; each role includes those before it."""

    VIEWER = "viewer"
    VOTER = "voter"
    EDITOR = "editor"
    OWNER = "owner"

    def at_least(self, other: "Role") -> bool:
        """Whether this role includes the other."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True)
class Caller:
    """A signed-in person, as their verified ID token says; `auth_time` is when they last signed in."""

    uid: str
    email: str | None
    email_verified: bool
    name: str | None
    picture: str | None
    admin: bool
    claims: Mapping[str, Any] = field(repr=False)
    auth_time: datetime

    @classmethod
    def absent(cls, uid: str, since: datetime) -> "Caller":
        """Somebody in whose name something is done while they are not there, as they asked for at that moment."""
        return cls(uid, None, False, None, None, admin=False, claims={}, auth_time=since)


class Charge(Protocol):
    """What a call takes of a quota."""

    def make(self) -> None:
        """Take it now, in a transaction of its own. Raises ResourceExhausted (QUOTA_EXCEEDED)."""

    def part(self) -> "Part | None":
        """Take it in the commit of what it pays for, which raises the same; None if nothing is to be taken."""


@dataclass
class TripAccess:
    """A caller's wish to do something to a trip that needs at least the role `least`.

    The use case reads the trip and calls `check` with its roles; the wrapper releases no answer before that.
    Its `charge` is made by `check`, once, as soon as the role is known to be high enough, and outside of a transaction;
    or else by the use case, which has called `join`, in its own.
    """

    caller: Caller
    trip_id: str
    least: Role
    charge: Charge | None = field(default=None, repr=False, kw_only=True)
    checked: bool = field(default=False, init=False)
    _joined: bool = field(default=False, init=False, repr=False)

    def charge_parts(self) -> "list[Part]":
        """The charge as a part of a commit, for whoever may `join` it; nothing if there is none, or it was made."""
        part = None if self.checked or self.charge is None else self.charge.part()
        return [part] if part else []

    def join(self) -> "list[Part]":
        """The same for the use case's own commit, which takes it over from `check`."""
        parts = self.charge_parts()
        self._joined = bool(parts)
        return parts

    def check(self, roles: Mapping[str, str]) -> Role:
        """The caller's role. Raises NotFound for a stranger and PermissionDenied if the role is too low."""
        actual = roles.get(self.caller.uid)
        if actual is None:
            raise trip_not_found(self.trip_id)
        role = Role(actual)
        if not role.at_least(self.least):
            raise PermissionDenied(
                f"This needs the role {self.least} in the trip; yours is {role}.",
                reason="ROLE_TOO_LOW",
                metadata={"needed": self.least.value, "actual": role.value},
            )
        if self.charge and not (self.checked or self._joined):
            self.charge.make()
        self.checked = True
        return role


def trip_not_found(trip_id: str) -> NotFound:
    """The one answer for a trip that is not there and for one that the caller may not see."""
    return NotFound("There is no such trip.", reason="TRIP_NOT_FOUND", metadata={"tripId": trip_id})
