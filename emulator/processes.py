"""One part as a child process: its lines, its readiness, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from emulator.layout import ROOT
from emulator.lifeline import die_with_parent, usable_here

GRACE_SECONDS: Final = 3.0
_POLL_SECONDS: Final = 0.02


class Child:
    """A part that runs in a process group of its own, and ends with us however we end.

    It is ready once it prints a line with `ready_text` in it, by default READY and its name.
    `on_line(part, line)` is called, from a thread, with everything it prints except its READY line.
    """

    def __init__(
        self,
        part: str,
        command: list[str],
        environment: Mapping[str, str],
        on_line: Callable[[str, str], None],
        ready_text: str = "",
    ) -> None:
        self.part = part
        self._ready_text = ready_text or f"READY {part} "
        self._on_line = on_line
        self._ready = threading.Event()
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent if usable_here() else None,
        )
        self._reader = threading.Thread(target=self._read, daemon=True, name=f"{part}-lines")
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process that leads the group."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it has said that it answers."""
        return self._ready.is_set()

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it runs."""
        return self._process.poll()

    def signal(self, number: int) -> None:
        """Send a signal to the whole group; whoever has gone already is not missed."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def end(self, deadline: float) -> None:
        """Wait for the end until the monotonic `deadline`, then kill whatever of the group is left."""
        while self.exit_code is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        self.signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join(GRACE_SECONDS)

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        with self._process.stdout as lines:
            for line in lines:
                if self._ready_text in line:
                    self._ready.set()
                else:
                    self._on_line(self.part, line.rstrip("\n"))


def end_all(children: list[Child], grace_seconds: float = GRACE_SECONDS) -> None:
    """Ask all to stop at once, and kill what has not stopped after the grace period."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    for child in children:
        child.end(deadline)
