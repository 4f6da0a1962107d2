"""Who calls, and what they may do to a trip."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.runtime.errors import NotFound, PermissionDenied


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


@dataclass
class TripAccess:
    """A caller's wish to do something to a trip that needs at least the role `least`.

    The use case reads the trip and calls `check` with its roles; the wrapper releases no answer before that.
    `on_admitted` runs once, as soon as the role is known to be high enough, and may refuse.
    """

    caller: Caller
    trip_id: str
    least: Role
    on_admitted: Callable[[], None] | None = field(default=None, repr=False, kw_only=True)
    checked: bool = field(default=False, init=False)

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
        if not self.checked and self.on_admitted:
            self.on_admitted()
        self.checked = True
        return role


def trip_not_found(trip_id: str) -> NotFound:
    """The one answer for a trip that is not there and for one that the caller may not see."""
    return NotFound("There is no such trip.", reason="TRIP_NOT_FOUND", metadata={"tripId": trip_id})
