"""The stand-in as a program: it says when it is ready, which port is taken, and stops when told."""

import signal
import subprocess
import sys
import threading
from contextlib import suppress

import httpx

from emulator.common.testing import program, until
from emulator.gemini.testing import StandIn, standin


def test_a_taken_port_is_named(gemini: StandIn) -> None:
    port = gemini.url.rpartition(":")[2]
    command = [sys.executable, "-m", "emulator.gemini", "--port", port]
    second = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert second.returncode == 3
    assert port in second.stderr and second.stderr.count("\n") == 1


def test_it_stops_when_told() -> None:
    with program("gemini") as one:
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(timeout=60) == 0


def test_it_stops_while_an_answer_is_slow() -> None:
    with program("gemini") as one:
        slow = StandIn(one.address)
        body = {"contents": [{"parts": [{"text": "Rome"}]}]}
        headers = {"x-goog-api-key": "local", "x-travvy-fault": "slow:60"}
        path = "/v1beta/models/gemini-2.5-flash:generateContent"

        def ask() -> None:
            with suppress(httpx.TransportError):
                slow.http.post(path, json=body, headers=headers)

        asking = threading.Thread(target=ask)
        asking.start()
        until(slow.requests)
        one.process.terminate()
        assert one.process.wait(timeout=60) == 0
        asking.join()


def test_tests_can_run_it() -> None:
    with standin() as one:
        assert one.requests() == []
