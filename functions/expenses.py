"""Expenses, for a group that shares costs: enter, correct, pay back, and see who owes whom."""

from shared import bootstrap
from shared.expenses.requests import (
    AddExpenseRequest,
    EditExpenseRequest,
    ExpenseRequest,
    PayRequest,
    PeopleRequest,
    RemoveExpenseRequest,
    SummaryRequest,
)
from shared.expenses.responses import ExpenseResponse, HistoryResponse, PeopleResponse, SummaryResponse
from shared.expenses.summary_view import view
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function


@callable_function("expenses-add", role=Role.EDITOR)
def expenses_add(request: AddExpenseRequest, access: TripAccess) -> ExpenseResponse:
    """Enter an expense, or a refund, and how it is split."""
    return ExpenseResponse.of(*bootstrap.expenses().add(access, request))


@callable_function("expenses-edit", role=Role.EDITOR)
def expenses_edit(request: EditExpenseRequest, access: TripAccess) -> ExpenseResponse:
    """Correct an expense, from the version that the caller has seen."""
    return ExpenseResponse.of(request.expense_id, bootstrap.expenses().edit(access, request))


@callable_function("expenses-remove", role=Role.EDITOR)
def expenses_remove(request: RemoveExpenseRequest, access: TripAccess) -> ExpenseResponse:
    """Take an expense or a payment out of the sums."""
    return ExpenseResponse.of(request.expense_id, bootstrap.expenses().remove(access, request))


@callable_function("expenses-pay", role=Role.EDITOR)
def expenses_pay(request: PayRequest, access: TripAccess) -> ExpenseResponse:
    """Record that one person paid another."""
    return ExpenseResponse.of(*bootstrap.expenses().pay(access, request))


@callable_function("expenses-people", role=Role.EDITOR)
def expenses_people(request: PeopleRequest, access: TripAccess) -> PeopleResponse:
    """Say who is there on which days, and who settles as one."""
    return PeopleResponse.of(bootstrap.expenses().set_people(access, request))


@callable_function("expenses-history", role=Role.VIEWER)
def expenses_history(request: ExpenseRequest, access: TripAccess) -> HistoryResponse:
    """Who changed what of an expense, and when."""
    return HistoryResponse.of(bootstrap.expenses().history(access, request.expense_id))


@callable_function("expenses-summary", role=Role.VIEWER)
def expenses_summary(request: SummaryRequest, access: TripAccess) -> SummaryResponse:
    """Planned against actual costs, balances, and the transfers that settle them."""
    return view(bootstrap.expense_summary().summary(access, unit=request.settle, grouped=request.grouped))
