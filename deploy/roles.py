"""Who may do what: the expected answer of every function to everybody, on every kind of trip, from its declaration.

python -m deploy.roles            rewrite docs/roles.md
python -m deploy.roles --check    exit 1 if docs/roles.md is out of step

`tests/matrix` asks the running suite for every one of these answers.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import functions
from deploy.openapi import pages
from shared.runtime.caller import Role
from shared.runtime.registry import FUNCTIONS, FunctionSpec

TABLE: Final = Path(__file__).parent.parent / "docs" / "roles.md"


class Who(StrEnum):
    """Who calls."""

    SIGNED_OUT = "signed out"
    NEWCOMER = "newcomer"
    STRANGER = "stranger"
    REMOVED = "removed"
    DELETED = "deleted"
    ADMIN = "admin"
    VIEWER = "viewer"
    VOTER = "voter"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def role(self) -> Role | None:
        """Their role in the trip, if they belong to it."""
        return Role(self.value) if self.value in set(Role) else None


class Trip(StrEnum):
    """The trip that is asked for; the members' own is the one that the roles are in."""

    OWN = "own"
    FOREIGN = "foreign"
    DELETED = "deleted"


@dataclass(frozen=True)
class Outcome:
    """What a function answers: OK, or a canonical code and its reason."""

    code: str = "OK"
    reason: str = ""


OK: Final = Outcome()
NOT_SIGNED_IN: Final = Outcome("UNAUTHENTICATED", "TOKEN_MISSING")
ACCOUNT_GONE: Final = Outcome("UNAUTHENTICATED", "ACCOUNT_GONE")
ADMIN_ONLY: Final = Outcome("PERMISSION_DENIED", "ADMIN_ONLY")
TOO_LOW: Final = Outcome("PERMISSION_DENIED", "ROLE_TOO_LOW")
NO_TRIP: Final = Outcome("NOT_FOUND", "TRIP_NOT_FOUND")

_BEYOND: Final[Mapping[tuple[str, Who, Trip], Outcome]] = {
    ("trips-leave", Who.OWNER, Trip.OWN): Outcome("FAILED_PRECONDITION", "LAST_OWNER"),
    ("trips-restore", Who.OWNER, Trip.OWN): Outcome("ALREADY_EXISTS", "TRIP_NOT_DELETED"),
    ("trips-restore", Who.OWNER, Trip.DELETED): OK,
    ("polls-close", Who.VOTER, Trip.OWN): TOO_LOW,
    ("jobs-cancel", Who.VIEWER, Trip.OWN): Outcome("PERMISSION_DENIED", "NOT_YOURS"),
    ("jobs-cancel", Who.VOTER, Trip.OWN): Outcome("PERMISSION_DENIED", "NOT_YOURS"),
}
"""What a declaration cannot say: the owner hands over before leaving; who is no editor closes only polls, and stops
only jobs, of their own."""


def trips_of(spec: FunctionSpec) -> tuple[Trip, ...]:
    """The trips that make a difference to a function: one that is about no trip answers the same for all."""
    return tuple(Trip) if pages.least_role(spec) else (Trip.OWN,)


def expected(spec: FunctionSpec, who: Who, trip: Trip) -> Outcome:
    """The answer to a request that has nothing else wrong with it."""
    return _BEYOND.get((spec.name, who, trip)) or _declared(spec, who, trip)


def _declared(spec: FunctionSpec, who: Who, trip: Trip) -> Outcome:
    if spec.caller == "anyone":
        return OK
    if who is Who.SIGNED_OUT:
        return NOT_SIGNED_IN
    if who is Who.DELETED and spec.fresh:
        return ACCOUNT_GONE
    if spec.caller == "admin" and who is not Who.ADMIN:
        return ADMIN_ONLY
    least = pages.least_role(spec)
    if least is None:
        return OK
    if trip is not Trip.OWN or who.role is None:
        return NO_TRIP
    return OK if who.role.at_least(least) else TOO_LOW


def clients_functions() -> list[FunctionSpec]:
    """The functions that clients call, by name."""
    functions.load_all()
    return [spec for _, spec in sorted(FUNCTIONS.items()) if spec.caller != "service"]


def services_functions() -> list[FunctionSpec]:
    """The functions that only the suite's own service account calls, by name."""
    functions.load_all()
    return [spec for _, spec in sorted(FUNCTIONS.items()) if spec.caller == "service"]


_ABOUT: Final = """\
# Who may do what

Made by `python -m deploy.roles` from the functions' declarations; `tests/matrix` asks the running suite for every
cell. A cell is the answer to a correct request on a trip of which the viewer, the voter, the editor and the owner are
members; behind it, where they differ, the answers on a foreign trip and on a deleted one. The poll that is closed and
the job that is stopped are the owner's; with those of their own, everybody who could begin them may do so.

`yes` the function does it · `401` sign in first, or the account is gone · `403` the role is too low, or this is for
administrators · `404` there is no such trip, as far as the caller may know · `400`, `409` not in this state

| who | is |
|---|---|
| newcomer | signed in, and has never done anything |
| stranger | signed in, and has trips of their own |
| removed | was an editor of the trip until its owner removed them |
| deleted | was an editor; the account is deleted, and its last token has not expired |
| admin | an administrator, who is not a member |

"""
_STATUS: Final = {
    "OK": "yes",
    "UNAUTHENTICATED": "401",
    "PERMISSION_DENIED": "403",
    "NOT_FOUND": "404",
    "FAILED_PRECONDITION": "400",
    "ALREADY_EXISTS": "409",
}


def as_markdown() -> str:
    """The whole matrix as a page."""
    return _ABOUT + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| function | " + " | ".join(Who) + " |"
    yield "|---" * (len(Who) + 1) + "|"
    for spec in clients_functions():
        yield f"| `{spec.name}` | " + " | ".join(_cell(spec, who) for who in Who) + " |"
    yield ""
    names = ", ".join(f"`{spec.name}`" for spec in services_functions())
    yield f"Only the suite itself calls {names}: everybody else, administrators too, gets 401."


def _cell(spec: FunctionSpec, who: Who) -> str:
    marks = [_STATUS[expected(spec, who, trip).code] for trip in trips_of(spec)]
    return marks[0] if len(set(marks)) == 1 else " / ".join(marks)


def main() -> int:
    """Write the page, or compare it."""
    if "--check" not in sys.argv[1:]:
        TABLE.write_text(as_markdown(), encoding="utf-8")
        return 0
    if not TABLE.exists() or TABLE.read_text(encoding="utf-8") != as_markdown():
        sys.stderr.write("docs/roles.md does not show who may do what as it is: run python -m deploy.roles\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
