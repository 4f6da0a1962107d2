"""From place to place on a given day: when each transfer leaves and arrives, the pointless ones left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .problem import CitiesProblem, Transfer
from .wishes import AVOID_MODES, NO_OVERNIGHT, TRANSFER_MINUTES, Wish

LAST_MINUTE = 1439


@dataclass(frozen=True, slots=True)
class Journey:
    """A transfer on a day. `arrives` is on day `day`, or the one after if it is overnight. `price` is for everybody."""

    transfer: Transfer
    day: int
    departs: int
    arrives: int
    price: int
    value: float

    @property
    def arrival_day(self) -> int:
        return self.day + self.transfer.overnight


class Journeys:
    """The journeys of a problem under some wishes."""

    def __init__(self, problem: CitiesProblem, wishes: Iterable[Wish]) -> None:
        self._problem = problem
        allowed = [transfer for transfer in problem.transfers if all(_suits(transfer, wish) for wish in wishes)]
        self._pairs: dict[tuple[str, str], list[Transfer]] = {}
        for transfer in allowed:
            self._pairs.setdefault((transfer.origin, transfer.destination), []).append(transfer)

    def between(self, origin: str, destination: str, day: int) -> list[Journey]:
        """What the group can choose from on that day."""
        found = (self._journey(transfer, day) for transfer in self._pairs.get((origin, destination), ()))
        return undominated([journey for journey in found if journey is not None])

    def _journey(self, transfer: Transfer, day: int) -> Journey | None:
        problem = self._problem
        told = problem.date_of(day)
        if transfer.dates is not None and told not in transfer.dates:
            return None
        if transfer.weekdays is not None and date.fromisoformat(told).weekday() not in transfer.weekdays:
            return None
        departs = departure(transfer, problem.earliest_departure)
        if departs is None:
            return None
        arrives = departs + transfer.minutes + transfer.clock_shift - 1440 * transfer.overnight
        value = problem.liking("mode", transfer.mode) - problem.weights.travel_hour * transfer.minutes / 60
        return Journey(transfer, day, departs, arrives, transfer.price * problem.people, value)


def departure(transfer: Transfer, earliest: int) -> int | None:
    """The first minute to leave at: not before `earliest`, and so that it arrives on the day that it should."""
    on_the_way = transfer.minutes + transfer.clock_shift
    low, high = (1440, 2879) if transfer.overnight else (0, LAST_MINUTE)
    for first, last in sorted(transfer.departures or ((0, LAST_MINUTE),)):
        departs = max(first, earliest, low - on_the_way)
        if departs <= min(last, high - on_the_way):
            return departs
    return None


def undominated(journeys: list[Journey]) -> list[Journey]:
    """Those that no other to the same day beats or equals in price, value and arrival at once."""
    kept: list[Journey] = []
    for one in sorted(journeys, key=lambda each: (each.price, -each.value, each.arrives, each.transfer.id)):
        if not any(
            other.value >= one.value and other.arrives <= one.arrives and other.arrival_day == one.arrival_day
            for other in kept
        ):
            kept.append(one)
    return kept


def _suits(transfer: Transfer, wish: Wish) -> bool:
    if wish.kind == TRANSFER_MINUTES:
        return transfer.minutes <= (wish.at_most or 0)
    if wish.kind == NO_OVERNIGHT:
        return not transfer.overnight or bool(wish.names and transfer.mode not in wish.names)
    return wish.kind != AVOID_MODES or transfer.mode not in wish.names
