"""A generation whose worker dies, anywhere and as often as it likes, ends as one plan, asked for and paid once."""

import random
from collections.abc import Callable

import pytest

from emulator.gemini.testing import StandIn
from tests.generation.trial import MODEL_CALLS, Trial
from tests.support.deaths import Life


@pytest.fixture
def calls(trial: Callable[[], Trial]) -> int:
    """How many calls a worker makes that lives."""
    whole = trial()
    made = whole.work().made
    whole.check()
    return made


@pytest.mark.parametrize("seed", range(5))
def test_killed_at_ten_random_points_it_completes_once(
    seed: int, trial: Callable[[], Trial], calls: int, gemini: StandIn
) -> None:
    chance = random.Random(seed)
    points = chance.sample([(at, answered) for at in range(1, calls + 1) for answered in (False, True)], 10)
    for at, answered in points:
        gemini.reset()
        one = trial()
        assert one.work(Life(at, answered=answered)).over
        one.work()
        one.check()
        assert len(gemini.requests()) <= MODEL_CALLS + 1, "only the call that died is made again"


def test_killed_again_and_again_it_completes_once(trial: Callable[[], Trial], calls: int, gemini: StandIn) -> None:
    chance = random.Random(8)
    gemini.reset()
    one = trial()
    deaths = 0
    while one.attempts < 7:
        deaths += one.work(Life(chance.randint(calls // 6, calls // 3), answered=chance.random() < 0.5)).over
    one.work()
    one.check()
    assert deaths >= 3
    assert len(gemini.requests()) <= MODEL_CALLS + deaths


def test_killed_while_it_offers_a_plan_it_offers_one(trial: Callable[[], Trial], calls: int) -> None:
    """At each of the last calls, where the plan is handed over."""
    first = trial()
    for at in range(calls - 9, calls + 1):
        one = Trial(first.database, first.session, first.mortal, **{"as": "proposal"})
        one.work(Life(at, answered=True))
        one.work()
        (proposal,) = one.below("proposals")
        job = one.job()
        assert (job["state"], job["result"]["proposal"], len(proposal["items"])) == ("done", proposal["id"], 2)
        assert one.below("plan", "current", "ops") == []
        one.check_costs()
