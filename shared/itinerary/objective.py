"""What is maximised: the members' weighted average score, plus a term for the member who gets the smallest share,
minus what travel and changes cost.

value = average + fairness * min over members of (score / best alone) * mean of the best alone - travel - disruption.
See docs/optimiser.md.
"""

from __future__ import annotations

import random

from .engine import Routes, Search
from .model import Model


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
        self.alone = alone
        self.fairness = model.problem.fairness if alone and model.problem.days else 0.0
        self.stakes = self.fairness * sum(alone) / len(alone) if alone else 0.0
        ends = [0.0] * (2 * len(model.alike))
        self._gain = [[*row, *ends] for row in self.gain]
        self._scores = [[*scores, *ends] for scores in model.member_scores]
        self._seen: list[list[int]] = [[] for _ in model.alike]
        self._sums = [0.0] * len(model.alike)
        self._totals = [[0.0] * len(model.member_scores) for _ in model.alike]

    def __call__(self, search: Search) -> float:
        """The value of the plan that a search holds, with the bonuses for musts, which outweigh all else."""
        self._count(search)
        total = sum(self._sums)
        if self.member is None:
            total -= sum(search.tolls)
        if self.fairness:
            total += self.stakes * min(self.shares([sum(column) for column in zip(*self._totals, strict=True)]))
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

    def rows(self, power: float) -> dict[int, list[list[float]]]:
        """Per member and day what each node is worth, to a power: what it adds to the average (member -1), and to the
        value as long as the member stays the worst off. Days with equal numbers share a list."""
        members = range(-1, len(self.alone) if self.fairness else 0)
        found = {}
        for member in members:
            rows: list[list[float]] = []
            for day, gains in enumerate(self.gain):
                first = next((other for other in range(day) if self.gain[other] == gains), None)
                rows.append(self._row(member, gains, power) if first is None else rows[first])
            found[member] = rows
        return found

    def _row(self, member: int, gains: list[float], power: float) -> list[float]:
        if member < 0:
            return [max(gain, 0.0) ** power for gain in gains]
        factor = self.stakes / self.alone[member] if self.alone[member] > 0 else 0.0
        scores = self.model.member_scores[member]
        return [max(gain + factor * score, 0.0) ** power for gain, score in zip(gains, scores, strict=True)]

    def worst_off(self, search: Search, rng: random.Random) -> int:
        """Whose wishes the next repair should prefer: the member with the smallest share, or nobody (-1)."""
        if not self.fairness or rng.random() < 0.5:
            return -1
        self._count(search)
        shares = self.shares([sum(column) for column in zip(*self._totals, strict=True)])
        return shares.index(min(shares))
