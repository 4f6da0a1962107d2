"""Why wishes cannot all be met: the fewest that clash, and the cheapest to give up.

Both by implicit hitting sets (Ignatiev, Previti, Liffiton, Marques-Silva 2015): whatever clashes has a wish in common
with every set of wishes whose loss makes the rest possible, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf

Set = frozenset[str]
Possible = Callable[[Set], bool | None]
"""Whether the wishes can be met together; None: not known in time."""


class Oracle:
    """Remembers what was asked: fewer wishes than possible ones are possible, more than impossible ones are not.

    `late` says when time is up; what another oracle of the same wishes has learnt counts too.
    """

    def __init__(self, ask: Possible, late: Callable[[], bool], learnt: Oracle | None = None) -> None:
        self._ask = ask
        self._late = late
        self._possible: list[Set] = learnt._possible if learnt else []
        self._impossible: list[Set] = learnt._impossible if learnt else []
        self.out_of_time = False

    def possible(self, wishes: Set) -> bool:
        """True also if it is not known: nothing is called a clash without proof."""
        if any(wishes <= known for known in self._possible):
            return True
        if any(wishes >= known for known in self._impossible):
            return False
        told = None if self.late() else self._ask(wishes)
        if told is None:
            self.out_of_time = True
            return True
        (self._possible if told else self._impossible).append(wishes)
        return told

    def late(self) -> bool:
        self.out_of_time = self.out_of_time or self._late()
        return self.out_of_time

    def cheapest_known(self, wishes: Sequence[str], costs: Mapping[str, float]) -> Set:
        """The wishes that cost least to give up, of what is known to do."""
        rests = (frozenset(wishes) - known for known in (*self._possible, frozenset()))
        return min(rests, key=lambda rest: sum(costs[wish] for wish in rest))


def minimal_clash(oracle: Oracle, wishes: Sequence[str]) -> Set:
    """Impossible wishes without the ones that are not needed to make them so: QuickXplain (Junker 2004).

    What it returns is impossible whatever the oracle does not know; then some of it may not be needed.
    """

    def needed(beside: Set, changed: bool, among: Sequence[str]) -> Set:
        if changed and not oracle.possible(beside):
            return frozenset()
        if len(among) <= 1:
            return frozenset(among)
        first, second = among[: len(among) // 2], among[len(among) // 2 :]
        later = needed(beside | frozenset(first), True, second)
        return needed(beside | later, bool(later), first) | later

    return needed(frozenset(), False, wishes)


def grown(oracle: Oracle, kept: Set, more: Sequence[str]) -> Set:
    """The wishes kept, and of the others, first come first served, as many as are possible with them."""
    if not more or oracle.possible(kept | frozenset(more)):
        return kept | frozenset(more)
    if len(more) == 1:
        return kept
    half = len(more) // 2
    return grown(oracle, grown(oracle, kept, more[:half]), more[half:])


def smallest_clash(oracle: Oracle, wishes: Sequence[str]) -> tuple[Set, bool, bool]:
    """The fewest wishes that clash, of `wishes` that are impossible together; whether none of them can be spared, and
    whether it is proven that no fewer clash."""
    best = minimal_clash(oracle, wishes)
    minimal = not oracle.out_of_time
    corrections: list[Set] = []
    costs = dict.fromkeys(wishes, 1.0)
    while not oracle.late():
        candidate = cheapest_hitting_set(corrections, costs, oracle.late)
        if oracle.out_of_time:
            break
        if len(candidate) == len(best):
            return best, True, True
        if not oracle.possible(candidate):
            return candidate, True, True
        rest = [wish for wish in wishes if wish not in candidate]
        corrections.append(frozenset(wishes) - grown(oracle, candidate, rest))
    return best, minimal, False


def cheapest_to_give_up(
    oracle: Oracle, wishes: Sequence[str], costs: Mapping[str, float], known: Set
) -> tuple[Set, bool]:
    """Wishes without which the others can be met, and whether it is proven that none of less total cost would do.
    `known` is a clash found before."""
    dear_first = sorted(wishes, key=lambda wish: -costs[wish])
    clashes = [known]
    grown(oracle, frozenset(), dear_first)
    while not oracle.late():
        dropped = cheapest_hitting_set(clashes, costs, oracle.late)
        rest = [wish for wish in wishes if wish not in dropped]
        possible = oracle.possible(frozenset(rest))
        if oracle.out_of_time:
            break
        if possible:
            return dropped, True
        clashes.append(minimal_clash(oracle, rest))
    return oracle.cheapest_known(wishes, costs), False


def cheapest_hitting_set(sets: Iterable[Set], costs: Mapping[str, float], late: Callable[[], bool]) -> Set:
    """The cheapest set with an element of each of `sets`; of equals the first in the order of `costs`. Not the
    cheapest if it gets late."""
    order = {element: index for index, element in enumerate(costs)}
    wanted = sorted(sets, key=len)
    best: tuple[float, Set] = (inf, frozenset())

    def extend(chosen: Set, cost: float, banned: Set) -> None:
        nonlocal best
        missed = [one for one in wanted if not one & chosen]
        if cost + _apart(missed, costs) >= best[0] or late():
            return
        if not missed:
            best = (cost, chosen)
            return
        for element in sorted(missed[0] - banned, key=lambda each: (costs[each], order[each])):
            extend(chosen | {element}, cost + costs[element], banned)
            banned |= {element}

    extend(frozenset(), 0.0, frozenset())
    return best[1]


def _apart(sets: Iterable[Set], costs: Mapping[str, float]) -> float:
    """What it costs at least to hit the sets: those that have nothing in common are hit one by one."""
    seen: Set = frozenset()
    least = 0.0
    for one in sets:
        if not one & seen:
            seen |= one
            least += min(costs[element] for element in one)
    return least
