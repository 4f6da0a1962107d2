"""A function's process does not go through all that it has loaded again and again."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOADED = """
import gc, main
main.health
print(gc.get_freeze_count() > 20_000, gc.get_threshold()[0] > 5_000)
"""


def test_what_a_function_has_loaded_is_left_to_itself() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["True", "True"]
