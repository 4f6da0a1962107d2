"""Costs in the currency of the problem, whole minor units, rounded up so that a budget is never exceeded unseen."""

from __future__ import annotations

from collections.abc import Callable

from .problem import Problem, Visit


def converter(problem: Problem) -> Callable[[int, str | None], int]:
    """A function from an amount and its currency (None: the problem's) to the problem's currency."""
    rates = {rate.currency: rate for rate in problem.rates}

    def convert(amount: int, currency: str | None) -> int:
        if currency is None or currency == problem.currency:
            return amount
        rate = rates[currency]
        return -(-amount * rate.worth // rate.amount)

    return convert


def visit_cost(problem: Problem, visit: Visit) -> int:
    """What the visit costs the group, in the problem's currency."""
    return converter(problem)(visit.cost, visit.currency)


def leg_price(problem: Problem, a: int, b: int) -> int:
    """What the leg from location a to b costs the group, in the problem's currency."""
    mode = problem.travel.choose(a, b)
    return 0 if mode.prices is None else converter(problem)(mode.prices[a][b], mode.currency)


def too_dear(cost: int, left: float, budget: int | None) -> str:
    """The sentence for what costs more than is left."""
    return f"it costs {cost} and {left:.0f} are left of {budget}"
