"""The check with real keys says what is missing, and its own steps work: here against the stand-ins."""

import json
from pathlib import Path

import pytest

from clients.python.backend import Backend
from clients.python.live_check.__main__ import MISSING, VARIABLES, main, real_project
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


@pytest.mark.parametrize(
    ("told", "environment", "project"),
    [
        ({"project_id": "travvy-live"}, {}, "travvy-live"),
        ({"quota_project_id": "travvy-live"}, {}, "travvy-live"),
        ({"project_id": "other"}, {"GOOGLE_CLOUD_PROJECT": "travvy-live"}, "travvy-live"),
    ],
)
def test_speech_is_asked_in_the_name_of_a_real_project(
    told: dict[str, str], environment: dict[str, str], project: str, tmp_path: Path
) -> None:
    credentials = tmp_path / "credentials.json"
    credentials.write_text(json.dumps(told))
    assert real_project({"GOOGLE_APPLICATION_CREDENTIALS": str(credentials), **environment}) == project
