"""Wishes and outcomes in words."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from .problem import CitiesProblem
from .wishes import (
    AVOID_MODES,
    BUDGET,
    FIRST,
    LAST,
    MAX_CITIES,
    NIGHT_OF,
    NIGHTS,
    NO_OVERNIGHT,
    ON_DATE,
    ORDER,
    RATING,
    STAY_RULES,
    STAY_TYPES,
    TOTAL_NIGHTS,
    TRANSFER_MINUTES,
    VISIT,
    Wish,
)


def phrase(problem: CitiesProblem, wish: Wish) -> str:
    """A wish in somebody's own words, or in ours."""
    if wish.text:
        return wish.text
    cities = [problem.name(city) for city in wish.cities]
    named = " or ".join(wish.names)
    return {
        VISIT: lambda: f"visit {cities[0]}",
        NIGHTS: lambda: f"{_nights(wish)} in {cities[0]}",
        ON_DATE: lambda: f"be in {cities[0]} on {wish.date}",
        NIGHT_OF: lambda: f"sleep in {cities[0]} on {wish.date}",
        ORDER: lambda: " before ".join(cities),
        FIRST: lambda: f"begin in {cities[0]}",
        LAST: lambda: f"end in {cities[0]}",
        TOTAL_NIGHTS: lambda: f"{_nights(wish)} in all",
        MAX_CITIES: lambda: f"at most {wish.at_most:g} {'city' if wish.at_most == 1 else 'cities'}",
        BUDGET: lambda: f"at most {amount(problem, int(wish.at_most or 0))}{_for(wish.names)}",
        TRANSFER_MINUTES: lambda: f"no transfer longer than {_hours(wish.at_most or 0)}",
        NO_OVERNIGHT: lambda: f"no {named or 'travel'} overnight",
        AVOID_MODES: lambda: f"no {named}",
        STAY_TYPES: lambda: f"sleep in a {named}",
        STAY_RULES: lambda: f"{' and '.join(wish.names)} allowed where we sleep",
        RATING: lambda: f"stays rated {wish.at_least:g} or better",
    }[wish.kind]()


def clash_message(problem: CitiesProblem, wishes: Iterable[Wish]) -> str:
    told = [phrase(problem, wish) for wish in wishes]
    if len(told) == 1:
        return f"This is not possible: {told[0]}."
    return f"These do not go together: {'; '.join(told)}. Without any one of them, the others do."


def amount(problem: CitiesProblem, minor: int) -> str:
    """Minor units for people: 123450 gives "1,234.50 EUR"."""
    return f"{minor / 10**problem.decimals:,.{problem.decimals}f} {problem.currency}".strip()


def _nights(wish: Wish) -> str:
    low, high = wish.at_least or 0, inf if wish.at_most is None else wish.at_most
    if low == high:
        return f"{low:g} {'night' if low == 1 else 'nights'}"
    if high == inf:
        return f"at least {low:g} nights"
    return f"{low:g} to {high:g} nights" if low > 0 else f"at most {high:g} nights"


def _for(names: tuple[str, ...]) -> str:
    return f" for {' and '.join(names)}" if names else ""


def _hours(minutes: float) -> str:
    hours, rest = divmod(int(minutes), 60)
    return f"{hours}:{rest:02d} hours"
