"""Runs the parts of the local cloud together: all start, all stop, and the gateway comes back when it dies."""

from __future__ import annotations

import signal
import socket
import time
from types import FrameType
from typing import Final

from emulator import derived, official
from emulator.commands import command
from emulator.console import Console
from emulator.layout import CONFIGURED, HOST, Layout, LayoutError, port_variable
from emulator.processes import Child, end_all

START_SECONDS: Final = 60.0
_TICK_SECONDS: Final = 0.05
_RESTART_SECONDS: Final = 1.0


class PartDiedError(Exception):
    """A part ended that the others cannot do without; the message names it and its exit code."""


def check_ports(layout: Layout) -> None:
    """Raise LayoutError naming every port that somebody else has, and the variable that changes it."""
    taken = [part for part, port in layout.ports.items() if not _is_free(port)]
    if taken:
        lines = [f"  {part}: port {layout.ports[part]} is taken; set {port_variable(part)}" for part in taken]
        raise LayoutError("\n".join(["The local cloud cannot start:", *lines]))


class Supervisor:
    """The parts of one layout. Used from the main thread, which the children's lives hang on."""

    def __init__(self, layout: Layout, console: Console) -> None:
        self._layout = layout
        self._console = console
        self._children: dict[str, Child] = {}
        self._asked_to_stop = False

    def run(self) -> None:
        """Start everything, watch it until a signal comes or nobody reads our output any more, and stop it.

        Raises LayoutError or PartDiedError.
        """
        check_ports(self._layout)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            self._start_all()
            while not self._asked_to_stop and not self._console.closed:
                self._look_after()
                time.sleep(_TICK_SECONDS)
        finally:
            self._console.line("travvy", "stopping")
            end_all(list(self._children.values()))

    def _start_all(self) -> None:
        """Parts that take no configuration start first; reading the registry for the others costs about a second."""
        began = time.monotonic()
        replaced = official.REPLACED if self._layout.emulator == "firebase" else ()
        own = [part for part in self._layout.ports if part not in replaced]
        if len(own) < len(self._layout.ports):
            self._start(official.NAME)
        for part in own:
            if part not in CONFIGURED:
                self._start(part)
        if not CONFIGURED.isdisjoint(self._layout.ports):
            derived.write(self._layout)
        for part in own:
            if part in CONFIGURED:
                self._start(part)
        while not self._asked_to_stop and not all(child.ready for child in self._children.values()):
            self._refuse_deaths(frozenset())
            if time.monotonic() > began + START_SECONDS:
                late = ", ".join(part for part, child in self._children.items() if not child.ready)
                raise PartDiedError(f"not ready after {START_SECONDS:g} s: {late}")
            time.sleep(_TICK_SECONDS)
        if not self._asked_to_stop:
            if "pubsub" in self._layout.ports and "pubsub" in replaced:
                official.make_resources(self._layout.address("pubsub"), self._layout.run / "pubsub.json")
            self._greet(time.monotonic() - began)

    def _greet(self, seconds: float) -> None:
        self._console.line("travvy", f"up in {seconds:.1f} s, project {self._layout.project}; Ctrl-C stops everything")
        for part in self._layout.ports:
            self._console.line("travvy", f"{part:<10} {self._layout.address(part)}")
        if "gateway" in self._layout.ports:
            self._console.line("travvy", f"functions  {self._layout.functions_url}/<name>")
            self._console.line("travvy", f"read them  http://{self._layout.address('gateway')}/docs/")

    def _look_after(self) -> None:
        self._refuse_deaths(frozenset({"gateway"}))
        gateway = self._children.get("gateway")
        if gateway is not None and gateway.exit_code is not None:
            self._console.line("travvy", f"gateway ended with {_ending(gateway)}; starting it again")
            gateway.end(time.monotonic())
            self._pause(_RESTART_SECONDS)
            if not self._asked_to_stop:
                self._start("gateway")

    def _refuse_deaths(self, except_for: frozenset[str]) -> None:
        for part, child in self._children.items():
            if child.exit_code is not None and part not in except_for:
                raise PartDiedError(f"{part} ended with {_ending(child)}, and nothing works without it")

    def _start(self, part: str) -> None:
        if part == official.NAME:
            program, ready_text = official.command(self._layout), official.READY
        else:
            program, ready_text = command(part, self._layout), ""
        try:
            environment = self._layout.child_environment()
            self._children[part] = Child(part, program, environment, self._console.line, ready_text)
        except FileNotFoundError as error:
            raise PartDiedError(f"{part} cannot start: there is no program {program[0]}") from error

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._asked_to_stop and time.monotonic() < until:
            time.sleep(_TICK_SECONDS)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._asked_to_stop = True


def _ending(child: Child) -> str:
    code = child.exit_code
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
