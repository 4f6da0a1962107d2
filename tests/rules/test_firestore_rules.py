"""`firestore.rules`, tried with the official web SDK through `@firebase/rules-unit-testing`."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.firestore.rules.ruleset import Ruleset
from emulator.firestore.testing import running

HERE = Path(__file__).parent
RULES = HERE.parents[1] / "firestore.rules"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as emulator:
        yield emulator.address


@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_rules(address: str, script: str) -> None:
    environment = {**os.environ, "FIRESTORE_EMULATOR_HOST": address}
    command = ["node", "--test", "--test-reporter=tap", "--test-timeout=60000", str(HERE / script)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_they_load_without_a_warning() -> None:
    assert Ruleset.compile(RULES.read_text(encoding="utf-8")).warnings == []
