"""A summary as callers get it."""

from shared.expenses.responses import (
    CategoryView,
    DayView,
    PersonView,
    SettlementView,
    SummaryResponse,
    TransferView,
)
from shared.expenses.summary import Account, Summary
from shared.trips.requests import MoneyView


def view(summary: Summary) -> SummaryResponse:
    """Days by date, those without one last; categories and people by name."""
    found, budget = summary.comparison, summary.trip.budget
    days = sorted(found.days.items(), key=lambda one: (one[0][0] is None, one[0][0] or "", one[0][1] or ""))
    return SummaryResponse(
        currency=summary.trip.currency,
        budget=MoneyView(amount=budget.amount, currency=budget.currency) if budget else None,
        planned=found.whole.planned,
        actual=found.whole.actual,
        days=[DayView(date=on, day_id=day_id, planned=line.planned, actual=line.actual) for (on, day_id), line in days],
        categories=[
            CategoryView(category=category, planned=line.planned, actual=line.actual)
            for category, line in sorted(found.categories.items())
        ],
        people=[
            PersonView(id=person, planned=line.planned, actual=line.actual)
            for person, line in sorted(found.people.items())
        ],
        settlements=[_settlement(account) for account in summary.accounts],
        unconverted=[
            MoneyView(amount=amount, currency=currency) for currency, amount in sorted(found.unconverted.items())
        ],
        entries=summary.entries,
    )


def _settlement(account: Account) -> SettlementView:
    return SettlementView(
        currency=account.currency,
        balances=dict(account.balances),
        transfers=[
            TransferView(from_id=transfer.payer, to_id=transfer.receiver, amount=transfer.amount)
            for transfer in account.settlement.transfers
        ],
        fewest=account.settlement.fewest,
    )
