"""How every part behaves as a program: one READY line, signals, exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import emulator.pubsub.__main__
import emulator.scheduler.__main__
import emulator.tasks.__main__

MAINS: dict[str, Callable[[], int]] = {
    "tasks": emulator.tasks.__main__.main,
    "pubsub": emulator.pubsub.__main__.main,
    "scheduler": emulator.scheduler.__main__.main,
}


@pytest.mark.parametrize(
    ("part", "number"), [("tasks", signal.SIGTERM), ("pubsub", signal.SIGINT), ("scheduler", signal.SIGTERM)]
)
def test_life_of_a_part(part: str, number: signal.Signals, tmp_path: Path) -> None:
    """READY once and nothing else; a second one on the port ends with 3 and one line; a signal ends it with 0."""
    (tmp_path / "schedules.json").write_text('{"jobs": []}', "utf-8")
    options = ["--schedules", str(tmp_path / "schedules.json")] if part == "scheduler" else []
    command = [sys.executable, "-m", f"emulator.{part}", *options, "--port"]
    with subprocess.Popen([*command, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        ready, name, address = first.stdout.readline().split()
        host, _, port = address.rpartition(":")
        assert (ready, name, host) == ("READY", part, "127.0.0.1")

        second = subprocess.run([*command, port], capture_output=True, text=True, timeout=200, check=False)
        assert (second.returncode, second.stdout) == (3, "")
        (line,) = second.stderr.splitlines()
        assert f"port {port}" in line
        assert "--port" in line

        first.send_signal(number)
        out, err = first.communicate(timeout=90)
        assert (first.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    ("part", "config", "word"),
    [
        ("tasks", {"project": "p", "location": "l", "queues": [{"name": "a b"}]}, "a b"),
        ("tasks", {"project": "p", "location": "l", "queues": [{"nmae": "a"}]}, "nmae"),
        ("tasks", {"location": "l"}, "project"),
        ("tasks", [], "object"),
        ("pubsub", {"project": "p", "subscriptions": [{"name": "sub", "topic": "gone"}]}, "gone"),
        ("pubsub", {"project": "p", "topics": ["a?"]}, "a?"),
        ("scheduler", {"jobs": [{"name": "j", "schedule": "often"}]}, "often"),
        ("scheduler", {"jobs": {}}, "list"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused(
    part: str,
    config: object,
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(config), "utf-8")
    monkeypatch.setattr(sys, "argv", [part, "--port", "0", "--config", str(path)])
    assert MAINS[part]() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert str(path) in err
    assert word in err


BUSY = """
import asyncio, sys, time
from emulator.common.program import run

class Busy:
    async def start(self, host, port):
        self.work = asyncio.create_task(asyncio.to_thread(time.sleep, 600))
        return port

    async def stop(self):
        self.work.cancel()

sys.exit(run("busy", Busy(), host="127.0.0.1", port=1))
"""


def test_a_signal_ends_a_part_whose_threads_are_at_work() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) as busy:
        assert busy.stdout is not None
        assert busy.stdout.readline().split()[:2] == ["READY", "busy"]
        busy.send_signal(signal.SIGTERM)
        assert busy.wait(60) == 0
