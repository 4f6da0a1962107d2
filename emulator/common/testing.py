"""For tests: parts of the emulator as processes of their own, and a real HTTP server to send to."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from emulator.lifeline import die_with_parent, usable_here

STOP_SECONDS = 30.0
WAIT_SECONDS = 60.0
POLL_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Program:
    """A running part: where it answers, and its process."""

    process: subprocess.Popen[str]
    host: str
    port: int

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def kill(self) -> None:
        """As kill -9."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)


@contextmanager
def program(part: str, *options: str, port: int = 0) -> Iterator[Program]:
    """Runs `python -m emulator.<part>` on a free port (or `port`) until the block ends."""
    command = [sys.executable, "-m", f"emulator.{part}", "--port", str(port), *options]
    lifeline = die_with_parent if usable_here() else None
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lifeline)
    try:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        words = process.stdout.readline().split()
        if words[:2] != ["READY", part]:
            raise RuntimeError(f"{' '.join(command)} did not get ready: exit code {process.wait(STOP_SECONDS)}")
        host, _, bound = words[2].rpartition(":")
        yield Program(process, host, int(bound))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.communicate()


@contextmanager
def configured(
    part: str, config: Mapping[str, Any] | None, *options: str, flag: str = "--config", port: int = 0
) -> Iterator[Program]:
    """Like `program`, with a configuration file (option `flag`) that holds `config`, unless that is None."""
    with tempfile.TemporaryDirectory() as directory:
        if config is not None:
            path = Path(directory, f"{part}.json")
            path.write_text(json.dumps(config), "utf-8")
            options = (*options, flag, str(path))
        with program(part, *options, port=port) as started:
            yield started


@dataclass(frozen=True, slots=True)
class Received:
    """One request that a target got; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)


class Target:
    """A real HTTP server that records what it gets and answers with the status that `answer` says (200 unless told);
    None breaks the connection off, as a server that is killed does."""

    def __init__(self, port: int = 0) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received], int | None] = lambda _: 200
        self.headers: dict[str, str] = {}
        target = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                names = {name.lower(): value for name, value in self.headers.items()}
                request = Received(self.command, self.path, names, body)
                target.received.append(request)
                status = target.answer(request)
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in target.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815 - the base class's names

            def log_message(self, format: str, *args: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait(self, count: int) -> list[Received]:
        """What was received, once it is at least `count` requests."""
        until(lambda: len(self.received) >= count)
        return self.received

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def target(port: int = 0) -> Iterator[Target]:
    """A Target for the length of the block."""
    server = Target(port)
    try:
        yield server
    finally:
        server.close()


def until(condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Returns when the condition holds. Raises TimeoutError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the condition did not come true")
        time.sleep(POLL_SECONDS)
