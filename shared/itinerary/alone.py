"""The best plan for each member alone, which the fairness term measures shares by: a search of its own for each."""

from __future__ import annotations

import random
from functools import partial

from .engine import Routes, Search
from .improve import Improver
from .objective import Objective
from .stop import StopRule

FIRST = 100
MORE = 30
NEAR = 0.1


class Alone:
    """`scores[m]`: the best score found of a plan for member m alone, what others veto left out. Empty where there is
    nobody to be fair to."""

    def __init__(self, search: Search, rng: random.Random) -> None:
        self.search = search
        members = len(search.model.problem.members)
        if members < 2 or not search.model.problem.fairness:
            members = 0
        self._improvers = [Improver(search, Objective(search.model, [], member), rng) for member in range(members)]
        self._effort = [0] * members
        self.scores = [0.0] * members

    @property
    def effort(self) -> int:
        """The iterations that it took so far."""
        return sum(self._effort)

    def measure(self, stop: StopRule) -> None:
        """Find a plan for each member. Leaves an empty plan in the search."""
        for member in range(len(self.scores)):
            self._improve(member, FIRST // len(self.scores), stop)
        self.search.load(self.search.model.base)

    def measure_again(self, objective: Objective, best: Routes, stop: StopRule) -> bool:
        """Search on for one of those who are near the worst off in a plan, whoever was searched for least; whether that
        found a higher score, by which the objective measures then. Leaves some plan in the search."""
        if not self.scores:
            return False
        shares = objective.shares(objective.totals(best))
        near = [member for member, share in enumerate(shares) if share <= min(shares) + NEAR]
        member = min(near, key=self._effort.__getitem__)
        before = self.scores[member]
        self._improve(member, MORE, stop)
        if self.scores[member] > before:
            objective.know(list(self.scores))
        return self.scores[member] > before

    def _improve(self, member: int, most: int, stop: StopRule) -> None:
        improver = self._improvers[member]
        self.search.load(improver.best)
        each = partial(_bounded, stop, self.effort, most)
        self._effort[member] += improver.run(each, lambda iterations, value, routes: None)
        scores = self.search.model.member_scores[member]
        self.scores[member] = max(sum(scores[k] for route in improver.best for k in route), 0.0)


def _bounded(stop: StopRule, done: int, most: int, iterations: int, value: float) -> bool:
    """`stop`, asked about a part of the whole search that began after `done` iterations and takes at most `most`."""
    return iterations >= most or stop(done + iterations, value)
