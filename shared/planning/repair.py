"""Re-planning with the least change: what cannot stay finds another place, and nothing else gives way needlessly. Pure.

A best-first search (Hart, Nilsson and Raphael 1968) over plans with stops in hand: each stop in hand goes to a place in
a day, pushes a stop out of its place, gives way to an idea, or goes back to the ideas. What a change counts is in the
constants here and in `agenda.py`; of equally small ones that with the shorter ways is taken.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from math import inf
from typing import Final

from shared.itinerary import Solution, Visit
from shared.planning.agenda import SHIFTED, Agendas, EffortSpentError, Enough, Order, unlimited
from shared.planning.brief import Brief
from shared.planning.facts import PlanStop
from shared.planning.task import Task
from shared.planning.timing import standing

MOVED: Final = 3.0
"""A stop on another day."""
DISTURBED: Final = 1.0
"""A day that has nothing to do with what happened, and on which stops change their times."""
REPLACED: Final = 8.0
"""A stop that gives way to an idea which the group likes as much."""
DROPPED: Final = 100.0
"""A stop that goes back to the ideas: only if no day takes it."""
_MOST_PUSHED: Final = 3
_POSITIONS: Final = 2
_WANTED: Final = 1e-9
"""What an idea has to be worth at least to fill the time that a stop leaves."""
_WAYS: Final = 0.5
"""More than what a change saves on the way ever counts: 250 minutes."""
_EFFORT: Final = 3000
"""Chains of stops that are worked out before the plan of the dive has to do, however much time there is."""
_BEFORE_OTHERS: Final = 0.4
"""The share of the effort after which plans of another origin have their turn, where a stop has no place."""
_BEFORE_THE_END: Final = 0.9
"""The share after which the best plan is polished."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The visits of each day in order; those in hand, each with what it counts at least to place it; those that are
    out, dropped or replaced by an idea."""

    orders: tuple[Order, ...]
    hand: tuple[tuple[str, float], ...] = ()
    dropped: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    pushed: int = 0
    settled: frozenset[str] = frozenset()

    def at(self, day: int, order: Order) -> "Plan":
        return replace(self, orders=(*self.orders[:day], order, *self.orders[day + 1 :]))


class Repair:
    """Re-plans a task. `enough` is asked before each step of the search whether a share of its effort (0 to 1) is used
    up; the search ends with the best plan so far once all is. It may raise."""

    def __init__(self, task: Task, brief: Brief, enough: Enough = unlimited) -> None:
        self.task, self.brief = task, brief
        self._touched = {index for index, day in enumerate(task.days) if day.id in brief.touched}
        self._home = {stop.id: task.index(stop.day) for stop in task.stops.values() if stop.day is not None}
        timeless = {
            index: [stop.minutes for stop in standing(task, index) if stop.at is None]
            for index in range(len(task.days))
            if index not in self._touched
        }
        self.agendas = Agendas(task, {day: (len(own), sum(own)) for day, own in timeless.items()}, enough)
        standing_ = self._home.keys() | brief.wanted
        self._ideas = [visit for visit in task.problem.visits if visit.id not in standing_]
        self._elsewhere: dict[str, float] = {}
        self.missed: frozenset[str] = frozenset()
        """Bookings that cannot be kept; they keep their times all the same."""
        self._usable: frozenset[int] = frozenset()
        self.root = self._begin()
        self._way = sum(self._of_day(day, order) for day, order in enumerate(self.root.orders) if day in self._usable)

    # What there is

    def _begin(self) -> Plan:
        """The plan as it is, without what cannot stay: that is in hand."""
        orders, hand, usable, missed = [], list(self.brief.wanted), set(), set[str]()
        for day in range(len(self.task.days)):
            own = standing(self.task, day)
            lifted = [stop.id for stop in own if self._cannot_stay(day, stop)]
            timed = [stop for stop in own if stop.at is not None and stop.id not in lifted]
            if day in self._touched and self.brief.shifting:
                lost = self._lost_bookings(day, timed)
                missed |= lost
                timed = [stop for stop in timed if stop.id not in lost]
                usable.add(day)
            order = tuple(stop.id for stop in timed)
            agenda = self.agendas.of(day, order)
            if agenda and not agenda.shifts:
                usable.add(day)
            orders.append(order)
            hand += lifted
        self.missed, self._usable = frozenset(missed), frozenset(usable)
        nowhere = frozenset(id_ for id_ in hand if not any(self.agendas.spans(day, id_) for day in usable))
        return Plan(tuple(orders), tuple((id_, 0.0) for id_ in hand if id_ not in nowhere), nowhere)

    def _cannot_stay(self, day: int, stop: PlanStop) -> bool:
        if stop.bound or day not in self._touched:
            return False
        if self.brief.shifting:
            return (stop.at is None and self.brief.timing) or not self.agendas.spans(day, stop.id)
        return self.task.days[day].id in self.brief.avoid.get(stop.id, ())

    def _lost_bookings(self, day: int, timed: Sequence[PlanStop]) -> set[str]:
        kept: Order = ()
        lost = set()
        for stop in (stop for stop in timed if stop.bound):
            if self.agendas.of(day, (*kept, stop.id)):
                kept = (*kept, stop.id)
            else:
                lost.add(stop.id)
        return lost

    # What a plan counts

    def cost(self, plan: Plan) -> float:
        """What a plan counts, without what is in hand; inf: a day does not work. Raises EffortSpentError."""
        self.agendas.go_on()
        total = DROPPED * len(plan.dropped) + REPLACED * len(plan.replaced) - self._way
        for day in self._usable:
            total += self._of_day(day, plan.orders[day])
            total += MOVED * sum(self._home.get(id_, day) != day for id_ in plan.orders[day])
        return total

    def _of_day(self, day: int, order: Order) -> float:
        agenda = self.agendas.of(day, order)
        if agenda is None:
            return inf
        return agenda.cost + (DISTURBED if agenda.shifts and day not in self._touched else 0.0)

    # The search

    def best(self, other: Callable[[], Sequence[Plan]] = tuple) -> Plan:
        """The plan with the least change that is found. `other`: plans of another origin, asked for only if a stop
        that could be somewhere has no place."""
        found = self._last(self._dive(self.root), self._bare(self.root), _BEFORE_OTHERS)
        lost = found.dropped - self.root.dropped
        found = self._last(self._better(found), found, _BEFORE_OTHERS if lost else _BEFORE_THE_END, _EFFORT)
        if found.dropped - self.root.dropped:
            found = min((found, *other()), key=self.cost)
        found = self._last(self._polished(found), found)
        return self._last(self._refilled(found), found)

    def _last(self, plans: Iterable[Plan], best: Plan, share: float = 1.0, most_chains: float = inf) -> Plan:
        """The last of ever better plans, as far as they are found until a share of the effort is used up."""
        self.agendas.share, self.agendas.most_chains = share, self.agendas.chains + most_chains
        try:
            for plan in plans:
                best = plan
        except EffortSpentError:
            return best
        finally:
            self.agendas.share = None
        return best

    def _better(self, best: Plan) -> Iterator[Plan]:
        """The plan that counts least, if that is less than the best one known. Raises EffortSpentError."""
        root = replace(self.root, hand=tuple((id_, self._least(id_)) for id_, _ in self.root.hand))
        value, count = self.cost(best), 0
        heap: list[tuple[float, int, Plan]] = []
        seen: set[tuple[object, ...]] = set()
        steps: Iterator[Plan] = iter((root, *self._pushing(root)))
        while True:
            for then in steps:
                bound = self.cost(then) + sum(least for _, least in then.hand)
                if bound < value:
                    count += 1
                    heappush(heap, (bound, count, then))
            if not heap:
                return
            bound, _, plan = heappop(heap)
            if bound >= value:
                return
            if not plan.hand:
                yield plan
                return
            key = plan.orders, plan.dropped, plan.replaced
            steps = iter(()) if key in seen else self._steps(plan, value)
            seen.add(key)

    def _least(self, id_: str) -> float:
        """What a stop in hand adds at least: the best place in the plan as it is, or the place of another stop, and the
        best one for that."""
        root = replace(self.root, hand=())
        base = self.cost(root)
        if base == inf:
            return SHIFTED
        plain = min((self.cost(then) - base for then in self._placings(root, id_)), default=DROPPED)
        swapped = (self.cost(then) - base + then.hand[-1][1] for then in self._swaps(root, id_, base + plain))
        return min((DROPPED, plain, *swapped))

    def _least_elsewhere(self, id_: str) -> float:
        """What a stop adds at least on another day than now."""
        if id_ not in self._elsewhere:
            root, home = self.root, self._home[id_]
            added = [
                self._of_day(day, one.orders[day]) - self._of_day(day, root.orders[day])
                for one in self._placings(root, id_, but=home)
                for day in range(len(root.orders))
                if one.orders[day] is not root.orders[day]
            ]
            self._elsewhere[id_] = MOVED + min(added, default=inf)
        return self._elsewhere[id_]

    def _steps(self, plan: Plan, value: float) -> Iterator[Plan]:
        """What can be done with the stop in hand that is hardest to place, to count less than `value` in the end."""
        _, id_ = max((least, id_) for id_, least in plan.hand)
        rest = self._without(plan, id_)
        yield from self._placings(rest, id_)
        yield from self._swaps(rest, id_, value)
        yield from self._replacements(rest, id_)
        yield replace(rest, dropped=rest.dropped | {id_})

    @staticmethod
    def _without(plan: Plan, id_: str) -> Plan:
        """With a stop out of the hand and wherever it is put to stay."""
        return replace(plan, hand=tuple(one for one in plan.hand if one[0] != id_), settled=plan.settled | {id_})

    def _placings(self, plan: Plan, id_: str, but: int | None = None) -> Iterator[Plan]:
        """The stop on each day, but for one, at the best of its places there."""
        for day in sorted(self._usable):
            if day != but and self.agendas.spans(day, id_):
                order = plan.orders[day]
                made = [(*order[:at], id_, *order[at:]) for at in range(len(order) + 1)]
                ranked = sorted((self._of_day(day, one), at) for at, one in enumerate(made))
                yield from (plan.at(day, made[at]) for cost, at in ranked[:_POSITIONS] if cost < inf)

    def _swaps(self, plan: Plan, id_: str, value: float) -> Iterator[Plan]:
        """The stop in the place of another one, which is in hand then, where that can count less than `value`."""
        if plan.pushed == _MOST_PUSHED:
            return
        in_hand = sum(least for _, least in plan.hand)
        for day in sorted(self._usable):
            if self.agendas.spans(day, id_):
                for other in self._movable(plan, day):
                    order = tuple(id_ if one == other else one for one in plan.orders[day])
                    then = plan.at(day, order)
                    # Whatever makes room begins at another time, or moves to another day.
                    if self.cost(then) + in_hand + SHIFTED - _WAYS < value:
                        yield self._pushed(then, day, other)

    def _pushing(self, plan: Plan) -> Iterator[Plan]:
        """The plan with as few stops in hand as let the touched days work, up to three, and each time one more where
        others would shift."""
        for day in sorted(self._touched & self._usable):
            agenda = self.agendas.of(day, plan.orders[day])
            if (agenda and not agenda.shifts) or plan.pushed == _MOST_PUSHED:
                continue
            for other in self._movable(plan, day):
                order = tuple(one for one in plan.orders[day] if one != other)
                then = self._pushed(plan.at(day, order), day, other)
                if self.cost(then) < inf:
                    yield then
                else:
                    yield from self._pushing(then)

    def _movable(self, plan: Plan, day: int) -> list[str]:
        own = (self.task.stops[id_] for id_ in plan.orders[day] if id_ in self._home and id_ not in plan.settled)
        return [stop.id for stop in own if not stop.bound]

    def _replacements(self, plan: Plan, id_: str) -> Iterator[Plan]:
        """An idea that the group likes as much in place of a stop that has to leave, where it shifts nothing."""
        home = self._home.get(id_)
        if home in self._usable and not self.agendas.spans(home, id_):
            worth = _liking(self.task.problem.visit(id_))
            for then in self._filled(plan, home, worth):
                yield replace(then, replaced=then.replaced | {id_})

    def _filled(self, plan: Plan, day: int, worth: float) -> list[Plan]:
        """The plan with an idea more on a day, where nothing shifts for it: by who like it best, if it is worth so much
        and there is money left for it."""
        there = {id_ for order in plan.orders for id_ in order}
        taken = {visit.group for visit in self._ideas if visit.id in there} - {None}
        budget = self.task.problem.budget
        money = inf if budget is None else budget - sum(visit.cost for visit in self._ideas if visit.id in there)
        order, found = plan.orders[day], list[tuple[float, float, str, Plan]]()
        before = self.agendas.of(day, order)
        for visit in self._ideas:
            free = visit.id not in there and visit.group not in taken and visit.cost <= money
            if free and _liking(visit) >= worth and self.agendas.spans(day, visit.id):
                for at in range(len(order) + 1):
                    made = (*order[:at], visit.id, *order[at:])
                    agenda = self.agendas.of(day, made)
                    if agenda and before and agenda.shifts <= before.shifts:
                        found.append((-_liking(visit), agenda.cost, visit.id, plan.at(day, made)))
        return [one[-1] for one in sorted(found, key=lambda one: one[:3])[:1]]

    def _pushed(self, plan: Plan, day: int, id_: str) -> Plan:
        """With a stop in hand that has just left a day: there it can be at another time, or elsewhere."""
        order = plan.orders[day]
        before = self._of_day(day, order)
        here = ((*order[:at], id_, *order[at:]) for at in range(len(order) + 1))
        least = SHIFTED if before == inf else min(self._of_day(day, one) for one in here) - before
        return replace(plan, hand=(*plan.hand, (id_, min(least, self._least_elsewhere(id_)))), pushed=plan.pushed + 1)

    def _cleared(self, plan: Plan) -> Plan:
        """With so many stops of each touched day in hand that the day works: those first that leave the cheapest."""
        for day in sorted(self._touched & self._usable):
            while self._of_day(day, plan.orders[day]) == inf and (movable := self._movable(plan, day)):
                shorter = {other: tuple(one for one in plan.orders[day] if one != other) for other in movable}
                minutes = {id_: self.task.stops[id_].minutes for id_ in movable}
                other = min(movable, key=lambda id_: (self._of_day(day, shorter[id_]), -minutes[id_], id_))
                plan = self._pushed(plan.at(day, shorter[other]), day, other)
        return plan

    def _bare(self, plan: Plan) -> Plan:
        """Without what is in hand, and on touched days that do not work with what is booked only: whatever else is
        found is better."""
        out = {id_ for id_, _ in plan.hand}
        for day in sorted(self._touched & self._usable):
            if self._of_day(day, plan.orders[day]) == inf:
                movable = {*self._movable(plan, day)}
                plan = plan.at(day, tuple(one for one in plan.orders[day] if one not in movable))
                out |= movable
        return replace(plan, hand=(), dropped=plan.dropped | out)

    def _dive(self, plan: Plan) -> Iterator[Plan]:
        """Each stop in hand at its best place, one after the other. Raises EffortSpentError."""
        plan = self._cleared(plan)
        while plan.hand:
            id_ = plan.hand[0][0]
            rest = self._without(plan, id_)
            plan = min(self._placings(rest, id_), key=self.cost, default=replace(rest, dropped=rest.dropped | {id_}))
            yield self._bare(plan)

    def _polished(self, plan: Plan) -> Iterator[Plan]:
        """Until no stop that changed has a better place, its old one among them. Raises EffortSpentError."""
        better: Plan | None = plan
        while better is not None:
            plan, better = better, None
            for id_ in sorted(self._changed(plan)):
                orders = tuple(tuple(one for one in order if one != id_) for order in plan.orders)
                lifted = replace(plan, orders=orders, dropped=plan.dropped - {id_})
                best = min(self._placings(lifted, id_), key=self.cost, default=plan)
                if self.cost(best) < self.cost(plan) - 1e-6:
                    yield (better := best)
                    break

    def _refilled(self, plan: Plan) -> Iterator[Plan]:
        """With an idea at most for each stop that left a day. Raises EffortSpentError."""
        for day in sorted(self._touched & self._usable):
            elsewhere = {id_ for order in plan.orders for id_ in order} - {*plan.orders[day]}
            left = sum(self._home.get(id_) == day for id_ in elsewhere | plan.dropped | plan.replaced)
            come = sum(self._home.get(id_) != day for id_ in plan.orders[day])
            for _ in range(left - come):
                plan = next(iter(self._filled(plan, day, _WANTED)), plan)
                yield plan

    def _changed(self, plan: Plan) -> Iterator[str]:
        yield from plan.dropped
        for day, begins in self.begins(plan).items():
            for id_, at in begins.items():
                if not self.task.stops[id_].bound and self.agendas.wish(day, id_) != at:
                    yield id_

    # What comes of it

    def begins(self, plan: Plan) -> dict[int, dict[str, int]]:
        """When each visit begins, on the days that may change."""
        agendas = {day: self.agendas.of(day, plan.orders[day]) for day in sorted(self._usable)}
        return {
            day: dict(zip(plan.orders[day], agenda.begins, strict=True)) for day, agenda in agendas.items() if agenda
        }

    def plan_of(self, solution: Solution) -> Plan:
        """The plan of a solution of the same problem, without the ideas that nobody asked for."""
        orders = list(self.root.orders)
        everybody = {id_ for order in orders for id_ in order} | {id_ for id_, _ in self.root.hand} | self.root.dropped
        for day in (day for day in solution.days if day.index in self._usable):
            orders[day.index] = tuple(stop.visit for stop in day.stops if stop.visit in everybody)
        there = {id_ for order in orders for id_ in order} | self.missed
        return Plan(tuple(orders), dropped=frozenset(everybody - there))


def _liking(visit: Visit) -> float:
    """What a visit is worth to the members on average."""
    return sum(visit.score) / len(visit.score) if isinstance(visit.score, tuple) else visit.score
