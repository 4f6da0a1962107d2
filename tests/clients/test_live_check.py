"""The check with real keys says what is missing, and its own steps work: here against the stand-ins."""

import pytest

from clients.python.backend import Backend
from clients.python.live_check.__main__ import MISSING, VARIABLES, main
from clients.python.live_check.journey import CheckError, Journey
from clients.python.live_check.steps import STEPS


def test_without_keys_it_says_which_and_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], {}) == MISSING == 2
    said = capsys.readouterr().out
    assert all(f"{name} is not set" in said for name in VARIABLES.values())


def test_the_steps_are_a_journey(backend: Backend) -> None:
    """All of them on one trip, in order; Maps' stand-in runs only when asked for, and that step notices."""
    journey = Journey.begin(backend)
    for step in STEPS:
        if step.needs == "maps":
            with pytest.raises(CheckError, match="Google's"):
                step.run(journey)
        else:
            assert step.run(journey)


def test_every_service_has_a_step() -> None:
    assert {step.needs for step in STEPS} == set(VARIABLES)
