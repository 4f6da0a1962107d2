"""Two signed-in travellers share a trip, ask for a plan in their own words, watch it appear, and change it.

make demo                                      against a running local cloud, or one of its own
make demo ARGS='"A weekend in Lisbon"'         another wish
"""

import argparse
import os
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
from rich.console import Console

from clients.python.backend import Backend
from clients.python.demo.play import play
from clients.python.session import CallError
from emulator.layout import HOST, PARTS, Layout, port_of
from emulator.testing import local_cloud

WISH = (
    "Five days in Kyoto for three friends in early April: temples, ramen, one lazy morning, "
    "about 900 euros for all of us, must see Fushimi Inari"
)

STARTS_WITHIN = 30.0
"""Seconds."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("wish", nargs="?", default=WISH, help="what the travellers ask for, in their own words")
    parser.add_argument("--page", type=Path, default=Path(".travvy/demo.html"), help="where the map goes")
    options = parser.parse_args()
    console = Console(soft_wrap=True, highlight=False)
    with ExitStack() as stack:
        environment = _running()
        if environment is None:
            console.print("No local cloud is running; starting one for the demo ...")
            environment = stack.enter_context(local_cloud()).environment()
        os.environ.update(environment)
        try:
            play(console, Backend.local(), options.wish, options.page)
        except CallError as error:
            console.print(f"[red]{error.status}[/red] {error.message} ({error.reason})")
            return 1
    return 0


def _running() -> dict[str, str] | None:
    """The addresses of the local cloud on the usual ports, if it answers there."""
    layout = Layout({part: port_of(part, os.environ) for part in PARTS}, Path(".travvy/run"))
    try:
        httpx.get(f"{layout.functions_url}/health", timeout=2).raise_for_status()
    except httpx.HTTPError:
        return None
    _await_all(layout)
    return layout.environment()


def _await_all(layout: Layout) -> None:
    """Of a cloud that has just been started, the functions may answer before what they need does."""
    until = time.monotonic() + STARTS_WITHIN
    for part, port in layout.ports.items():
        while True:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until:
                    sys.exit(f"A local cloud is running, but its {part} does not answer on port {port}")
                time.sleep(0.1)


sys.exit(main())
