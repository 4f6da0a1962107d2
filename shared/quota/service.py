"""Use cases of quotas: spend, refund, look, and record what work has cost."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from shared.quota import rules
from shared.quota.models import Account, Charge, Cost, Receipt, Remaining
from shared.quota.store import Charging, Costing, QuotaStore
from shared.runtime.clock import Clock
from shared.runtime.registry import DailyLimit

RECEIPTS_KEPT = timedelta(days=3)
"""Longer than any retry of the same work."""


class Quotas:
    """Counts what costs money, exactly, whichever instance does the work.

    `limits` are the deployment's own in place of the declared ones, by what is counted; `costs` is how much money
    (millionths of a US dollar) may have gone before nothing more is begun that day.
    """

    def __init__(
        self, store: QuotaStore, clock: Clock, *, costs: DailyLimit, limits: Mapping[str, DailyLimit] | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._costs = costs
        self._limits = limits or {}

    def spend(self, uid: str, trip_id: str | None, what: str, amount: int, limit: DailyLimit, *, key: str) -> Charge:
        """Charge `amount` of `what` to a person and a trip, before the work begins.

        `key` names the work (a job's id, a request's): whoever comes again with it is not charged again, also after
        midnight. Raises ResourceExhausted (QUOTA_EXCEEDED), with metadata what, scope, limit, used and resetsAt, and
        Aborted (QUOTA_BUSY). One transaction.
        """
        decide = self._decision(what, amount, limit)
        return self._store.charge(_id(uid, what, key), self._receipt(uid, trip_id, what, amount), decide)

    def spending(
        self, uid: str, trip_id: str | None, what: str, amount: int, limit: DailyLimit, *, key: str
    ) -> Charging:
        """The same as part of the commit of what it pays for, which raises ResourceExhausted instead."""
        decide = self._decision(what, amount, limit)
        return self._store.charging(_id(uid, what, key), self._receipt(uid, trip_id, what, amount), decide)

    def refund(self, uid: str, what: str, *, key: str) -> bool:
        """Take back what was charged for work that did not happen; False if it was taken back before."""
        return self._store.refund(_id(uid, what, key))

    def remaining(self, uid: str, trip_id: str | None, what: str, limit: DailyLimit) -> Remaining:
        """What is left today. One round trip."""
        limit = self._limits.get(what, limit)
        now = self._clock.now()
        person, trip = self._store.accounts(uid, trip_id, rules.day_of(now))
        return Remaining(
            person=None if limit.person is None else max(0, limit.person - person.used.get(what, 0)),
            trip=None if limit.trip is None else max(0, limit.trip - trip.used.get(what, 0)),
            resets_at=rules.resets_at(now),
        )

    def record(self, uid: str, trip_id: str | None, cost: Cost, *, key: str) -> bool:
        """Add what a piece of work has cost to the person's and the trip's day; False if this key was added before."""
        return self._store.add_cost(_id(uid, rules.COSTS, key), self._receipt(uid, trip_id, rules.COSTS, 1), cost)

    def recording(self, uid: str, trip_id: str | None, cost: Cost, *, key: str, added: Callable[[], None]) -> Costing:
        """The same as part of the commit of what that work has brought, which calls `added` if it has added it."""
        receipt = self._receipt(uid, trip_id, rules.COSTS, 1)
        return self._store.costing(_id(uid, rules.COSTS, key), receipt, cost, added)

    def today(self, uid: str, trip_id: str | None) -> tuple[Account, Account]:
        """What a person, and a trip, have used and cost today. One round trip."""
        return self._store.accounts(uid, trip_id, rules.day_of(self._clock.now()))

    def _decision(self, what: str, amount: int, limit: DailyLimit) -> Callable[[Account, Account], None]:
        limit = self._limits.get(what, limit)
        now = self._clock.now()

        def decide(person: Account, trip: Account) -> None:
            rules.check(person, trip, what, amount, limit, self._costs, now)

        return decide

    def _receipt(self, uid: str, trip_id: str | None, what: str, amount: int) -> Receipt:
        if amount < 0:
            raise ValueError("what was spent too much is refunded")
        now = self._clock.now()
        return Receipt(
            uid=uid,
            trip_id=trip_id,
            what=what,
            amount=amount,
            day=rules.day_of(now),
            expires_at=now + RECEIPTS_KEPT,
        )


def _id(uid: str, what: str, key: str) -> str:
    return hashlib.sha256(f"{uid}/{what}/{key}".encode()).hexdigest()[:40]
