"""`firestore.rules`, tried with the official web SDK through `@firebase/rules-unit-testing`."""

import ast
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.firestore.rules.ruleset import Ruleset
from emulator.firestore.testing import running

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RULES = ROOT / "firestore.rules"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running() as emulator:
        yield emulator.address


@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_rules(address: str, script: str) -> None:
    environment = {**os.environ, "FIRESTORE_EMULATOR_HOST": address}
    command = ["node", "--test", "--test-reporter=tap", "--test-timeout=180000", str(HERE / script)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_collection_of_the_code_is_tried() -> None:
    script = f"import {{ COLLECTIONS }} from {json.dumps(str(HERE / 'world.mjs'))}; console.log(COLLECTIONS.join(' '))"
    command = ["node", "--input-type=module", "--eval", script]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.split()
    found = {name for path in (ROOT / "shared").rglob("*.py") for name in collections_of(path)}
    assert {"trips", "members", "quotaReceipts", "requests"} <= found
    assert found <= set(tried), "put the missing ones into tests/rules/world.mjs"


def collections_of(path: Path) -> Iterator[str]:
    """The collections that a module names, as in `client.document("trips", trip_id, "members", uid)`."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        if call.func.attr in ("collection", "collection_group", "document"):
            named = [
                one.value for one in call.args[::2] if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            yield from (part for name in named for part in name.split("/")[::2])


def test_they_load_without_a_warning() -> None:
    assert Ruleset.compile(RULES.read_text(encoding="utf-8")).warnings == []
