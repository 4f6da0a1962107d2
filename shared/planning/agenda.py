"""How the stops of a day, in a given order, keep their times as far as they can. Pure.

Of all times for an order, `Agendas.of` takes those that leave the dearest set of stops where they were: a chain of
stops that keep their times exactly, found by dynamic programming over the pairs that may follow one another in it;
those between two of the chain are shifted no further than the two leave them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from typing import Final

from shared.assistant.ways import step_up
from shared.itinerary import Break, Visit
from shared.itinerary.slots import breaks
from shared.plan.rests import rested, to_rest
from shared.planning.breaks import crowded_out
from shared.planning.task import Task
from shared.planning.timing import spans, standing

SHIFTED: Final = 1.0
"""What it counts if a stop begins at another time on its day, and again for each hour, up to two, that it is away."""
_FAR_MINUTES: Final = 120
_DETOUR: Final = 0.002
"""What a minute on the way counts: it decides between changes that are equally small."""
_NO_REST: Final = 4.0
"""What it counts that a break has no room any more: more than to move a stop to another day."""

_LONG: Final = 16
"""Stops on a day beyond which the times of one order take long enough to ask in between whether to go on."""

Span = tuple[float, float]
Order = tuple[str, ...]
_Point = tuple[float, int | None]
"""When people are free, or have to be somewhere, and where."""
_Timing = tuple[tuple[int, ...], float]
"""When the visits of an order begin, and what that costs."""
_Step = tuple[float, int, tuple[int, ...]]
Enough = Callable[[float], bool]
"""Whether a share of the effort, from 0 to 1, is used up."""
"""What it costs to get to an entry that keeps its time, the entry before it that does, and the begins in between."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """When each visit of an order begins; what its `shifts` count against the day as it is in the plan, and what those
    and the way count together."""

    begins: tuple[int, ...]
    shifts: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Entry:
    visit: Visit
    spans: tuple[Span, ...]
    wish: float | None
    pauses: tuple[Break, ...] = ()
    """What the group rests right behind it."""

    def free(self, begin: float) -> float:
        """From when people can go on if it begins at a minute."""
        return rested(begin + self.visit.minutes, self.pauses)

    def by(self, until: float) -> float:
        """The latest begin after which people can go on at a minute; -inf: none."""
        return self.last(to_rest(until, self.pauses) - self.visit.minutes)

    def first(self, minute: float) -> float:
        """The earliest begin from a minute on; inf: none."""
        if len(self.spans) == 1:
            low, high = self.spans[0]
            return inf if minute > high else low if minute < low else minute
        return min((max(low, minute) for low, high in self.spans if minute <= high), default=inf)

    def last(self, minute: float) -> float:
        """The latest begin up to a minute; -inf: none."""
        if len(self.spans) == 1:
            low, high = self.spans[0]
            return -inf if minute < low else high if minute > high else minute
        return max((min(high, minute) for low, high in self.spans if low <= minute), default=-inf)

    def nearest(self, wish: float, low: float, high: float) -> float:
        """The begin between two minutes, at both of which it may begin, that is closest to the one wished for."""
        inside = min(max(wish, low), high)
        return min((self.first(inside), self.last(inside)), key=lambda at: (abs(at - wish), at))


class EffortSpentError(Exception):
    """The search has taken as long, or as many chains have been worked out, as may be."""


def unlimited(_share: float) -> bool:
    """There is always effort left."""
    return False


class Agendas:
    """The agendas of a task's days, each worked out once. `reserved`: by day, how many stops without a time stand on
    it besides, and their minutes. `enough` is asked before each chain, and within long ones, and may raise."""

    def __init__(self, task: Task, reserved: Mapping[int, tuple[int, int]], enough: Enough = unlimited) -> None:
        self.task = task
        self._enough = enough
        self.share: float | None = None
        """Of the effort, after which no more agendas are worked out; None: each is, if need be as good as it is."""
        self.chains = 0
        """How many have been worked out: one for an agenda, more where breaks have to be found room for."""
        self.most_chains: float = inf
        self._reserved = reserved
        self._restless = {
            day for day in range(len(task.days)) if task.problem.days[day].breaks and self._is_restless(day)
        }
        self._known: dict[tuple[int, Order], Agenda | None] = {}
        self._spans: dict[tuple[int, str], tuple[Span, ...]] = {}
        self._ways: dict[tuple[int | None, int | None], float] = {}

    def of(self, day: int, order: Order) -> Agenda | None:
        """The agenda with the least cost; None: the visits do not fit the day in this order."""
        key = day, order
        if key not in self._known:
            self._known[key] = self._worked_out(day, order)
        return self._known[key]

    def go_on(self) -> bool:
        """Whether there is effort left. Raises EffortSpentError if not, where no more agendas are worked out then."""
        spent = self._enough(1.0 if self.share is None else self.share)
        if self.share is not None and (spent or self.chains > self.most_chains):
            raise EffortSpentError
        return not spent

    def spans(self, day: int, visit_id: str) -> tuple[Span, ...]:
        """When a visit may begin on a day."""
        key = day, visit_id
        if key not in self._spans:
            self._spans[key] = tuple(spans(self.task, self.task.problem.visit(visit_id), day))
        return self._spans[key]

    def wish(self, day: int, visit_id: str) -> int | None:
        """When a visit begins on a day in the plan as it is."""
        stop = self.task.stops[visit_id]
        return stop.at if stop.day == self.task.days[day].id else None

    def _worked_out(self, day: int, order: Order) -> Agenda | None:
        hours = self.task.problem.days[day]
        others, waiting = self._reserved.get(day, (0, 0))
        entries = self._entries(day, order)
        if entries is None or (hours.max_stops is not None and len(order) + others > hours.max_stops):
            return None
        start, end = (hours.start, hours.start_location), (hours.end, hours.end_location)
        if waiting and waiting + sum(entry.visit.minutes for entry in entries) > hours.end - hours.start:
            return None
        found = self._chained(entries, start, end)
        if found is None:
            return None
        crowded = 0.0
        if hours.breaks and day not in self._restless and self._crowded(day, entries, found[0]):
            with_breaks = self._with_breaks(day, entries, start, end)
            found, crowded = (with_breaks, 0.0) if with_breaks else (found, _NO_REST)
        begins, shifts = found
        return Agenda(begins, shifts, shifts + crowded + _DETOUR * self._on_the_way(entries, start, end))

    def _is_restless(self, day: int) -> bool:
        """Whether a break of the day has no room in the plan as it is: that is nothing to be mended."""
        timed = [(stop.id, float(stop.at)) for stop in standing(self.task, day) if stop.at is not None]
        return crowded_out(self.task, day, [(self.task.problem.visit(id_), at) for id_, at in timed])

    def _crowded(self, day: int, entries: Sequence[_Entry], begins: Sequence[int]) -> bool:
        timed = [(entry.visit, float(begin)) for entry, begin in zip(entries, begins, strict=True)]
        return crowded_out(self.task, day, timed)

    def _with_breaks(self, day: int, entries: Sequence[_Entry], start: _Point, end: _Point) -> _Timing | None:
        """The cheapest way to have the breaks of the day, each somewhere between its visits, of those that are found
        while there is effort left; None: there is none.

        A depth-first search, break by break: one more never makes it cheaper.
        """
        wanted = sorted(breaks(self.task.problem.days[day]), key=lambda pause: (pause.closes, pause.opens))
        room = [self._gaps_for(pause, entries, start, end) for pause in wanted]
        best: _Timing | None = None

        def extend(gaps: tuple[int, ...]) -> None:
            nonlocal best
            made = self._resting(entries, start, end, list(zip(wanted, gaps, strict=False)))
            if made is None or (best and made[1] >= best[1]):
                return
            if len(gaps) == len(wanted):
                best = made
                return
            for gap in room[len(gaps)]:
                if (best and made[1] >= best[1]) or not self.go_on():
                    return
                extend((*gaps, gap))

        extend(())
        return best

    def _resting(
        self, entries: Sequence[_Entry], start: _Point, end: _Point, taken: Sequence[tuple[Break, int]]
    ) -> _Timing | None:
        """As `_chained`, with each break before the entry of its number, or before the end."""
        behind = [tuple(pause for pause, gap in taken if gap == number) for number in range(len(entries) + 1)]
        if start[0] > to_rest(inf, behind[0]):
            return None
        own = [replace(entry, pauses=pauses) for entry, pauses in zip(entries, behind[1:], strict=True)]
        return self._chained(own, (rested(start[0], behind[0]), start[1]), end)

    def _gaps_for(self, pause: Break, entries: Sequence[_Entry], start: _Point, end: _Point) -> list[int]:
        """Before which of the entries (or, as the last of the numbers, the end) there can be time for a break, if there
        were no others."""
        found = []
        lasts = self._lasts(entries, end) or []
        (free, here) = start
        for number, last in enumerate((*lasts, end[0])):
            there = entries[number].visit.location if number < len(entries) else end[1]
            way = self.minutes(here, there)
            if rested(free, (pause,)) + way <= last and free <= pause.closes:
                found.append(number)
            if number < len(entries):
                free, here = entries[number].free(entries[number].first(free + way)), there
        return found

    def _entries(self, day: int, order: Order) -> list[_Entry] | None:
        """The visits with what is open to them; None if one has no time, or a meal would be had twice."""
        visits = [self.task.problem.visit(name) for name in order]
        taken = [visit.meals[0] for visit in visits if len(visit.meals) == 1 and self._is_meal(day, visit)]
        if len(set(taken)) < len(taken):
            return None
        entries = []
        for visit in visits:
            open_ = self.spans(day, visit.id)
            if len(visit.meals) > 1:
                had = [(meal.opens, meal.closes) for meal in self.task.problem.days[day].meals if meal.name in taken]
                open_ = tuple(span for span in open_ if not any(low <= span[0] <= high for low, high in had))
                taken += visit.meals
            if not open_:
                return None
            entries.append(_Entry(visit, open_, self.wish(day, visit.id)))
        return entries

    def _is_meal(self, day: int, visit: Visit) -> bool:
        return any(meal.name in visit.meals for meal in self.task.problem.days[day].meals)

    def _chained(self, entries: Sequence[_Entry], start: _Point, end: _Point) -> _Timing | None:
        """Begins and their cost. `best[j]` is the cheapest way to all before entry j, which keeps its time. Without any
        effort left, the begins that the ends of the day leave, however few keep their times.

        Raises EffortSpentError, and what `enough` raises.
        """
        self.chains += 1
        self.go_on()
        if not self._fits(entries, start, end):
            return None
        dues = [self._due(entry) for entry in entries]
        best: list[_Step | None] = [(0.0, 0, ())]
        for j, until in enumerate((*dues, end), start=1):
            if j > _LONG and not self.go_on():
                return self._between(entries, start, end)
            chosen: _Step | None = None
            for i in range(j - 1, -1, -1):
                behind = best[i]
                if until is None or behind is None or (chosen and behind[0] >= chosen[0]):
                    continue
                due = dues[i - 1] if i else None
                since = (entries[i - 1].free(due[0]), due[1]) if due else start
                made = self._between(entries[i : j - 1], since, until)
                if made and (chosen is None or behind[0] + made[1] < chosen[0]):
                    chosen = (behind[0] + made[1], i, made[0])
            best.append(chosen)
        return self._traced(entries, best)

    @staticmethod
    def _traced(entries: Sequence[_Entry], best: Sequence[_Step | None]) -> _Timing | None:
        final = best[-1]
        if final is None:
            return None
        at, begins = len(best) - 1, list[int]()
        while at > 0 and (step := best[at]):
            kept = [round(entries[at - 1].wish or 0)] if at <= len(entries) else []
            begins = [*step[2], *kept, *begins]
            at = step[1]
        return tuple(begins), final[0]

    @staticmethod
    def _due(entry: _Entry) -> _Point | None:
        """When and where people have to be for a visit that keeps its time; None: it cannot."""
        if entry.wish is None or entry.first(entry.wish) != entry.wish or entry.wish > entry.by(inf):
            return None
        return entry.wish, entry.visit.location

    def _fits(self, entries: Iterable[_Entry], start: _Point, end: _Point) -> bool:
        """Whether the visits fit at all, each as early as can be."""
        free, here = start
        for entry in entries:
            free = entry.free(entry.first(free + self.minutes(here, entry.visit.location)))
            here = entry.visit.location
        return free + self.minutes(here, end[1]) <= end[0]

    def _between(self, entries: Sequence[_Entry], start: _Point, end: _Point) -> _Timing | None:
        """Begins of visits between two fixed points, each as near to its old time as they leave it; None: no room."""
        lasts = self._lasts(entries, end)
        if lasts is None:
            return None
        (free, here), cost, begins = start, 0.0, list[int]()
        for entry, last in zip(entries, lasts, strict=True):
            earliest = entry.first(free + self.minutes(here, entry.visit.location))
            if earliest > last:
                return None
            begin = earliest if entry.wish is None else entry.nearest(entry.wish, earliest, last)
            if begin != entry.wish and (stepped := entry.first(step_up(begin))) <= last:
                begin = stepped
            if entry.wish is not None and begin != entry.wish:
                cost += SHIFTED * (1 + min(abs(begin - entry.wish), _FAR_MINUTES) / 60)
            begins.append(round(begin))
            free, here = entry.free(begin), entry.visit.location
        if free + self.minutes(here, end[1]) > end[0]:
            return None
        return tuple(begins), cost

    def _lasts(self, entries: Sequence[_Entry], end: _Point) -> list[float] | None:
        found: list[float] = []
        behind, there = end
        for entry in reversed(entries):
            last = entry.by(behind - self.minutes(entry.visit.location, there))
            if last == -inf:
                return None
            found.append(last)
            behind, there = last, entry.visit.location
        return found[::-1]

    def _on_the_way(self, entries: Iterable[_Entry], start: _Point, end: _Point) -> float:
        places = [start[1], *(entry.visit.location for entry in entries), end[1]]
        return sum(self.minutes(a, b) for a, b in pairwise(places))

    def minutes(self, a: int | None, b: int | None) -> float:
        key = a, b
        if key not in self._ways:
            self._ways[key] = self.task.minutes(a, b)
        return self._ways[key]
