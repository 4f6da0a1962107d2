"""What is maximised: the members' weighted average score, plus a term for the member who gets the smallest share,
minus what travel and changes cost.

value = average + fairness * min over members of (score / best alone) * mean of the best alone - travel - disruption.
See docs/optimiser.md.
"""

from __future__ import annotations

from .engine import Routes
from .model import Model


class Objective:
    """The value of a plan. `alone[m]` is the best score known of a plan for member m alone; empty: no fairness term."""

    def __init__(self, model: Model, alone: list[float]) -> None:
        self.model = model
        self.alone = alone
        self.fairness = model.problem.fairness if alone and model.problem.days else 0.0
        self.stakes = self.fairness * sum(alone) / len(alone) if alone else 0.0

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
