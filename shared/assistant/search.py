"""The optimiser's search as a group follows it: how long it may take, and the days as they look so far."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from shared.assistant.settings import SearchEffort
from shared.assistant.task import PlanInput
from shared.itinerary import FirstOf, MaxIterations, MaxSeconds, NoImprovement
from shared.itinerary.solution import Progress
from shared.itinerary.stop import StopRule
from shared.runtime.clock import Clock
from shared.words import say

BEGINS: Final = {"constraints": 0.02, "candidates": 0.2, "plan": 0.5, "ops": 0.9}
"""How much of the whole is done when a stage begins."""
_SHARE: Final = 0.35
_REPORT_EVERY: Final = timedelta(seconds=1)

Output = dict[str, Any]
"""What a stage gives back: JSON."""


class Report(Protocol):
    """Hears how far the work is: the stage, a fraction 0..1 of the whole, a sentence, and what the days look like so
    far. May raise to stop it."""

    def __call__(self, stage: str, fraction: float, words: str, partial: Output | None = None, /) -> None: ...


@dataclass
class Search:
    """One search. It reports the first plan found at once and the best every second; `check` may raise to stop it."""

    given: PlanInput
    effort: SearchEffort
    clock: Clock
    report: Report
    check: Callable[[], None]
    _started: datetime = field(init=False)
    _reported: datetime | None = field(default=None, init=False)
    _best: Progress | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._started = self.clock.now()

    def found(self, progress: Progress) -> None:
        """Hears of every better plan."""
        self._best = progress

    def patience(self) -> StopRule:
        """When the search is enough."""

        def meanwhile(_iterations: int, _best: float) -> bool:
            self.check()
            now = self.clock.now()
            if self._best and (self._reported is None or now - self._reported >= _REPORT_EVERY):
                self._reported = now
                done = min((now - self._started).total_seconds() / self.effort.seconds, 1.0)
                words = say(self.given.constraints.language, "fitting")
                self.report("plan", BEGINS["plan"] + done * _SHARE, words, partial(self.given, self._best))
            return False

        return FirstOf(
            meanwhile,
            MaxIterations(self.effort.iterations),
            MaxSeconds(self.effort.seconds),
            NoImprovement(self.effort.without_improvement),
        )


def partial(given: PlanInput, best: Progress) -> Output:
    """The days as they look so far: `days`, each with its `date` and `stops`: `placeId`, `name`, in order."""
    days = []
    for number, visits in enumerate(best.days):
        places = [given.places[visit] for visit in visits if visit in given.places]
        stops = [{"placeId": place.id, "name": place.name} for place in places]
        days.append({"date": given.constraints.date_of(number).isoformat(), "stops": stops})
    return {"days": days}
