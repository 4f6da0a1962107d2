"""What callers of the route functions send."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from shared.plan.schema import MAX_DAYS, IsoDate
from shared.runtime.models import Request
from shared.runtime.text import Line
from shared.trips.requests import BudgetInput, Name, RequestId, TripId

MAX_CITIES = 12
MAX_OFFERS = 400
MAX_NIGHTS = MAX_DAYS - 1

CityName = Name
Minutes = Annotated[int, Field(ge=0, le=2879)]
MinuteOfDay = Annotated[int, Field(ge=0, le=1439)]
Score = Annotated[float, Field(ge=0, le=10)]
Word = Annotated[str, Line(1, 40)]
Words = Annotated[list[Word], Field(max_length=10)]
Mode = Word
OfferId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./:-]{0,63}$")]


def _of_a_trip(text: str) -> str:
    if not "1900" <= text[:4] <= "2199":
        raise ValueError("must be in the years 1900 to 2199")
    return text


class Price(Request):
    """Minor units of a currency."""

    amount: int = Field(ge=0, le=10**9)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Nights(Request):
    at_least: int | None = Field(None, ge=1, le=MAX_NIGHTS)
    at_most: int | None = Field(None, ge=1, le=MAX_NIGHTS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("atLeast must not be more than atMost")
        return self


class CityInput(Request):
    """A city by name in any language, or catalogue id. `scores`, by member, count more than `score`; `mealsADay` is for
    one person (default: an estimate)."""

    city: CityName
    score: Score = 5.0
    scores: dict[str, Score] = Field(default={}, max_length=100)
    must: bool = False
    nights: Nights | None = None
    meals_a_day: Price | None = None
    visits: int = Field(1, ge=1, le=2)


class OnDate(Request):
    """To be in the city on a date; with `night`, to sleep there the night that begins then."""

    city: CityName
    date: IsoDate
    night: bool = False


class TransferInput(Request):
    """A connection that somebody has looked up; `price` for one person, `departures` as [first, last] minutes of the
    day, `weekdays` with 0 for Monday. `overnight` says that it arrives the next day, false that it arrives on the
    same; else it arrives when its departures and minutes make it, and takes the place of as many nights. Pairs of
    cities without one get an estimate."""

    id: OfferId
    origin: CityName
    destination: CityName
    mode: Mode
    minutes: Minutes
    price: Price
    departures: Annotated[list[tuple[MinuteOfDay, MinuteOfDay]], Field(strict=False, max_length=50)] | None = None
    dates: Annotated[list[IsoDate], Field(max_length=60)] | None = None
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] | None = None
    overnight: bool | None = None


class StayInput(Request):
    """Rooms that somebody has looked up; `price` a room and night. Cities without any get estimates."""

    id: OfferId
    city: CityName
    name: Name
    type: Word
    price: Price
    capacity: int = Field(ge=1, le=50)
    rooms: int = Field(1, ge=1, le=50)
    min_nights: int = Field(1, ge=1, le=MAX_NIGHTS)
    available_from: IsoDate | None = None
    available_to: IsoDate | None = None
    allows: Words = Field(default=[])
    check_in_until: MinuteOfDay | None = None
    rating: float = Field(0.0, ge=0, le=5)


class Liking(Request):
    """A mode or type of stay that is liked; below zero, disliked. 1 is worth about three hours of travel.

    What is estimated goes by train, bus or flight, to a hotel, hostel or flat; capitals do not matter."""

    kind: Literal["mode", "stayType"]
    name: Word
    value: float = Field(ge=-5, le=5)


class RouteWishes(Request):
    """What is wished for. Dates, budget, currency and the number of people are the trip's where nothing is said.

    `start` and `end` are homes to travel from and to (`end` alone, or none: the trip ends in a city). If neither is
    sent, both are the home of the caller's profile, if a town that we know is near and is none of the `cities`; null
    says that there is no way from home. `order`: lists of cities that, where visited, come in this order. Everything
    but `likings` and `thrift` (0..1: how much spending hurts) is kept, or named as part of a clash.
    """

    cities: list[CityInput] = Field(min_length=1, max_length=MAX_CITIES)
    start: CityName | None = None
    end: CityName | None = None
    first_date: Annotated[IsoDate, AfterValidator(_of_a_trip)] | None = None
    nights: Nights | None = None
    on: list[OnDate] = Field(default=[], max_length=20)
    order: list[Annotated[list[CityName], Field(min_length=2, max_length=MAX_CITIES)]] = Field([], max_length=10)
    first: CityName | None = None
    last: CityName | None = None
    most_cities: int | None = Field(None, ge=1, le=MAX_CITIES)
    budget: BudgetInput | None = None
    people: int | None = Field(None, ge=1, le=100)
    longest_transfer: Minutes | None = None
    no_overnight: bool = False
    avoid_modes: Words = Field(default=[])
    stay_types: Words = Field(default=[])
    stay_rules: Words = Field(default=[])
    least_rating: float | None = Field(None, ge=0, le=5)
    likings: list[Liking] = Field(default=[], max_length=20)
    thrift: float = Field(0.2, ge=0, le=1)
    transfers: list[TransferInput] = Field(default=[], max_length=MAX_OFFERS)
    stays: list[StayInput] = Field(default=[], max_length=MAX_OFFERS)

    @property
    def leaves_home_open(self) -> bool:
        """Whether nothing is said of where the route begins and ends, not even that it is no home."""
        return not self.model_fields_set & {"start", "end"}


class RoutePlanRequest(RouteWishes):
    """Plan a route; the job's `result` holds it, the `settings` that would make it the trip's, for trips-update, and
    the `proposal` that would put transfers and stays onto the plan's days.

    If neither `start` nor `end` is sent, both are the town of the caller's home, which `assumed` in the result names;
    null for either says that there is no way from home.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "start": "Paris",
                    "end": "Paris",
                    "firstDate": "2027-04-01",
                    "nights": {"atLeast": 7, "atMost": 10},
                    "cities": [
                        {"city": "Rome", "must": True, "nights": {"atLeast": 3}},
                        {"city": "Florence", "score": 8},
                        {"city": "Venice", "score": 6},
                    ],
                    "budget": {"amount": 300000, "currency": "EUR"},
                    "requestId": "route-0001",
                }
            ]
        }
    )

    trip_id: TripId
    request_id: RequestId | None = None
