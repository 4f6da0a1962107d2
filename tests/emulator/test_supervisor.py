"""`python -m emulator`: everything starts, everything ends, whoever is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from emulator import official
from emulator.console import readable
from emulator.layout import PARTS, ROOT
from emulator.pubsub import testing as pubsub
from emulator.testing import local_cloud
from tests.support.waiting import eventually

WAIT_SECONDS = 90


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def descendants(ancestor: int) -> dict[int, str]:
    """The processes below one, and their command lines."""
    table = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in table.splitlines()]
    found: dict[int, str] = {}
    wanted = {ancestor}
    while wanted:
        children = {int(row[0]): row[2] for row in rows if int(row[1]) in wanted}
        wanted = children.keys() - found.keys()
        found |= children
    return found


def alive(pids: Any) -> list[int]:
    """Those that still run; a zombie does not."""
    states = subprocess.run(["ps", "-e", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    running = {int(line.split()[0]) for line in states.splitlines() if not line.split()[1].startswith("Z")}
    return [pid for pid in pids if pid in running]


class Run:
    """One supervisor and what it has printed."""

    def __init__(self, *options: str) -> None:
        self.ports = dict(zip(PARTS, free_ports(len(PARTS)), strict=True))
        moved = {f"TRAVVY_{part.upper()}_PORT": str(port) for part, port in self.ports.items()}
        self._output = os.memfd_create("output")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *options],
            cwd=ROOT,
            env=os.environ | moved,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    @property
    def text(self) -> str:
        return os.pread(self._output, 1_000_000, 0).decode()

    def wait_for(self, text: str) -> None:
        eventually(lambda: text in self.text or self.process.poll() is not None)
        assert text in self.text

    def exit_code(self) -> int:
        return self.process.wait(WAIT_SECONDS)

    def health(self) -> bool:
        url = f"http://127.0.0.1:{self.ports['gateway']}/demo-travvy/us-central1/health"
        try:
            return httpx.get(url).status_code == 200
        except httpx.TransportError:
            return False

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(WAIT_SECONDS)
        os.close(self._output)


@contextmanager
def supervisor(*options: str) -> Iterator[Run]:
    run = Run(*options)
    try:
        yield run
    finally:
        run.close()


def test_gateway_comes_back_and_ctrl_c_leaves_nothing():
    with supervisor("--only", "gemini,gateway") as run:
        run.wait_for("up in")
        assert run.health()
        gateways = [pid for pid, line in descendants(run.process.pid).items() if "emulator.gateway" in line]
        for pid in gateways:
            os.kill(pid, signal.SIGKILL)
        run.wait_for("gateway ended with signal 9; starting it again")
        eventually(run.health)
        children = descendants(run.process.pid)
        assert len(children) >= 3
        run.process.send_signal(signal.SIGINT)
        assert run.exit_code() == 0
        assert alive(children) == []


def test_children_do_not_outlive_a_killed_supervisor():
    with supervisor("--only", "gateway,auth") as run:
        run.wait_for("up in")
        children = descendants(run.process.pid)
        assert len(children) >= 3
        run.process.kill()
        run.exit_code()
        eventually(lambda: alive(children) == [])


def test_another_part_that_dies_is_named_and_ends_the_rest():
    with supervisor("--only", "gemini,auth") as run:
        run.wait_for(f"auth       127.0.0.1:{run.ports['auth']}")
        assert "functions" not in run.text
        children = descendants(run.process.pid)
        os.kill(next(pid for pid, line in children.items() if "auth.mjs" in line), signal.SIGKILL)
        assert run.exit_code() == 1
        assert "auth ended with signal 9" in run.text
        assert alive(children) == []


def test_nothing_is_left_even_if_nobody_reads_its_output():
    variables = {"TRAVVY_GEMINI_PORT": str(free_ports(1)[0])}
    command = [sys.executable, "-m", "emulator", "--only", "gemini"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | variables, stdout=subprocess.PIPE, text=True) as process:
        assert "up in" in process.stdout.readline()
        children = descendants(process.pid)
        assert len(children) >= 1
        process.stdout.close()
        process.terminate()
        assert process.wait(WAIT_SECONDS) == 0
        assert alive(children) == []


def test_taken_port_is_named_with_its_variable_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        moved = {"TRAVVY_PUBSUB_PORT": str(port)}
        command = [sys.executable, "-m", "emulator", "--only", "pubsub"]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | moved, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert f"pubsub: port {port} is taken; set TRAVVY_PUBSUB_PORT" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("options", "variables", "code", "message"),
    [
        (["--only", "firestore,nonsense"], {}, 2, "no such part: nonsense"),
        (["--only", "firestore,,auth"], {}, 2, "no such part: ''"),
        (["--only", "auth"], {"TRAVVY_EMULATOR": "mine"}, 3, "TRAVVY_EMULATOR must be local or firebase"),
        (["--data", "x"], {"TRAVVY_EMULATOR": "firebase"}, 3, "--data is for our own emulators"),
        (["--only", "auth"], {"TRAVVY_AUTH_PORT": "many"}, 3, "TRAVVY_AUTH_PORT must be a port number"),
    ],
)
def test_impossible_requests(options, variables, code, message):
    done = start(*options, **variables)
    assert done.returncode == code
    assert message in done.stderr


def test_accounts_survive_a_restart(tmp_path):
    def accounts(cloud, action: str, **body: Any) -> httpx.Response:
        url = f"http://{cloud.address('auth')}/identitytoolkit.googleapis.com/v1/accounts:{action}?key=any"
        return httpx.post(url, json=body)

    person = {"email": "anna@example.com", "password": "correct horse"}
    with local_cloud({"auth"}, data=tmp_path) as cloud:
        accounts(cloud, "signUp", **person).raise_for_status()
    with local_cloud({"auth"}, data=tmp_path) as cloud:
        assert accounts(cloud, "signInWithPassword", **person).json()["email"] == "anna@example.com"


def test_a_part_that_does_not_start_is_reported_with_what_it_said(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(RuntimeError, match="auth did not get ready"), local_cloud({"auth"}, data=file):
        pass


def test_structured_logs_are_shown_readably():
    fields = {"severity": "ERROR", "message": "it broke", "uid": "u", "stack_trace": "a\nb\n"}
    line = json.dumps(fields | {"logging.googleapis.com/trace": "t"})
    assert readable(line) == "ERROR it broke uid=u\na\nb"
    assert readable("plain") == "plain"
    assert readable('{"other": 1}') == '{"other": 1}'
    assert readable("{broken") == "{broken"


def test_googles_emulators_are_asked_for_and_what_is_missing_is_named(tmp_path):
    """An old Java on the path and nothing else: the supervisor says so, and starts nothing."""
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"17.0.15\" 2025-04-15' >&2\n")
    java.chmod(0o755)
    missing = tmp_path / "empty"
    missing.mkdir()
    for directory, message in ((tmp_path, "java: version 17 is too old"), (missing, "java: not installed")):
        done = start(TRAVVY_EMULATOR="firebase", PATH=f"{directory}")
        assert done.returncode == 3
        assert f"{message}; Google's emulators need" in done.stderr
        assert done.stdout == ""


def start(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emulator", *options]
    return subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, check=False)


def test_googles_pubsub_gets_our_topics_and_subscriptions(tmp_path):
    topic, subscription = f"{pubsub.PROJECT}/topics/trips", f"{pubsub.PROJECT}/subscriptions/sights"
    path = tmp_path / "pubsub.json"
    config = {"project": "demo-travvy", "topics": ["trips"], "subscriptions": [{"name": "sights", "topic": "trips"}]}
    path.write_text(json.dumps(config))
    with pubsub.running() as empty, pubsub.connected(empty.address) as bus:
        for _ in range(2):
            official.make_resources(empty.address, path)
        bus.publish(topic, b"hello")
        assert [received.message.data for received in bus.pull(subscription)] == [b"hello"]
