"""What is maximised: the members' weighted average score, plus a term for the member who gets the smallest share.

value = average + fairness * min over members of (score / best alone) * mean of the best alone. See docs/optimiser.md.
"""

from __future__ import annotations

from .model import Model


class Objective:
    """The value of a plan. `alone[m]` is the best score known of a plan for member m alone; None until measured."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.alone: list[float] | None = None

    def member_totals(self, routes: list[list[int]]) -> list[float]:
        nodes = [node for route in routes for node in route]
        return [sum(scores[node] for node in nodes) for scores in self.model.member_scores]

    def shares(self, totals: list[float]) -> list[float]:
        """Each member's score as a part of the best alone, at most 1."""
        if not self.alone:
            return [1.0] * len(totals)
        return [min(total / best, 1.0) if best > 0 else 1.0 for total, best in zip(totals, self.alone, strict=True)]

    def fair(self, routes: list[list[int]]) -> float:
        """The fairness term."""
        weight = self.model.problem.fairness
        if not weight or not self.alone:
            return 0.0
        totals = self.member_totals(routes)
        return weight * min(self.shares(totals)) * sum(self.alone) / len(self.alone)

    def __call__(self, routes: list[list[int]]) -> float:
        gain = self.model.gain
        total = sum(gain[day][node] for day, route in enumerate(routes) for node in route)
        return total + self.fair(routes)

    def average(self, routes: list[list[int]]) -> float:
        weights = self.model.member_weights
        return sum(w * t for w, t in zip(weights, self.member_totals(routes), strict=True)) / sum(weights)
