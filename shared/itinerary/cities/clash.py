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
    """Remembers what was asked: fewer wishes than possible ones are possible, more than impossible ones are not."""

    def __init__(self, ask: Possible) -> None:
        self._ask = ask
        self._possible: list[Set] = []
        self._impossible: list[Set] = []
        self.out_of_time = False

    def possible(self, wishes: Set) -> bool:
        """True also if it is not known: nothing is called a clash without proof."""
        if any(wishes <= known for known in self._possible):
            return True
        if any(wishes >= known for known in self._impossible):
            return False
        told = self._ask(wishes)
        if told is None:
            self.out_of_time = True
            return True
        (self._possible if told else self._impossible).append(wishes)
        return told


def minimal_clash(oracle: Oracle, wishes: Sequence[str]) -> Set:
    """Impossible wishes without the ones that are not needed to make them so: the deletion filter."""
    kept = frozenset(wishes)
    for wish in wishes:
        if not oracle.possible(kept - {wish}):
            kept -= {wish}
    return kept


def smallest_clash(oracle: Oracle, wishes: Sequence[str]) -> tuple[Set, bool, bool]:
    """The fewest wishes that clash, of `wishes` that are impossible together; whether none of them can be spared, and
    whether it is proven that no fewer clash."""
    best = minimal_clash(oracle, wishes)
    minimal = not oracle.out_of_time
    corrections: list[Set] = []
    costs = dict.fromkeys(wishes, 1.0)
    while not oracle.out_of_time:
        candidate = cheapest_hitting_set(corrections, costs)
        if len(candidate) == len(best):
            return best, True, True
        if not oracle.possible(candidate):
            return candidate, True, True
        for wish in wishes:
            if wish not in candidate and oracle.possible(candidate | {wish}):
                candidate |= {wish}
        corrections.append(frozenset(wishes) - candidate)
    return best, minimal, False


def cheapest_to_give_up(oracle: Oracle, wishes: Sequence[str], costs: Mapping[str, float], known: Set) -> Set:
    """Wishes of least total cost without which the others can be met; `known` is a clash found before.

    If time runs out, what it has found so far, which may not be enough.
    """
    clashes = [known]
    while True:
        dropped = cheapest_hitting_set(clashes, costs)
        rest = [wish for wish in wishes if wish not in dropped]
        if oracle.possible(frozenset(rest)):
            return dropped
        clashes.append(minimal_clash(oracle, rest))


def cheapest_hitting_set(sets: Iterable[Set], costs: Mapping[str, float]) -> Set:
    """The cheapest set with an element of each of `sets`; of equals the first in the order of `costs`."""
    order = {element: index for index, element in enumerate(costs)}
    wanted = sorted(sets, key=len)
    best: tuple[float, Set] = (inf, frozenset())

    def extend(chosen: Set, cost: float, banned: Set) -> None:
        nonlocal best
        if cost >= best[0]:
            return
        missed = next((one for one in wanted if not one & chosen), None)
        if missed is None:
            best = (cost, chosen)
            return
        for element in sorted(missed - banned, key=lambda each: (costs[each], order[each])):
            extend(chosen | {element}, cost + costs[element], banned)
            banned |= {element}

    extend(frozenset(), 0.0, frozenset())
    return best[1]
