"""What a trip costs."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import outbox
from shared.bootstrap.plan import plans
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.expenses.service import ExpenseService
    from shared.expenses.summary import SummaryService


@once
def expenses() -> "ExpenseService":
    from shared.cloud import firestore
    from shared.expenses.service import ExpenseService
    from shared.expenses.store import ExpenseStore
    from shared.money import reference_rates
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    store = ExpenseStore(firestore.client(), outbox())
    return ExpenseService(store, outbox(), SystemClock(), RandomIds(), reference_rates())


@once
def expense_summary() -> "SummaryService":
    from shared.cloud import firestore
    from shared.expenses.store import ExpenseStore
    from shared.expenses.summary import SummaryService
    from shared.money import reference_rates

    return SummaryService(ExpenseStore(firestore.client(), outbox()), plans(), reference_rates())
