"""From place to place on a given day: when each transfer leaves and arrives, the pointless ones left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .problem import CitiesProblem, Transfer
from .wishes import AVOID_MODES, NO_OVERNIGHT, TRANSFER_MINUTES, Wish

LAST_MINUTE = 1439


@dataclass(frozen=True, slots=True)
class Journey:
    """A transfer on a day. `arrives` is so many `nights` after `day`. `price` is for everybody."""

    transfer: Transfer
    day: int
    nights: int
    departs: int
    arrives: int
    price: int
    value: float

    @property
    def arrival_day(self) -> int:
        return self.day + self.nights


class Journeys:
    """The journeys of a problem under some wishes."""

    def __init__(self, problem: CitiesProblem, wishes: Iterable[Wish]) -> None:
        self._problem = problem
        wishes = tuple(wishes)
        allowed = [transfer for transfer in problem.transfers if all(_suits(transfer, wish) for wish in wishes)]
        self._by_day_only = [wish.names for wish in wishes if wish.kind == NO_OVERNIGHT]
        self._pairs: dict[tuple[str, str], list[Transfer]] = {}
        for transfer in allowed:
            self._pairs.setdefault((transfer.origin, transfer.destination), []).append(transfer)
        self._choices: dict[tuple[str, ...], list[Journey]] = {}

    def between(self, origin: str, destination: str, day: int) -> list[Journey]:
        """What the group can choose from on that day."""
        running = [one for one in self._pairs.get((origin, destination), ()) if self._runs(one, day)]
        key = tuple(one.id for one in running)
        if key not in self._choices:
            # The same on every day on which these transfers run, but for the day.
            self._choices[key] = undominated([one for transfer in running for one in self._journeys(transfer)])
        return [
            Journey(one.transfer, day, one.nights, one.departs, one.arrives, one.price, one.value)
            for one in self._choices[key]
        ]

    def _runs(self, transfer: Transfer, day: int) -> bool:
        if transfer.dates is None and transfer.weekdays is None:
            return True
        told = self._problem.date_of(day)
        return (transfer.dates is None or told in transfer.dates) and (
            transfer.weekdays is None or date.fromisoformat(told).weekday() in transfer.weekdays
        )

    def _journeys(self, transfer: Transfer) -> Iterator[Journey]:
        """The transfer on day 0, if it runs then."""
        problem = self._problem
        value = problem.liking("mode", transfer.mode) - problem.weights.travel_hour * transfer.minutes / 60
        by_day = any(not names or transfer.mode in names for names in self._by_day_only)
        for nights, departs in departures(transfer, problem.earliest_departure).items():
            if not (by_day and nights):
                arrives = departs + transfer.minutes + transfer.clock_shift - 1440 * nights
                yield Journey(transfer, 0, nights, departs, arrives, transfer.price * problem.people, value)


def departures(transfer: Transfer, earliest: int) -> dict[int, int]:
    """By the nights that it takes, the first minute to leave at, not before `earliest`."""
    later = transfer.minutes + transfer.clock_shift
    windows = transfer.departures or ((0, LAST_MINUTE),)
    found: dict[int, int] = {}
    for first, last in windows:
        # Nothing arrives on the day before it left.
        departs = max(first, earliest, -later)
        if transfer.overnight is not None:
            departs = max(departs, 1440 * transfer.overnight - later)
        nights = (departs + later) // 1440
        if departs <= last and transfer.overnight in (None, nights):
            found[nights] = min(departs, found.get(nights, departs))
    return found


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
    return wish.kind != AVOID_MODES or transfer.mode not in wish.names
