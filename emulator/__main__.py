"""`python -m emulator [--data DIR] [--only PARTS] [--without PARTS] [--also PARTS]`: the local cloud, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Literal

from emulator import official
from emulator.common.program import EXIT_PORT_TAKEN
from emulator.console import Console
from emulator.layout import EVERY_PART, EXTRA_PORTS, PARTS, ROOT, Layout, LayoutError, port_of, port_variable
from emulator.supervisor import PartDiedError, Supervisor


def main() -> int:
    """Run until stopped. Returns 0, 1 if a part died, or 3 if the layout is impossible."""
    options = _options()
    try:
        wanted = {*options.only, *options.also}.difference(options.without)
        chosen = [part for part in EVERY_PART if part in wanted]
        ports = {part: port_of(part, os.environ) for part in chosen}
        run = options.data / "run" if options.data else ROOT / ".travvy" / "run"
        emulator = _emulator(options)
        Supervisor(Layout(ports, run, options.data, emulator=emulator), Console()).run()
    except LayoutError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_PORT_TAKEN
    except PartDiedError as error:
        sys.stderr.write(f"travvy: {error}\n")
        return 1
    return 0


def _emulator(options: argparse.Namespace) -> Literal["local", "firebase"]:
    match os.environ.get("TRAVVY_EMULATOR", "local"):
        case "local":
            return "local"
        case "firebase":
            if options.data:
                raise LayoutError("--data is for our own emulators, not for TRAVVY_EMULATOR=firebase")
            official.check_tools()
            return "firebase"
        case other:
            raise LayoutError(f"TRAVVY_EMULATOR must be local or firebase, not {other!r}")


def _options() -> argparse.Namespace:
    variables = ", ".join(port_variable(part) for part in EVERY_PART)
    parser = argparse.ArgumentParser(
        prog="python -m emulator",
        description="Google Cloud and the functions on one machine.",
        epilog=f"Ports are changed by {variables}.",
    )
    parser.add_argument("--data", type=Path, help="directory that survives a restart (default: keep in memory)")
    parser.add_argument("--only", type=_parts, default=PARTS, help="parts to start, separated by commas")
    parser.add_argument("--without", type=_parts, default=(), help="parts not to start, separated by commas")
    extra = f"parts to start besides, which are off unless named: {', '.join(EXTRA_PORTS)}"
    parser.add_argument("--also", type=_parts, default=(), help=extra)
    options = parser.parse_args()
    options.data = options.data.resolve() if options.data else None
    return options


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split(","))
    unknown = [part or "''" for part in parts if part not in EVERY_PART]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(unknown)}; there are {', '.join(EVERY_PART)}")
    return parts


if __name__ == "__main__":
    sys.exit(main())
