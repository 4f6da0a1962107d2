"""Planned against actual: by day, by category and by person. Pure, in minor units of one currency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.expenses import split
from shared.expenses.freezing import in_proportion
from shared.expenses.models import Category, Expense, People
from shared.money import Rates, UnknownCurrencyError, convert

CATEGORIES: dict[str, Category] = {
    "sight": "sight",
    "food": "food",
    "stay": "stay",
    "transport": "transport",
    "activity": "activity",
    "note": "other",
}
"""What a stop's kind counts as."""


@dataclass
class Line:
    planned: int = 0
    actual: int = 0


@dataclass
class Comparison:
    """Days are named by (date, None), or (None, id of the day) if the plan gives a day no date.

    `unconverted` holds, by currency, what has no reference rate and is in no other sum.
    """

    whole: Line = field(default_factory=Line)
    days: defaultdict[tuple[str | None, str | None], Line] = field(default_factory=lambda: defaultdict(Line))
    categories: defaultdict[Category, Line] = field(default_factory=lambda: defaultdict(Line))
    people: defaultdict[str, Line] = field(default_factory=lambda: defaultdict(Line))
    unconverted: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))


def compare(
    plan: Mapping[str, Any],
    expenses: Iterable[Expense],
    *,
    currency: str,
    travellers: Sequence[str],
    claims: Mapping[str, str],
    people: People,
    rates: Rates,
) -> Comparison:
    """A plan's costs against what was spent; payments between people are no spending.

    A stop on a day costs what it says, for all who take part; they bear it equally, and where it names nobody (or only
    people who have left), those who are there on that day do. Ideas are not planned. Planned costs are converted at
    `rates`; expenses count at their frozen rate. What names a guest whom a member has claimed (`claims`) is that
    member's.
    """
    found = Comparison()
    for stop_id, stop in plan["stops"].items():
        day, cost = plan["days"].get(stop["dayId"]), stop.get("cost")
        if day is None or not cost:
            continue
        try:
            amount = convert(cost["amount"], cost["currency"], currency, rates)
        except UnknownCurrencyError:
            found.unconverted[cost["currency"]] += cost["amount"]
            continue
        on = day.get("date")
        found.whole.planned += amount
        found.days[(on, None) if on else (None, stop["dayId"])].planned += amount
        found.categories[CATEGORIES[stop["kind"]]].planned += amount
        there = date.fromisoformat(on) if on else None
        bearing = _named(stop, travellers, claims) or people.present(travellers, there, claims)
        for person, part in (split.equally(amount, bearing, stop_id) if bearing else {}).items():
            found.people[person].planned += part
    for expense in expenses:
        if expense.kind == "expense":
            _spend(found, expense, currency, claims, rates)
    return found


def _named(stop: Mapping[str, Any], travellers: Sequence[str], claims: Mapping[str, str]) -> list[str]:
    """The travellers who take part in a stop, if it names some."""
    named = {claims.get(person, person) for person in stop.get("who", {})}
    return sorted(named.intersection(travellers))


def _spend(found: Comparison, expense: Expense, currency: str, claims: Mapping[str, str], rates: Rates) -> None:
    frozen = expense.converted
    try:
        # The trip's currency may have been changed since.
        amount = convert(frozen.amount, frozen.currency, currency, rates)
    except UnknownCurrencyError:
        found.unconverted[frozen.currency] += frozen.amount
        return
    owed = frozen.owed if frozen.currency == currency else in_proportion(amount, expense.owed)
    found.whole.actual += amount
    found.days[expense.date, None].actual += amount
    found.categories[expense.category].actual += amount
    for person, part in owed.items():
        found.people[claims.get(person, person)].actual += part
