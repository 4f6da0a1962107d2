"""Runs Google's own system tests for the Python client against the emulator.

    .venv/bin/python tests/emulator/google_system_tests.py [pytest arguments]

They come with the source distribution of google-cloud-firestore, in the version that is installed; it and what the
tests need besides are downloaded into a temporary directory. Tests that the suite skips on Google's emulator for want
of a feature that this one has are run as well; docs/emulator.md names what is left out and why.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from emulator.firestore.testing import running  # noqa: E402 - a script finds the project first

FILES = ("test_system.py", "test_system_async.py")
HELPERS = ("mock", "pytest-asyncio", "google-cloud-testutils")

PLUGIN = """
import os

from google.cloud.firestore import Client
from google.cloud.firestore_v1.vector import Vector

HERE = {
    "Query profile not supported in emulator.",
    "PartitionQuery not implemented in emulator",
    "Require index and seed data",
    "Internal Issue b/137867104",
    "Internal Issue b/137865992",
}


def pytest_sessionstart(session):
    client = Client(os.environ["GCLOUD_PROJECT"])
    for color, embedding in (("red", [1.0, 2.0, 3.0]), ("red", [2.0, 2.0, 3.0]), ("yellow", [3.0, 4.0, 5.0])):
        client.collection("vector_search").add({"color": color, "embedding": Vector(embedding)})


def pytest_collection_modifyitems(config, items):
    enterprise = [item for item in items if "enterprise" in item.nodeid.partition("[")[2]]
    config.hook.pytest_deselected(items=enterprise)
    items[:] = [item for item in items if item not in enterprise]
    for item in items:
        item.own_markers = [
            mark for mark in item.own_markers if mark.name != "skipif" or mark.kwargs.get("reason") not in HERE
        ]
"""


def download(directory: Path) -> Path:
    """The directory with the system tests; raises CalledProcessError when pip cannot get them."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    requirement = f"google-cloud-firestore=={version('google-cloud-firestore')}"
    subprocess.run([*pip, "download", "--no-deps", "--no-binary=:all:", "-d", str(directory), requirement], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--target", str(directory / "helpers"), *HELPERS], check=True)
    (archive,) = directory.glob("google_cloud_firestore-*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(directory, filter="data")
    (directory / "helpers" / "emulator_plugin.py").write_text(PLUGIN)
    return next(directory.glob("google_cloud_firestore-*/tests/system"))


def run(directory: Path, arguments: Sequence[str]) -> int:
    """Runs each file on an emulator of its own; returns the first exit code that is not 0."""
    tests = download(directory)
    options = ["-c", os.devnull, "--rootdir", str(tests), "-p", "no:cacheprovider", "-p", "emulator_plugin"]
    options += ["-W", "ignore", "--assert=plain", "--tb=short", "-q", "--timeout=120"]
    for scope in ("fixture", "test"):
        options += ["-o", f"asyncio_default_{scope}_loop_scope=session"]
    codes = []
    for name in FILES:
        with running() as emulator:
            environment = {
                **os.environ,
                "FIRESTORE_EMULATOR_HOST": emulator.address,
                "GCLOUD_PROJECT": "system-tests",
                "PYTHONPATH": f"{directory / 'helpers'}{os.pathsep}{tests}",
            }
            command = [sys.executable, "-m", "pytest", *options, str(tests / name), *arguments]
            codes.append(subprocess.run(command, cwd=tests, env=environment, check=False).returncode)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        sys.exit(run(Path(temporary), sys.argv[1:]))
