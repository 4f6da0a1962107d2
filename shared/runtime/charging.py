"""Charging a call to its quota, and taking that back if the call fails."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from shared.runtime.ids import RandomIds
from shared.runtime.registry import Quota
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.cloud.joint import Part
    from shared.quota.store import Charging


class Charger:
    """Charges one call at most once. `key` is the call's `requestId`; without one, no other call is the same."""

    def __init__(self, function: str, quota: Quota, uid: str, trip_id: str | None, key: str | None) -> None:
        self._quota = quota
        self._uid = uid
        self._trip_id = trip_id
        self._key = f"{function}/{trip_id}/{key or RandomIds().new()}"
        self._charged = False
        self._charging: Charging | None = None

    def make(self) -> None:
        """Raise ResourceExhausted (QUOTA_EXCEEDED) if the day's amount is used up."""
        from shared import bootstrap

        if settings().rate_limits:
            charge = bootstrap.quotas().spend(
                self._uid, self._trip_id, self._quota.what, self._quota.amount, self._quota.limit, key=self._key
            )
            self._charged = not charge.replayed

    def part(self) -> "Part | None":
        """The same as part of the commit of what is paid for; None if quotas are off."""
        from shared import bootstrap

        if self._charging is None and settings().rate_limits:
            self._charging = bootstrap.quotas().spending(
                self._uid, self._trip_id, self._quota.what, self._quota.amount, self._quota.limit, key=self._key
            )
        return self._charging

    def refund(self) -> None:
        """Take back what this call was charged."""
        from shared import bootstrap

        joined = self._charging.charge if self._charging else None
        if self._charged or (joined and not joined.replayed):
            bootstrap.quotas().refund(self._uid, self._quota.what, key=self._key)


def charged(run: Generator[Any, None, Any], charger: Charger) -> Generator[Any, None, Any]:
    """The same run, which is not charged if it fails."""
    try:
        return (yield from run)
    except Exception:
        charger.refund()
        raise
