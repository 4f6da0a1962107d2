"""What is maximised: the members' weighted average score, plus a term for the member who gets the smallest share.

value = average + fairness * min over members of (score / best alone) * mean of the best alone. See docs/optimiser.md.
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
        self.fairness = model.problem.fairness if alone else 0.0

    def __call__(self, search: Search) -> float:
        """The value of the plan that a search holds, with the bonuses for musts, which outweigh all else."""
        plan = search.plan()
        total = -sum(search.tolls) if self.member is None else 0.0
        for gain, route in zip(self.gain, plan, strict=True):
            total += sum([gain[node] for node in route])
        return total + self.fair(plan) if self.fairness else total

    def fair(self, plan: Routes) -> float:
        """The fairness term."""
        if not self.fairness:
            return 0.0
        return self.fairness * min(self.shares(self.totals(plan))) * sum(self.alone) / len(self.alone)

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
        value as long as the member stays the worst off."""
        members = range(-1, len(self.alone) if self.fairness else 0)
        return {member: [self._row(member, gains, power) for gains in self.gain] for member in members}

    def _row(self, member: int, gains: list[float], power: float) -> list[float]:
        if member < 0:
            return [max(gain, 0.0) ** power for gain in gains]
        mean = sum(self.alone) / len(self.alone)
        factor = self.fairness * mean / self.alone[member] if self.alone[member] > 0 else 0.0
        scores = self.model.member_scores[member]
        return [max(gain + factor * score, 0.0) ** power for gain, score in zip(gains, scores, strict=True)]

    def worst_off(self, search: Search, rng: random.Random) -> int:
        """Whose wishes the next repair should prefer: the member with the smallest share, or nobody (-1)."""
        if not self.fairness or rng.random() < 0.5:
            return -1
        shares = self.shares(self.totals(search.plan()))
        return shares.index(min(shares))
