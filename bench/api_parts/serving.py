"""Functions under functions-framework, each in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
_LINES_SHOWN = 40


class Server:
    """A function on its way to answering. What it prints goes to a file: reading it here would take time from both."""

    def __init__(self, target: str, source: Path, environment: Mapping[str, str], printed: Path) -> None:
        self._target = target
        self._printed = printed
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        program = str(Path(sys.executable).parent / "functions-framework")
        where = ["--target", target, "--source", str(source), "--host", "127.0.0.1", "--port", str(self._port)]
        with printed.open("wb") as file:
            self._process = subprocess.Popen(
                [program, *where],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        """`host:port`, as soon as it answers there. Raises RuntimeError if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=1):
                    return f"127.0.0.1:{self._port}"
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self._target} did not start:\n{self.last_lines()}") from None
                time.sleep(0.02)

    def last_lines(self) -> str:
        """What it printed last."""
        return "\n".join(self._printed.read_text(errors="replace").splitlines()[-_LINES_SHOWN:])

    def end(self) -> None:
        """End it, and wait until it has gone."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def served(target: str, source: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """A function that runs for as long as the block; it may not answer yet when the block begins."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(target, source, environment, Path(folder) / "printed")
        try:
            yield server
        except Exception as error:
            error.add_note(server.last_lines())
            raise
        finally:
            server.end()
