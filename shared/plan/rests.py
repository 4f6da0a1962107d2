"""When the breaks of a day are, in the time that its stops leave. Pure."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from math import ceil, inf
from typing import Final, NamedTuple, Protocol

_STEP: Final = 5
"""Breaks begin at such minutes if there is room."""

Gap = tuple[float, float]
"""From when to when nobody visits or travels, in minutes after midnight."""


class Wanted(Protocol):
    """A break of so many `minutes`, to begin between two minutes after midnight."""

    @property
    def minutes(self) -> float: ...
    @property
    def opens(self) -> float: ...
    @property
    def closes(self) -> float: ...


class Placed(NamedTuple):
    """When a break begins, in minutes after midnight, and in which of the gaps."""

    begin: float
    gap: int


def placed(wanted: Sequence[Wanted], gaps: Sequence[Gap]) -> list[Placed | None]:
    """When and where each break is had, of gaps in the order of time; as many are as can be.

    Whatever times are possible, taking the breaks in the order of these, each as early as can be, finds as good ones. A
    day has four breaks at most, so orders are tried, the most urgent break first, until one has all that fit alone.
    """
    possible = [number for number, pause in enumerate(wanted) if _taken([pause], [0], gaps)]
    possible.sort(key=lambda number: (wanted[number].closes, wanted[number].opens))
    best: dict[int, int] = {}
    for order in permutations(possible):
        found = _taken(wanted, order, gaps)
        if len(found) > len(best):
            best = found
        if len(best) == len(possible):
            break
    begins = dict(_begins(wanted, best, gaps))
    return [Placed(begins[number], best[number]) if number in best else None for number in range(len(wanted))]


def rested(free: float, pauses: Sequence[Wanted]) -> float:
    """When people who are free from a minute on can go on after these breaks, which they have in the best order."""
    return min(_through(free, order) for order in permutations(pauses))[1] if pauses else free


def to_rest(until: float, pauses: Sequence[Wanted]) -> float:
    """When people have to be free for these breaks, in the best order, to go on at a minute; -inf: there is no time."""
    return max(_back(until, order) for order in permutations(pauses)) if pauses else until


def _taken(wanted: Sequence[Wanted], order: Sequence[int], gaps: Sequence[Gap]) -> dict[int, int]:
    """The gaps of the breaks that have room if they are had in this order, each as early as can be."""
    found: dict[int, int] = {}
    behind, since = -inf, 0
    for number in order:
        pause = wanted[number]
        for gap in range(since, len(gaps)):
            free, until = gaps[gap]
            begin = max(behind, free, pause.opens)
            if begin <= min(pause.closes, until - pause.minutes):
                found[number] = gap
                behind, since = begin + pause.minutes, gap
                break
    return found


def _begins(wanted: Sequence[Wanted], taken: dict[int, int], gaps: Sequence[Gap]) -> Iterator[tuple[int, float]]:
    """Each as early as can be, on a step of five minutes if that leaves room for those behind it."""
    lasts: dict[int, float] = {}
    until = inf
    for number, gap in reversed(taken.items()):
        pause = wanted[number]
        until = lasts[number] = min(pause.closes, min(until, gaps[gap][1]) - pause.minutes)
    behind = -inf
    for number, gap in taken.items():
        pause = wanted[number]
        earliest = max(behind, gaps[gap][0], pause.opens)
        stepped = ceil(earliest / _STEP) * _STEP
        begin = stepped if stepped <= lasts[number] else earliest
        yield number, begin
        behind = begin + pause.minutes


def _through(free: float, order: Sequence[Wanted]) -> tuple[bool, float]:
    """Whether a break is missed in this order, and when people are through."""
    missed = False
    for pause in order:
        begin = max(free, pause.opens)
        missed = missed or begin > pause.closes
        free = begin + pause.minutes
    return missed, free


def _back(until: float, order: Sequence[Wanted]) -> float:
    for pause in reversed(order):
        until = min(until - pause.minutes, pause.closes)
        if until < pause.opens:
            return -inf
    return until
