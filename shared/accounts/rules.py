"""Decisions about accounts, without I/O."""

from collections.abc import Collection

from shared.runtime.errors import FailedPrecondition


def check_stays(others: Collection[str]) -> None:
    """Raises FailedPrecondition (LAST_ADMIN) if nobody else is an administrator."""
    if not others:
        raise FailedPrecondition("The suite needs an administrator: make somebody else one first", reason="LAST_ADMIN")
