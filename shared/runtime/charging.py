"""Charging a call to its quota, and taking that back if the call fails."""

from collections.abc import Generator
from typing import Any

from shared.runtime.ids import RandomIds
from shared.runtime.registry import Quota
from shared.runtime.settings import settings


class Charger:
    """Charges one call at most once. `key` is the call's `requestId`; without one, no other call is the same."""

    def __init__(self, function: str, quota: Quota, uid: str, trip_id: str | None, key: str | None) -> None:
        self._quota = quota
        self._uid = uid
        self._trip_id = trip_id
        self._key = f"{function}/{trip_id}/{key or RandomIds().new()}"
        self._charged = False

    def charge(self) -> None:
        """Raise ResourceExhausted (QUOTA_EXCEEDED) if the day's amount is used up."""
        from shared import bootstrap

        if settings().rate_limits:
            charge = bootstrap.quotas().spend(
                self._uid, self._trip_id, self._quota.what, self._quota.amount, self._quota.limit, key=self._key
            )
            self._charged = not charge.replayed

    def refund(self) -> None:
        """Take back what this call was charged."""
        from shared import bootstrap

        if self._charged:
            bootstrap.quotas().refund(self._uid, self._quota.what, key=self._key)


def charged(run: Generator[Any, None, Any], charger: Charger) -> Generator[Any, None, Any]:
    """The same run, which is not charged if it fails."""
    try:
        return (yield from run)
    except Exception:
        charger.refund()
        raise
