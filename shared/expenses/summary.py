"""The use case that adds it all up: planned against actual, balances, and who should pay whom."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Literal

from shared.expenses.balances import Entry, balances, in_groups, in_one, merged
from shared.expenses.budget import Comparison, compare
from shared.expenses.settle import Settlement, settle
from shared.expenses.store import ExpenseStore
from shared.money import Rates
from shared.plan.service import PlanService
from shared.runtime.caller import TripAccess
from shared.trips.models import Trip


@dataclass(frozen=True)
class Account:
    """Balances in one currency (positive: is owed), and the transfers that bring them to zero."""

    currency: str
    balances: Mapping[str, int]
    settlement: Settlement


@dataclass(frozen=True)
class Summary:
    """`entries` is how many expenses and payments count."""

    trip: Trip
    entries: int
    comparison: Comparison
    accounts: tuple[Account, ...]


class SummaryService:
    def __init__(self, store: ExpenseStore, plans: PlanService, rates: Rates) -> None:
        self._store = store
        self._plans = plans
        self._rates = rates

    def summary(self, access: TripAccess, *, unit: Literal["one", "each"], grouped: bool) -> Summary:
        """Everything added up; `unit`: in the trip's currency, or each for itself. `grouped`: families settle as one.

        One round trip, two if this instance does not know the plan. Raises NotFound and PermissionDenied.
        """
        reading = _pool().submit(self._plans.read, access)
        ledger = self._store.ledger(access)
        plan = reading.result().doc
        trip = ledger.trip
        comparison = compare(
            plan,
            ledger.entries,
            currency=trip.currency,
            travellers=trip.travellers,
            claims=trip.claims,
            people=ledger.people,
            rates=self._rates,
        )
        entries: list[Entry] = [entry.converted if unit == "one" else entry for entry in ledger.entries]
        by_currency = balances(entries)
        if unit == "one":
            # The trip's currency may have been changed since some were entered.
            by_currency = in_one(by_currency, trip.currency, self._rates)
        accounts = []
        groups = [[trip.claims.get(person, person) for person in group] for group in ledger.people.groups.values()]
        for currency, by_id in sorted(by_currency.items()):
            found = merged(by_id, trip.claims)
            parties = in_groups(found, groups) if grouped else found
            accounts.append(Account(currency, parties, settle(parties)))
        return Summary(trip, len(ledger.entries), comparison, tuple(accounts))


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="summary")
