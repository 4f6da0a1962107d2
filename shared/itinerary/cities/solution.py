"""What the cities model answers: the cities in order, how to get there, where to sleep, what it costs, and why not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Booking:
    """So many rooms of a stay for the whole visit; `price` for all of them and all nights."""

    stay: str
    rooms: int
    price: int


@dataclass(frozen=True, slots=True)
class CityVisit:
    """A visit from date `arrive` to date `leave`. `meals` for everybody, the last day's in the last city included."""

    city: str
    arrive: str
    leave: str
    nights: int
    bookings: tuple[Booking, ...]
    stays_price: int
    meals_price: int


@dataclass(frozen=True, slots=True)
class Trip:
    """A transfer taken; `departs` and `arrives` are minutes after midnight of their dates, `price` for everybody."""

    transfer: str
    origin: str
    destination: str
    mode: str
    date: str
    departs: int
    arrival_date: str
    arrives: int
    minutes: int
    price: int


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units by category and in all, for everybody."""

    transfers: int
    stays: int
    meals: int
    total: int


@dataclass(frozen=True, slots=True)
class Worth:
    """The parts whose sum is the plan's value: see docs/cities.md."""

    cities: float
    travel: float
    stays: float
    spending: float


@dataclass(frozen=True, slots=True)
class LeftOutCity:
    """A city that is not in the plan. `reason`: "no_stay", "unreachable", "clash" (with the wishes `by`) or
    "less_worth"; then the best plan with it is worth `loss` less, None if time ran out before that was known."""

    city: str
    reason: str
    by: tuple[str, ...] = ()
    loss: float | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Wishes that cannot be met together.

    `minimal`: without any one of them the others can; `smallest`: no fewer wishes clash. Both are False only if time
    ran out. Without wishes, there is no plan whatever is wished for: `roofless` cities have no room for everybody, and
    if they are not all of them, no transfers join start, cities and end within the horizon.
    """

    wishes: tuple[str, ...]
    smallest: bool
    minimal: bool
    roofless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A wish that the plan does not meet. `needed`: what a budget would have to be."""

    wish: str
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class CitiesSolution:
    """The plan. `status`:

    - "optimal": no plan is worth more; "stopped": the best found in time, none is worth more than `bound`.
    - "infeasible": the wishes clash (`clash`); the plan is the best one without the wishes in `given_up`, the cheapest
      to give up unless `cheapest` is False because time ran out. It is empty if nothing helps or no time was left.
    - "unknown": time ran out before any plan was found.

    `gap`: how far the value may be from the best possible, relative to it; None if there is no plan, or
    nothing is known yet of what the best is worth.
    """

    status: str
    visits: tuple[CityVisit, ...]
    trips: tuple[Trip, ...]
    first_date: str
    last_date: str
    nights: int
    money: Money
    value: float
    bound: float
    gap: float | None
    worth: Worth
    left_out: tuple[LeftOutCity, ...]
    clash: Clash | None
    given_up: tuple[GivenUp, ...]
    cheapest: bool = True
