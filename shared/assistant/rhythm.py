"""When a group's days begin, end and break for meals: pure rules over the constraints."""

from dataclasses import dataclass

from shared.assistant.constraints import Pace, TripConstraints

LAZY_START = 11 * 60
_HOURS: dict[Pace, tuple[int, int]] = {
    "relaxed": (10 * 60, 20 * 60 + 30),
    "normal": (9 * 60, 21 * 60 + 30),
    "packed": (8 * 60 + 30, 22 * 60 + 30),
}
_LATEST_END_WITH_CHILDREN = 20 * 60
MOST_STOPS: dict[Pace, int] = {"relaxed": 6, "normal": 8, "packed": 10}
# When a meal begins, in minutes after midnight.
MEALS = {"lunch": (11 * 60 + 30, 14 * 60), "dinner": (18 * 60, 20 * 60)}
SNACKS = (9 * 60, 17 * 60 + 30)


@dataclass(frozen=True)
class DayHours:
    """Minutes after midnight between which a day's stops lie, the journey to the town included."""

    start: int
    end: int
    lazy: bool


def hours(constraints: TripConstraints) -> tuple[list[DayHours], int]:
    """The hours of each day, and how many wished-for lazy mornings found no day.

    Lazy mornings fall on days without a journey, the middle of the trip first and its first day last.
    """
    start, end = _HOURS[constraints.pace]
    if constraints.travellers.children:
        end = min(end, _LATEST_END_WITH_CHILDREN)
    arrivals = {day for day in range(constraints.days) if is_transfer_day(day, constraints)}
    middle = (constraints.days - 1) / 2
    free = [day for day in range(constraints.days) if day not in arrivals]
    free.sort(key=lambda day: (day == 0, abs(day - middle), day))
    lazy = set(free[: constraints.lazy_mornings])
    days = [DayHours(LAZY_START if day in lazy else start, end, day in lazy) for day in range(constraints.days)]
    return days, constraints.lazy_mornings - len(lazy)


def is_transfer_day(day: int, constraints: TripConstraints) -> bool:
    """Whether the group arrives from another destination of the trip on that day."""
    return day > 0 and constraints.leg_of(day) != constraints.leg_of(day - 1)
