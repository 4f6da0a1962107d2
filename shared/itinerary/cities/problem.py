"""What the cities model is asked: cities, transfers between them, stays in them, and wishes, as frozen values.

Days count from 0, the first date; night n lies between day n and day n + 1. Times of day are minutes after local
midnight, durations minutes, money whole minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..validation import MOST_MINUTES, MOST_MONEY, ProblemError, not_negative
from .wishes import Wish, check_wish

Window = tuple[int, int]
DateRange = tuple[str, str]
MAX_HORIZON = 60
MOST_PEOPLE = 1000
_YEARS = range(1900, 2200)
"""Years that trips can be in."""


@dataclass(frozen=True, slots=True)
class City:
    """A place to sleep in.

    `score`: what the first night there is worth, one number or one per member; each further night is worth `decay`
    times the one before. `meals`: a day's meals for one person. `max_visits`: how often the group may come.
    """

    id: str
    name: str
    score: float | tuple[float, ...] = 1.0
    decay: float = 0.8
    meals: int = 0
    max_visits: int = 1


@dataclass(frozen=True, slots=True)
class Transfer:
    """A way from one city, or home, to another; what is not listed is not possible.

    `price` is for one person. `departures`: windows in which it leaves (None: at any time). `dates` and `weekdays` (0
    is Monday) limit when it runs. It arrives `minutes` after it left plus `clock_shift` (time zones), on the same day,
    or on the next if it is `overnight`, which takes the place of a night in a city. If `overnight` is None, it leaves
    as early as each window allows, and arrives when it does, after as many nights as that takes.
    """

    id: str
    origin: str
    destination: str
    mode: str
    minutes: int
    price: int = 0
    departures: tuple[Window, ...] | None = None
    dates: tuple[str, ...] | None = None
    weekdays: tuple[int, ...] | None = None
    overnight: bool | None = False
    clock_shift: int = 0


@dataclass(frozen=True, slots=True)
class Stay:
    """Rooms of one kind in a city: `price` per room and night, `capacity` people in each of `rooms` rooms.

    `available`: ranges of nights by date, both ends included (None: always). `allows`: what the house permits, such as
    "pets" or "smoking". `check_in_until`: the latest arrival in the city on the first day. `rating` in 0..5.
    """

    id: str
    city: str
    name: str
    type: str
    price: int
    capacity: int
    rooms: int = 1
    min_nights: int = 1
    available: tuple[DateRange, ...] | None = None
    allows: tuple[str, ...] = ()
    check_in_until: int | None = None
    rating: float = 0.0


@dataclass(frozen=True, slots=True)
class Traveller:
    """A member whose scores count with `weight`."""

    id: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Preference:
    """What is liked (or, below zero, disliked) without being a wish.

    `kind` "mode": `value` for each transfer by mode `name`. "stay_type": `value` for each night in a stay of type
    `name`; of several stays the least liked counts.
    """

    kind: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Weights:
    """How the parts of the value compare (see docs/cities.md).

    `travel_hour` is lost for each hour of transfer, `spending` for each 1,000 minor units, `extra_stay` for each night
    and stay beyond the first; each night gains `rating` times the rating of the worst stay.
    """

    travel_hour: float = 0.1
    spending: float = 0.0
    rating: float = 0.05
    extra_stay: float = 0.2


@dataclass(frozen=True, slots=True)
class CitiesProblem:
    """A trip through several cities to plan.

    `horizon`: nights at most. `start` and `end`: a home, which is no city, where the trip begins and ends; None: in
    any city. `people`: how many sleep, eat and travel. `earliest_departure`: no transfer leaves before.
    `max_stays`: how many stays the group may be spread over.
    """

    first_date: str
    horizon: int
    cities: tuple[City, ...]
    transfers: tuple[Transfer, ...]
    stays: tuple[Stay, ...]
    start: str | None = None
    end: str | None = None
    people: int = 1
    members: tuple[Traveller, ...] = ()
    wishes: tuple[Wish, ...] = ()
    preferences: tuple[Preference, ...] = ()
    weights: Weights = Weights()
    earliest_departure: int = 480
    max_stays: int = 2
    _cities: dict[str, City] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._cities.update((city.id, city) for city in self.cities)
        _check_frame(self)
        _unique("cities", [*(city.id for city in self.cities), *{home for home in (self.start, self.end) if home}])
        _unique("transfers", (transfer.id for transfer in self.transfers))
        _unique("stays", (stay.id for stay in self.stays))
        _unique("members", (member.id for member in self.members))
        _unique("wishes", (wish.id for wish in self.wishes))
        for city in self.cities:
            _check_city(city, len(self.members))
        places = {*self._cities, *(home for home in (self.start, self.end) if home)}
        for transfer in self.transfers:
            _check_transfer(transfer, places)
        for stay in self.stays:
            _check_stay(stay, self._cities)
        for preference in self.preferences:
            if preference.kind not in ("mode", "stay_type"):
                raise ProblemError("preferences", "kind must be mode or stay_type")
            not_negative(f"preferences[{preference.name!r}].value", abs(preference.value))
        for wish in self.wishes:
            check_wish(wish, {city.id: city.max_visits for city in self.cities})

    def city(self, city_id: str) -> City:
        return self._cities[city_id]

    def date_of(self, day: int) -> str:
        return (date.fromisoformat(self.first_date) + timedelta(days=day)).isoformat()

    def day_of(self, text: str) -> int:
        """The number of the day of a date; negative before the trip."""
        return (date.fromisoformat(text) - date.fromisoformat(self.first_date)).days

    def interest(self, city: City) -> float:
        """What the first night is worth: the members' weighted average."""
        if not isinstance(city.score, tuple):
            return city.score
        weights = [member.weight for member in self.members] or [1.0]
        return sum(w * s for w, s in zip(weights, city.score, strict=True)) / sum(weights)

    def liking(self, kind: str, name: str) -> float:
        return sum(liked.value for liked in self.preferences if (liked.kind, liked.name) == (kind, name))


def _unique(where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ProblemError(where, f"{name!r} is there twice")
        seen.add(name)


def check_date(where: str, text: str) -> None:
    """Raises ProblemError unless `text` is a date such as 2027-04-02."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ProblemError(where, f"{text!r} is not a date such as 2027-04-02") from None


def _check_frame(problem: CitiesProblem) -> None:
    check_date("first_date", problem.first_date)
    if date.fromisoformat(problem.first_date).year not in _YEARS:
        raise ProblemError("first_date", f"must be between {_YEARS[0]} and {_YEARS[-1]}")
    if not 1 <= problem.horizon <= MAX_HORIZON:
        raise ProblemError("horizon", f"must be 1 to {MAX_HORIZON} nights")
    if not problem.cities:
        raise ProblemError("cities", "at least one is needed")
    if not (1 <= problem.people <= MOST_PEOPLE and 1 <= problem.max_stays <= MOST_PEOPLE):
        raise ProblemError("people", f"people and max_stays must be 1 to {MOST_PEOPLE}")
    if not 0 <= problem.earliest_departure < 1440:
        raise ProblemError("earliest_departure", "must be a minute of the day")
    for name in ("travel_hour", "spending", "rating", "extra_stay"):
        not_negative(f"weights.{name}", getattr(problem.weights, name))
    for member in problem.members:
        not_negative(f"members[{member.id!r}].weight", member.weight)
    if problem.members and not any(member.weight > 0 for member in problem.members):
        raise ProblemError("members", "one of the weights must be positive")


def _check_city(city: City, members: int) -> None:
    where = f"cities[{city.id!r}]"
    if isinstance(city.score, tuple) and len(city.score) != max(members, 1):
        raise ProblemError(f"{where}.score", f"must be one number, or one for each of the {max(members, 1)} members")
    for score in city.score if isinstance(city.score, tuple) else (city.score,):
        not_negative(f"{where}.score", score)
    if not 0 <= city.decay <= 1:
        raise ProblemError(f"{where}.decay", "must be 0 to 1")
    not_negative(f"{where}.meals", city.meals, MOST_MONEY)
    if not 1 <= city.max_visits <= MAX_HORIZON:
        raise ProblemError(f"{where}.max_visits", f"must be 1 to {MAX_HORIZON}")


def _check_transfer(transfer: Transfer, places: set[str]) -> None:
    where = f"transfers[{transfer.id!r}]"
    if transfer.origin == transfer.destination or not {transfer.origin, transfer.destination} <= places:
        raise ProblemError(where, "origin and destination must be two of the cities, start and end")
    not_negative(f"{where}.minutes", transfer.minutes, MOST_MINUTES)
    not_negative(f"{where}.price", transfer.price, MOST_MONEY)
    if transfer.departures == ():
        raise ProblemError(f"{where}.departures", "names no time; leave it out for any")
    if any(not 0 <= first <= last < 1440 for first, last in transfer.departures or ()):
        raise ProblemError(f"{where}.departures", "must be minutes of the day, first before last")
    if any(not 0 <= day <= 6 for day in transfer.weekdays or ()):
        raise ProblemError(f"{where}.weekdays", "must be 0 (Monday) to 6")
    for text in transfer.dates or ():
        check_date(f"{where}.dates", text)


def _check_stay(stay: Stay, cities: dict[str, City]) -> None:
    where = f"stays[{stay.id!r}]"
    if stay.city not in cities:
        raise ProblemError(f"{where}.city", f"there is no city {stay.city!r}")
    not_negative(f"{where}.price", stay.price, MOST_MONEY)
    if stay.capacity < 1 or stay.rooms < 1 or stay.min_nights < 1:
        raise ProblemError(where, "capacity, rooms and min_nights must be at least 1")
    if not 0 <= stay.rating <= 5:
        raise ProblemError(f"{where}.rating", "must be 0 to 5")
    for first, last in stay.available or ():
        check_date(f"{where}.available", first)
        check_date(f"{where}.available", last)
