"""What is maximised: the members' weighted average score, plus a term for the member who gets the smallest share,
minus what travel and changes cost.

value = average + fairness * min over members of (score / best alone) * mean of the best alone - travel - disruption.
See docs/optimiser.md.
"""

from __future__ import annotations

from math import exp, log

from .engine import Routes, Search
from .model import Model

LEANING = 0.03
SMOOTHING = 0.06
NEGLIGIBLE = 1e-3


class Objective:
    """The value of a plan. `alone[m]` is the best score known of a plan for member m alone; empty: no fairness term."""

    def __init__(self, model: Model, alone: list[float], member: int | None = None) -> None:
        """With `member`, only this member's score counts."""
        self.model = model
        self.member = member
        self.gain = model.gain
        if member is not None:
            change = [own - all_ for own, all_ in zip(model.member_scores[member], model.average, strict=True)]
            self.gain = [[gain + more for gain, more in zip(row, change, strict=True)] for row in model.gain]
        self.fairness = model.problem.fairness if alone and model.problem.days else 0.0
        self.know(alone)
        self._rows: list[list[float]] = []
        self.groups: list[int] = []
        for row in self.gain:
            if row not in self._rows:
                self._rows.append(row)
            self.groups.append(self._rows.index(row))
        ends = [0.0] * (2 * len(model.alike))
        self._gain = [[*row, *ends] for row in self.gain]
        self._scores = [[*scores, *ends] for scores in model.member_scores]
        self._seen: list[list[int]] = [[] for _ in model.alike]
        self._sums = [0.0] * len(model.alike)
        self._totals = [[0.0] * len(model.member_scores) for _ in model.alike]
        self.smooth = 0.0
        """The value of the plan that was valued last, with a mean of the shares that leans to the smallest ones in the
        place of the smallest share: nearly every change takes something from somebody, and the search would be stuck
        with the first plan that suits who is worst off."""

    def know(self, alone: list[float]) -> None:
        """Measure shares by these best scores alone from now on."""
        self.alone = alone
        self.stakes = self.fairness * sum(alone) / len(alone) if alone else 0.0

    def __call__(self, search: Search) -> float:
        """The value of the plan that a search holds, with the bonuses for musts, which outweigh all else.

        Brings `smooth` up to date.
        """
        self._count(search)
        total = sum(self._sums)
        if self.member is None:
            total -= sum(search.tolls)
        self.smooth = total
        if self.fairness:
            shares = self.shares([sum(column) for column in zip(*self._totals, strict=True)])
            least = min(shares)
            parts = sum([exp((least - share) / SMOOTHING) for share in shares])
            total += self.stakes * least
            self.smooth = total - self.stakes * SMOOTHING * log(parts / len(shares))
        return total

    def _count(self, search: Search) -> None:
        """Add up the days that changed since the last time: routes are replaced, never changed in place."""
        seen = self._seen
        for day, route in enumerate(search.routes):
            if seen[day] is not route:
                seen[day] = route
                gain = self._gain[day]
                self._sums[day] = sum([gain[node] for node in route])
                if self.fairness:
                    self._totals[day] = [sum([scores[node] for node in route]) for scores in self._scores]

    def fair(self, plan: Routes) -> float:
        """The fairness term."""
        return self.stakes * min(self.shares(self.totals(plan))) if self.fairness else 0.0

    def totals(self, plan: Routes) -> list[float]:
        """Each member's score."""
        nodes = [node for route in plan for node in route]
        return [sum([scores[node] for node in nodes]) for scores in self.model.member_scores]

    def shares(self, totals: list[float]) -> list[float]:
        """Each member's score as a part of the best alone, at most 1."""
        if not self.alone:
            return [1.0] * len(totals)
        return [min(total / best, 1.0) if best > 0 else 1.0 for total, best in zip(totals, self.alone, strict=True)]

    def average(self, plan: Routes) -> float:
        weights = self.model.member_weights
        return sum(w * t for w, t in zip(weights, self.totals(plan), strict=True)) / sum(weights)

    def rows(self, search: Search | None = None) -> list[list[float]]:
        """What each node adds to the value, for each number in `groups`: to the average, and, with the plan that a
        search holds, to the shares of who is worst off there.

        The smallest share follows one member at a time; a mean of the shares that leans to the smallest ones stands
        for it, so that a repair for one member is not at the cost of the next.
        """
        if search is None or not self.fairness:
            return self._rows
        lifts = self._lifts(search)
        return [[gain + lift for gain, lift in zip(row, lifts, strict=True)] for row in self._rows]

    def _lifts(self, search: Search) -> list[float]:
        """What each node adds to the smallest share, smoothed, in units of the value."""
        self._count(search)
        shares = self.shares([sum(column) for column in zip(*self._totals, strict=True)])
        least = min(shares)
        parts = [exp((least - share) / LEANING) for share in shares]
        whole = self.stakes / sum(parts)
        lifts = [0.0] * self.model.nodes
        for part, alone, scores in zip(parts, self.alone, self.model.member_scores, strict=True):
            if alone > 0 and part > NEGLIGIBLE:
                factor = whole * part / alone
                lifts = [lift + factor * score for lift, score in zip(lifts, scores, strict=True)]
        return lifts
