"""What the tests of the type share: a seed, and the npm packages behind a pipe."""

import json
import os
import secrets
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Npm = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture
def seed() -> int:
    """A new seed each run, shown when the test fails; OT_SEED repeats one."""
    chosen = int(os.environ.get("OT_SEED") or secrets.randbelow(2**32))
    print(f"OT_SEED={chosen}")  # noqa: T201
    return chosen


@pytest.fixture(scope="session")
def npm() -> Npm:
    """The answers of ot-json0 and ot-text-unicode to a list of cases, from one Node process."""

    def answers(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps(case) + "\n" for case in cases)
        script = Path(__file__).with_name("npm.cjs")
        done = subprocess.run(["node", script], input=lines, capture_output=True, text=True, check=True, timeout=280)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return answers
