"""The itinerary on a terminal: a table per day, and the totals."""

from typing import Any

from rich.console import Console
from rich.table import Table

from clients.python.demo.itinerary import DayView, Leg, ideas_of

NO_DECIMALS = {"JPY", "KRW", "VND", "CLP", "ISK", "UGX"}


def money(amount: int, currency: str) -> str:
    """Minor units as people write them."""
    return f"{amount:,} {currency}" if currency in NO_DECIMALS else f"{amount / 100:,.2f} {currency}"


def print_days(console: Console, days: list[DayView]) -> None:
    for day in days:
        table = Table(title=f"{day.title}  {day.date}".strip(), title_justify="left", title_style="bold", expand=False)
        for heading in ("time", "place", "minutes", "to the next", "cost"):
            table.add_column(heading, justify="right" if heading in ("minutes", "cost") else "left")
        for stop, leg in zip(day.stops, day.legs, strict=True):
            cost = stop.get("cost")
            table.add_row(
                stop.get("at") or "",
                stop["name"],
                str(stop["minutes"]),
                _way(leg),
                money(cost["amount"], cost["currency"]) if cost and cost["amount"] else "free",
            )
        console.print(table)


def print_totals(console: Console, days: list[DayView], plan: dict[str, Any], result: dict[str, Any]) -> None:
    stops = [stop for day in days for stop in day.stops]
    costs: dict[str, int] = {}
    for stop in stops:
        if cost := stop.get("cost"):
            costs[cost["currency"]] = costs.get(cost["currency"], 0) + cost["amount"]
    legs = [leg for day in days for leg in day.legs if leg]
    walked = sum(leg.metres for leg in legs if leg.mode == "walk")
    spent = ", ".join(money(amount, currency) for currency, amount in costs.items()) or "nothing"
    console.print(
        f"[bold]Totals:[/bold] {len(days)} days, {len(stops)} stops, {len(ideas_of(plan))} more ideas, "
        f"{sum(stop['minutes'] for stop in stops) / 60:.1f} h of visits, {walked / 1000:.1f} km on foot, {spent}"
    )
    for heading in ("assumptions", "compromises"):
        for line in result.get(heading, []):
            console.print(f"  {heading[:-1]}: {line}", highlight=False)


def _way(leg: Leg | None) -> str:
    return f"{leg.minutes} min {leg.mode} ({leg.metres / 1000:.1f} km)" if leg else ""
