"""Travel times between what a planning problem names, and where they come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from shared.assistant.ways import between
from shared.itinerary import Mode, Travel
from shared.places.travel import Mode as TravelMode
from shared.places.travel import Point
from shared.planning.apart import Parts, with_ways
from shared.planning.facts import PlanDay, PlanStop
from shared.travel.times import Table, TravelTimes

_LATE_MORNING: Final = time(11)


@dataclass(frozen=True, slots=True)
class Ways:
    """Travel and the number of each named point in it. `estimated`: at least one figure is our own estimate.
    `attributions` must be shown wherever figures are."""

    travel: Travel
    location: Mapping[str, int]
    estimated: bool
    attributions: tuple[str, ...]


def spot(point: Point) -> str:
    """The name of a place that is no stop's."""
    return f"spot:{point[0]},{point[1]}"


@dataclass
class _Sourced:
    """`TravelTimes` that note where their figures come from."""

    source: TravelTimes
    tables: list[Table] = field(default_factory=list)

    def matrix(self, points: Sequence[Point], mode: TravelMode, when: datetime | None = None) -> Table:
        self.tables.append(self.source.matrix(points, mode, when))
        return self.tables[-1]

    @property
    def estimated(self) -> bool:
        """Whether a table holds an estimate, or no mode leads somewhere, so that `between` estimates."""
        nowhere = [set(table.unreachable()) for table in self.tables]
        return any(table.estimated for table in self.tables) or bool(set.intersection(*nowhere))

    @property
    def attributions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for table in self.tables for name in table.attributions))


def ways(
    days: Iterable[PlanDay],
    stops: Mapping[str, PlanStop],
    apart: Mapping[str, Parts],
    done: Mapping[str, list[PlanStop]],
    longest_walk: int | None,
    travel_times: TravelTimes,
) -> Ways:
    """Ways between the stops, where days set off and end (`spot`) and the last places of days that have begun
    (`here:DAY`).

    To what has no place, and to a journey, wherever it leaves from, no way is counted.
    """
    known = {id_: stop for id_, stop in stops.items() if id_ not in apart}
    known.update((stop.id, stop) for id_ in apart if id_ in stops for stop in apart[id_])
    points: dict[str, Point | None] = {id_: stop.point for id_, stop in known.items()}
    for day in days:
        points.update((spot(point), point) for point in (day.sets_off, day.sleeps) if point)
        last = max(done[day.id], key=lambda stop: (stop.at or 0) + stop.minutes, default=None)
        points[f"here:{day.id}"] = last.point if last else None
    somewhere = next((point for point in points.values() if point), (0.0, 0.0))
    named = {name: point or somewhere for name, point in points.items()}
    sourced = _Sourced(travel_times)
    found = between([named], ("walk", "transit"), longest_walk, sourced, _leaving(days))
    nowhere = {found.location[name] for name, point in points.items() if point is None}
    boarding = nowhere | {found.location[id_] for id_, stop in known.items() if stop.kind == "transport"}
    modes = tuple(_without(mode, nowhere, boarding) for mode in found.travel.modes)
    there = {id_: parts for id_, parts in apart.items() if id_ in stops}
    travel, location = with_ways(replace(found.travel, modes=modes), found.location, there)
    return Ways(travel, location, sourced.estimated, sourced.attributions)


def _leaving(days: Iterable[PlanDay]) -> datetime | None:
    """When timetables count: in the late morning of the first day that has a date."""
    first = next((day for day in days if day.date), None)
    return datetime.combine(first.date, _LATE_MORNING, ZoneInfo(first.zone)) if first and first.date else None


def _without(mode: Mode, leaving: set[int], reaching: set[int]) -> Mode:
    def free(table: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
        return tuple(
            tuple(0.0 if row in leaving or column in reaching else value for column, value in enumerate(values))
            for row, values in enumerate(table)
        )

    return replace(mode, minutes=free(mode.minutes), metres=free(mode.metres) if mode.metres else None)
