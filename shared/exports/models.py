"""A trip's plan as every export reads it: in order, with dates, zones and plain text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.words.languages import Language


@dataclass(frozen=True, slots=True)
class Cost:
    """Minor units of an ISO 4217 currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop of the plan. `minutes` is how long it takes; texts are cleaned. `who` names those who take part; nobody
    named: everybody.

    `begins` is its wall-clock time at the place: aware, or naive if nobody knows the zone; None without date or time.
    """

    id: str
    name: str
    kind: str
    minutes: int
    begins: datetime | None
    zone: ZoneInfo | None
    lat: float | None
    lng: float | None
    cost: Cost | None
    notes: str
    fixed: bool
    who: tuple[str, ...]

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, if both are known."""
        return (self.lat, self.lng) if self.lat is not None and self.lng is not None else None

    @property
    def ends(self) -> datetime | None:
        """When it is over, as clocks there show it; None without a time, and beyond the calendar."""
        return _end(self.begins, self.minutes, self.zone)


@dataclass(frozen=True, slots=True)
class Pause:
    """A break of a day, of so many `minutes`, that is to begin between two wall-clock times ("13:30").

    `begins` is when it is, as with a visit, or None if the stops leave no room or the day has no date. `behind` says
    after how many visits it is told.
    """

    id: str
    name: str
    minutes: int
    earliest: str
    latest: str
    begins: datetime | None
    zone: ZoneInfo | None
    behind: int

    @property
    def ends(self) -> datetime | None:
        """As with a visit."""
        return _end(self.begins, self.minutes, self.zone)


def _end(begins: datetime | None, minutes: int, zone: ZoneInfo | None) -> datetime | None:
    if begins is None:
        return None
    taken = timedelta(minutes=minutes)
    try:
        return begins + taken if zone is None else (begins.astimezone(UTC) + taken).astimezone(zone)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day, its visits in order, and its breaks. `number` counts from 1."""

    id: str
    number: int
    date: date | None
    title: str
    notes: str
    base: str
    zone: ZoneInfo | None
    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...]


@dataclass(frozen=True, slots=True)
class PackingItem:
    """`assignee` is the name of who brings it; empty: nobody has said."""

    text: str
    done: bool
    assignee: str


@dataclass(frozen=True, slots=True)
class Itinerary:
    """Everything that an export shows of a trip; `language` is what our own words in it are in."""

    language: Language
    trip_id: str
    name: str
    destinations: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    notes: str
    days: tuple[DayPlan, ...]
    ideas: tuple[Visit, ...]
    packing: tuple[PackingItem, ...]
