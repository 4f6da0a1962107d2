"""The unchanged JavaScript SDK: in Node (gRPC), its lite build (REST), and in a browser (WebChannel and REST)."""

import json
import os
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from emulator.firestore.testing import Emulator, running
from tests.emulator.http.browser import SDK, run_page
from tests.support.browser import CHROMIUM

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")


def test_in_node(emulator: Emulator) -> None:
    command = ["node", str(SDK / "node.mjs"), emulator.address]
    run = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stderr
    check(json.loads(run.stdout))


def test_lite(emulator: Emulator) -> None:
    environment = {**os.environ, "FIRESTORE_EMULATOR_HOST": emulator.address}
    command = ["node", "--test", "--test-reporter=tap", str(SDK / "lite.test.mjs")]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_restart_of_the_server(tmp_path: Path) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(running(data=tmp_path))
        command = ["node", str(SDK / "restart.mjs"), first.address]
        node = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        stack.callback(node.kill)
        assert node.stdin and node.stdout
        assert node.stdout.readline() == "following\n"
        first.process.kill()
        first.process.wait()
        port = first.address.partition(":")[2]
        stack.enter_context(running(data=tmp_path, extra=("--port", port)))
        node.stdin.write("\n")
        node.stdin.flush()
        assert node.stdout.readline() == "caught up\n"


@in_browser
def test_in_a_browser(emulator: Emulator) -> None:
    check(run_page({"address": emulator.address}))


@in_browser
def test_in_a_browser_behind_a_proxy_that_holds_back_streams(emulator: Emulator) -> None:
    names = ["follow documents and a query", "follow many documents at once", "work offline and catch up"]
    settings = {"experimentalForceLongPolling": True}
    check(run_page({"address": emulator.address, "settings": settings, "names": names}))


def check(outcomes: dict[str, str | None]) -> None:
    assert outcomes
    failures = {name: failure for name, failure in outcomes.items() if failure is not None}
    assert not failures, "\n\n".join(f"{name}: {failure}" for name, failure in failures.items())
