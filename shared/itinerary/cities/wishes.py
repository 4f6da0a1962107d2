"""What somebody asked for. Each wish has an id, so that a clash can name it, and can be switched off alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..validation import MOST_MONEY, ProblemError, not_negative

VISIT = "visit"
NIGHTS = "nights"
ON_DATE = "on_date"
NIGHT_OF = "night_of"
ORDER = "order"
FIRST = "first"
LAST = "last"
TOTAL_NIGHTS = "total_nights"
MAX_CITIES = "max_cities"
BUDGET = "budget"
TRANSFER_MINUTES = "transfer_minutes"
NO_OVERNIGHT = "no_overnight"
AVOID_MODES = "avoid_modes"
STAY_TYPES = "stay_types"
STAY_RULES = "stay_rules"
RATING = "rating"

CATEGORIES = ("transfers", "stays", "meals")
ONE_CITY = (VISIT, NIGHTS, ON_DATE, NIGHT_OF, FIRST, LAST)
RANGES = (NIGHTS, TOTAL_NIGHTS)
LIMITS = (MAX_CITIES, BUDGET, TRANSFER_MINUTES)
NAMED = (AVOID_MODES, STAY_TYPES, STAY_RULES)
KINDS = (*ONE_CITY, ORDER, TOTAL_NIGHTS, *LIMITS, NO_OVERNIGHT, *NAMED, RATING)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish; which fields it uses depends on its `kind`.

    | kind | meaning |
    |---|---|
    | visit | sleep in `cities[0]` |
    | nights | in `cities[0]`, if at all, `at_least` to `at_most` nights in all |
    | on_date | be in `cities[0]` on `date`: sleep there the night before or the night after |
    | night_of | sleep in `cities[0]` the night that begins on `date` |
    | order | those of `cities` that are visited come in this order |
    | first, last | the first (last) night in a city is in `cities[0]` |
    | total_nights | the trip takes `at_least` to `at_most` nights |
    | max_cities | at most `at_most` visits |
    | budget | at most `at_most` spent on the categories in `names` (none: all) |
    | transfer_minutes | no transfer longer than `at_most` minutes; there is at most one a day |
    | no_overnight | no transfer overnight by the modes in `names` (none: all) |
    | avoid_modes | no transfer by the modes in `names` |
    | stay_types | only stays whose type is in `names` |
    | stay_rules | only stays that allow everything in `names` |
    | rating | only stays rated `at_least` |

    `cost`: how much it hurts to give the wish up, compared with others.
    """

    id: str
    kind: str
    cities: tuple[str, ...] = ()
    date: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    names: tuple[str, ...] = ()
    cost: float = 1.0


def check_wish(wish: Wish, visits: Mapping[str, int]) -> None:
    """Raises ProblemError, naming the field, unless the wish can be understood; `visits`: each city's max_visits."""
    where = f"wishes[{wish.id!r}]"
    if wish.kind not in KINDS:
        raise ProblemError(f"{where}.kind", f"must be one of {', '.join(KINDS)}")
    if not set(wish.cities) <= set(visits):
        raise ProblemError(f"{where}.cities", "names a city that is not there")
    if wish.kind in ONE_CITY and len(wish.cities) != 1:
        raise ProblemError(f"{where}.cities", "must name one city")
    if wish.kind == ORDER and (
        len(set(wish.cities)) < max(2, len(wish.cities)) or any(visits[city] > 1 for city in wish.cities)
    ):
        raise ProblemError(f"{where}.cities", "must name two or more cities, each once, that are visited at most once")
    if wish.kind in (ON_DATE, NIGHT_OF):
        try:
            date.fromisoformat(wish.date or "")
        except ValueError:
            raise ProblemError(f"{where}.date", "must be a date such as 2027-04-02") from None
    if wish.kind in RANGES and wish.at_least is None and wish.at_most is None:
        raise ProblemError(where, "needs at_least, at_most or both")
    if wish.kind in RANGES and min(wish.at_least or 0, wish.at_most or 0) < 0:
        raise ProblemError(where, "at_least and at_most must not be negative")
    if wish.kind in LIMITS and (wish.at_most is None or wish.at_most < 0):
        raise ProblemError(f"{where}.at_most", "is needed and must not be negative")
    if wish.kind == RATING and wish.at_least is None:
        raise ProblemError(f"{where}.at_least", "is needed")
    if wish.kind in NAMED and not wish.names:
        raise ProblemError(f"{where}.names", "is needed")
    if wish.kind == BUDGET and not set(wish.names) <= set(CATEGORIES):
        raise ProblemError(f"{where}.names", f"must be among {', '.join(CATEGORIES)}")
    for name, bound in (("at_least", wish.at_least), ("at_most", wish.at_most)):
        if bound is not None and not -MOST_MONEY <= bound <= MOST_MONEY:
            raise ProblemError(f"{where}.{name}", "must be finite")
    not_negative(f"{where}.cost", wish.cost)
    if wish.cost <= 0:
        raise ProblemError(f"{where}.cost", "must be positive")
