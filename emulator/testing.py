"""For tests: a local cloud of its own, in memory and on free ports, for as long as a block lasts."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from signal import SIGKILL
from typing import Final

from emulator import derived
from emulator.commands import command
from emulator.layout import CONFIGURED, EVERY_PART, HOST, PARTS, PROJECT, Layout
from emulator.processes import Child, end_all

READY_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.01
_LINES_SHOWN: Final = 40


class LocalCloud:
    """The running parts. Made by `local_cloud`."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._children: dict[str, Child] = {}
        self._lines: dict[str, list[str]] = {part: [] for part in layout.ports}

    @property
    def project(self) -> str:
        """The project's id."""
        return self._layout.project

    def address(self, part: str) -> str:
        """`host:port` of a part."""
        return self._layout.address(part)

    def url(self, function: str) -> str:
        """Where a function, by its deployed name, answers."""
        return f"{self._layout.functions_url}/{function}"

    def environment(self) -> dict[str, str]:
        """The variables for this process (monkeypatch them in) or for a child that is to use this cloud."""
        return self._layout.environment()

    def child_environment(self) -> dict[str, str]:
        """A whole environment for a child process."""
        return self._layout.child_environment()

    def lines(self, part: str) -> list[str]:
        """What a part has printed so far, over all its lives."""
        return list(self._lines[part])

    def start(self, *parts: str) -> None:
        """Start parts (again), on the ports they have, and wait until they answer, as `wait` does."""
        self.launch(*parts)
        self.wait(*parts)

    def launch(self, *parts: str) -> None:
        """Start parts without waiting for them."""
        for part in parts:
            self._children[part] = Child(
                part, command(part, self._layout), self.child_environment(), lambda name, line: self._add(name, line)
            )

    def wait(self, *parts: str) -> None:
        """Wait until parts answer. Raises RuntimeError with the part's last lines if one does not."""
        deadline = time.monotonic() + READY_SECONDS
        for part in parts:
            child = self._children[part]
            while not child.ready:
                if child.exit_code is not None or time.monotonic() > deadline:
                    shown = "\n".join(self._lines[part][-_LINES_SHOWN:])
                    raise RuntimeError(f"{part} did not get ready (exit code {child.exit_code}):\n{shown}")
                time.sleep(_POLL_SECONDS)

    def kill(self, part: str) -> None:
        """As kill -9: the part gets no chance to finish anything."""
        child = self._children.pop(part)
        child.signal(SIGKILL)
        child.end(time.monotonic())

    def stop(self) -> None:
        """End all parts and wait until they are gone."""
        end_all(list(self._children.values()))
        self._children.clear()

    def _add(self, part: str, line: str) -> None:
        self._lines[part].append(line)


@contextmanager
def local_cloud(
    parts: Collection[str] = PARTS,
    *,
    data: Path | None = None,
    extra: Mapping[str, str] | None = None,
    project: str = PROJECT,
) -> Iterator[LocalCloud]:
    """Run these parts; `data` keeps their state in a directory, `extra` adds variables for all of them. `project` is a
    real one only for services that are not emulated."""
    with ExitStack() as stack:
        run = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="travvy-")))
        chosen = [part for part in EVERY_PART if part in parts]
        ports = dict(zip(chosen, _free_ports(len(chosen)), strict=True))
        layout = Layout(ports, run, data, project, extra=extra or {})
        cloud = LocalCloud(layout)
        stack.callback(cloud.stop)
        cloud.launch(*(part for part in chosen if part not in CONFIGURED))
        if not CONFIGURED.isdisjoint(chosen):
            derived.write(layout)
            cloud.launch(*(part for part in chosen if part in CONFIGURED))
        cloud.wait(*chosen)
        yield cloud


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago: the parts must know each other's before the first of them starts."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
