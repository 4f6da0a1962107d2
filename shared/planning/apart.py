"""Times at which the group has split up already: to the optimiser one booking for everybody. Pure.

Who goes where is somebody's word, so stops for some of the group stay theirs, and as they are, unless all of them can
be shifted together (`openings.py`). Those that follow one another with no common stop in between are one visit, from
the first begin to the last end. Its ways lead to where each person begins and from where each ends, and are as long as
the longest of them, less what a person has time for meanwhile.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from shared.itinerary import Travel
from shared.planning.facts import Facts, PlanStop

Parts = tuple[PlanStop, ...]

_LONGEST_PAUSE: Final = 120
"""Minutes between two such stops in which a common one has no room: they are one time apart."""


def gathered(facts: Facts) -> tuple[Facts, dict[str, Parts]]:
    """The facts with each time apart as one stop, whose id no real one can have, and the stops behind each."""
    stops, found = dict(facts.stops), dict[str, Parts]()
    for day in facts.days:
        for parts in _clusters(facts.on(day.id)):
            for stop in parts:
                del stops[stop.id]
            one = _as_one(parts)
            stops[one.id], found[one.id] = one, parts
    return facts.model_copy(update={"stops": stops}), found


def _clusters(own: Iterable[PlanStop]) -> Iterator[Parts]:
    """Of the stops of a day, in order, those for some of the group that belong together."""
    open_: list[PlanStop] = []
    for stop in own:
        if stop.at is None or not stop.planned:
            continue
        if open_ and (not stop.who or stop.at - _over(open_) > _LONGEST_PAUSE):
            yield tuple(open_)
            open_ = []
        if stop.who:
            open_.append(stop)
    if open_:
        yield tuple(open_)


def _begin(stop: PlanStop) -> int:
    return stop.at or 0


def _end(stop: PlanStop) -> int:
    return _begin(stop) + stop.minutes


def _over(parts: Iterable[PlanStop]) -> int:
    return max(map(_end, parts))


def _as_one(parts: Parts) -> PlanStop:
    first = parts[0]
    return PlanStop(
        id=f"apart:{first.id}",
        day=first.day,
        order=first.order,
        at=first.at,
        name=", ".join(stop.name for stop in parts),
        kind="activity",
        minutes=_over(parts) - _begin(first),
        place_id=None,
        point=max(parts, key=_end).point,
        town=None,
        cost=None,
        fixed=True,
        alternative_to=None,
        was={},
    )


def with_ways(travel: Travel, location: Mapping[str, int], apart: Mapping[str, Parts]) -> tuple[Travel, dict[str, int]]:
    """Travel between the locations of all stops, and a location more for each time apart."""
    where = dict(location)
    for id_, parts in apart.items():
        where[id_] = travel.size
        travel = _with_way(travel, where, parts)
    return travel, where


def _with_way(travel: Travel, where: Mapping[str, int], parts: Parts) -> Travel:
    people = {person for stop in parts for person in stop.who}
    own = [[stop for stop in parts if person in stop.who] for person in people]
    begins = {where[stops[0].id]: _begin(stops[0]) - _begin(parts[0]) for stops in own}
    ends = {where[last.id]: _over(parts) - _end(last) for stops in own for last in [max(stops, key=_end)]}

    def minutes(a: int, b: int) -> float:
        return 0.0 if a == b else travel.choose(a, b).minutes[a][b]

    others = range(travel.size)
    there = tuple(max(max(minutes(a, b) - spare, 0.0) for b, spare in begins.items()) for a in others)
    back = tuple(max(max(minutes(b, a) - spare, 0.0) for b, spare in ends.items()) for a in others)
    nothing = (0.0,) * (travel.size + 1)
    modes = tuple(
        replace(
            mode,
            minutes=(*((*row, there[a]) for a, row in enumerate(mode.minutes)), (*back, 0.0)),
            metres=(*((*row, 0.0) for row in mode.metres), nothing) if mode.metres else None,
        )
        for mode in travel.modes
    )
    return replace(travel, modes=modes)
