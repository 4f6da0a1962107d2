"""Quotas in Firestore: a small document for each person and day and each trip and day, and one for each receipt.

None of them is hot: a person's is written at the pace at which one person asks for plans, a trip's at that of a group.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists, GoogleAPICallError
from google.cloud import firestore
from google.cloud.firestore import (
    Client,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Increment,
    Transaction,
    WriteBatch,
)

from shared.cloud.documents import in_batches
from shared.cloud.joint import Found, put, together
from shared.quota.models import Account, Charge, Cost, Receipt
from shared.runtime.errors import Aborted

T = TypeVar("T")
ATTEMPTS = 20
DAYS = ("0000-00-00", "9999-99-99")
ACCOUNTS_KEPT = timedelta(days=40)
"""Counted from the expiry of a receipt; Firestore's TTL deletes both."""


class Charging:
    """A charge as part of a commit: adds a receipt's amount to the accounts, unless `decide`, which may raise, is
    against it, or a receipt of the same key is there already. `charge` is known once it is committed."""

    def __init__(
        self,
        kept: DocumentReference,
        accounts: Sequence[DocumentReference],
        receipt: Receipt,
        decide: Callable[[Account, Account], None],
    ) -> None:
        self._kept = kept
        self._accounts = accounts
        self._receipt = receipt
        self._decide = decide
        self._next: Charge | None = None
        self.charge: Charge | None = None

    @property
    def references(self) -> Sequence[DocumentReference]:
        return [*self._accounts, self._kept]

    def write(self, batch: WriteBatch, found: Found) -> None:
        earlier = found[self._kept.path]
        if earlier.exists:
            self._next = Charge(Receipt.from_stored(earlier.to_dict()), replayed=True)
            return
        before = [found[reference.path] for reference in self._accounts]
        accounts = [Account.from_stored(one.to_dict() or {}) for one in before]
        self._decide(accounts[0], accounts[1] if len(accounts) > 1 else Account())
        used: dict[tuple[str, ...], Any] = {("used", self._receipt.what): Increment(self._receipt.amount)}
        used |= {(name,): value for name, value in _kept_for(self._receipt).items()}
        for one in before:
            put(batch, one, used)
        batch.create(self._kept, self._receipt.to_stored())
        self._next = Charge(self._receipt, replayed=False)

    def committed(self) -> None:
        self.charge = self._next


class Costing:
    """A cost as part of a commit, added once for each key; `added` is called when it has been."""

    def __init__(
        self,
        kept: DocumentReference,
        accounts: Sequence[DocumentReference],
        receipt: Receipt,
        cost: Cost,
        added: Callable[[], None],
    ) -> None:
        self._kept = kept
        self._accounts = accounts
        self._receipt = receipt
        self._cost = cost
        self._added = added
        self._new = False

    @property
    def references(self) -> Sequence[DocumentReference]:
        return [self._kept]

    def write(self, batch: WriteBatch, found: Found) -> None:
        self._new = not found[self._kept.path].exists
        if self._new:
            _add_cost(batch, self._kept, self._accounts, self._receipt, self._cost)

    def committed(self) -> None:
        if self._new:
            self._added()


class QuotaStore:
    def __init__(self, client: Client) -> None:
        self._client = client
        # One instance's own calls for a person take turns instead of losing transactions to each other.
        self._turns = [threading.Lock() for _ in range(64)]

    def charge(self, key: str, receipt: Receipt, decide: Callable[[Account, Account], None]) -> Charge:
        """Add a receipt's amount to both accounts, unless `decide`, which may raise, is against it. One transaction.

        A receipt of an earlier call with the same key is returned instead. Raises Aborted (QUOTA_BUSY).
        """
        charging = self.charging(key, receipt, decide)
        with self._turns[hash(receipt.uid) % len(self._turns)]:
            self._run(lambda: together(self._client, [], [charging], _nothing_else, ATTEMPTS))
        assert charging.charge is not None  # noqa: S101 - it is committed
        return charging.charge

    def charging(self, key: str, receipt: Receipt, decide: Callable[[Account, Account], None]) -> Charging:
        """The same charge, to be part of another commit."""
        return Charging(self._receipt(key), self._accounts(receipt), receipt, decide)

    def refund(self, key: str) -> bool:
        """Take a charge back; False if there is none, or no longer. One transaction."""
        kept = self._receipt(key)

        @firestore.transactional
        def run(transaction: Transaction) -> bool:
            found = kept.get(transaction=transaction)
            if not found.exists:
                return False
            receipt = Receipt.from_stored(found.to_dict())
            for reference in self._accounts(receipt):
                transaction.set(reference, _used(receipt, -receipt.amount), merge=True)
            transaction.delete(kept)
            return True

        return self._run(lambda: bool(run(self._client.transaction(max_attempts=ATTEMPTS))))

    def add_cost(self, key: str, receipt: Receipt, cost: Cost) -> bool:
        """Add to both accounts what was spent; False if this key was added before. One write, without reading."""
        batch = self._client.batch()
        _add_cost(batch, self._receipt(key), self._accounts(receipt), receipt, cost)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def costing(self, key: str, receipt: Receipt, cost: Cost, added: Callable[[], None]) -> Costing:
        """The same cost, to be part of another commit."""
        return Costing(self._receipt(key), self._accounts(receipt), receipt, cost, added)

    def accounts(self, uid: str, trip_id: str | None, day: str) -> tuple[Account, Account]:
        """The person's and the trip's account of a day. One round trip."""
        person = self._person(uid, day)
        references = [person] if trip_id is None else [person, self._trip(trip_id, day)]
        found = {one.reference.path: one.to_dict() or {} for one in self._client.get_all(references)}
        accounts = [Account.from_stored(found[reference.path]) for reference in references]
        return accounts[0], accounts[1] if len(accounts) > 1 else Account()

    def of_person(self, uid: str) -> list[dict[str, Any]]:
        """What somebody has used on each day that is still known, for their archive. One query."""
        return [{"id": day.id, **(day.to_dict() or {})} for day in self._days(uid)]

    def forget(self, uid: str) -> None:
        """Delete the accounts of somebody who is gone for good; the receipts expire by themselves."""
        in_batches(self._client, self._days(uid), lambda batch, day: batch.delete(day.reference))

    def _days(self, uid: str) -> list[DocumentSnapshot[Any]]:
        """A person's accounts. Ids are their only index; no day is longer than another."""
        first, last = self._person(uid, DAYS[0]), self._person(uid, DAYS[1])
        days = self._client.collection("quotas").where(filter=FieldFilter("__name__", ">=", first))
        found = days.where(filter=FieldFilter("__name__", "<=", last)).stream()
        return [day for day in found if len(day.id) == len(first.id)]

    def _run(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except ValueError as error:
            # How the client library says that it has tried often enough.
            if isinstance(error.__cause__, GoogleAPICallError):
                raise Aborted(
                    "Too many calls at once; try again in a moment.", reason="QUOTA_BUSY", retry_after=1.0
                ) from error
            raise

    def _accounts(self, receipt: Receipt) -> list[DocumentReference]:
        person = self._person(receipt.uid, receipt.day)
        return [person] if receipt.trip_id is None else [person, self._trip(receipt.trip_id, receipt.day)]

    def _person(self, uid: str, day: str) -> DocumentReference:
        return self._client.document("quotas", f"user_{uid}_{day}")

    def _trip(self, trip_id: str, day: str) -> DocumentReference:
        return self._client.document("quotas", f"trip_{trip_id}_{day}")

    def _receipt(self, key: str) -> DocumentReference:
        return self._client.document("quotaReceipts", key)


def _used(receipt: Receipt, amount: int) -> dict[str, Any]:
    return {"used": {receipt.what: Increment(amount)}, **_kept_for(receipt)}


def _add_cost(
    batch: WriteBatch, kept: DocumentReference, accounts: Sequence[DocumentReference], receipt: Receipt, cost: Cost
) -> None:
    batch.create(kept, receipt.to_stored())
    sums = {
        "inputTokens": Increment(cost.input_tokens),
        "outputTokens": Increment(cost.output_tokens),
        "microUsd": Increment(cost.micro_usd),
    }
    for reference in accounts:
        batch.set(reference, {"costs": sums, **_kept_for(receipt)}, merge=True)


def _kept_for(receipt: Receipt) -> dict[str, Any]:
    return {"day": receipt.day, "expiresAt": receipt.expires_at + ACCOUNTS_KEPT}


def _nothing_else(_transaction: Transaction, _found: Found) -> None:
    """Of a commit that is nothing but its parts."""
