"""The emulator for tests: a process of its own on a free port."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator. `address` (host:port) is what FIRESTORE_EMULATOR_HOST takes."""

    address: str
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def reset(self) -> None:
        """Deletes all documents of all projects."""
        self.request("POST", "/reset")

    def request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Sends one HTTP request; raises for any answer but 200."""
        connection = HTTPConnection(self.address, timeout=10)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise RuntimeError(f"{method} {path}: {response.status} {content!r}")
        return content


@contextmanager
def running(
    *,
    rules: Path | None = None,
    indexes: Path | None = None,
    data: Path | None = None,
    index_check: bool = True,
    extra: tuple[str, ...] = (),
) -> Iterator[Emulator]:
    """Starts `python -m emulator.firestore` on a free port and yields it when it answers; stops it at the end."""
    command = [sys.executable, "-m", "emulator.firestore", "--port", "0", *extra]
    for flag, path in (("--rules", rules), ("--indexes", indexes), ("--data", data)):
        if path is not None:
            command += [flag, str(path)]
    if not index_check:
        command.append("--no-index-check")
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith("READY firestore "):
                raise RuntimeError(f"the Firestore emulator did not start (exit code {process.wait(_STOP_SECONDS)})")
            yield Emulator(line.split()[2], process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
