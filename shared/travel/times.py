"""The port behind which travel times come from: our own estimate, or a service that knows streets and timetables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from shared.places.travel import Mode, Point

UNREACHABLE: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Fare:
    """What one adult pays, in minor units of the currency (ISO 4217)."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Way:
    """From one point to another: minutes, metres along the way (both UNREACHABLE if there is none), the fare if the
    source knows one. `estimated`: from the distance as the crow flies."""

    minutes: float
    metres: float
    fare: Fare | None = None
    estimated: bool = False


NO_WAY: Final = Way(UNREACHABLE, UNREACHABLE)
STAY: Final = Way(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """The ways from each of some points to each other, by one mode; `ways[i][j]` leads from point i to point j.

    `attributions` must be shown wherever figures of the table are.
    """

    mode: Mode
    ways: tuple[tuple[Way, ...], ...]
    attributions: tuple[str, ...] = ()

    @property
    def minutes(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(way.minutes for way in row) for row in self.ways)

    @property
    def metres(self) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(way.metres for way in row) for row in self.ways)

    @property
    def estimated(self) -> bool:
        """Whether at least one figure is only an estimate."""
        return any(way.estimated for row in self.ways for way in row)

    def unreachable(self) -> Iterator[tuple[int, int]]:
        """The pairs without a way."""
        for i, row in enumerate(self.ways):
            for j, way in enumerate(row):
                if way.minutes == UNREACHABLE:
                    yield i, j


class TravelTimes(Protocol):
    """Tells travel times. Safe to call from several threads."""

    def matrix(self, points: Sequence[Point], mode: Mode, when: datetime | None = None) -> Table:
        """The ways between all points (latitude, longitude in degrees).

        `when` (aware) is about when people leave, which matters where there are timetables; None: by day. Always
        answers: what a service does not tell is estimated, and says so.
        """
        ...
