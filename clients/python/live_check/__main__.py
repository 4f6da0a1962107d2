"""Walks through the assistant's journeys on a local run, with Google's real Gemini, Maps, Vision and Speech behind it.

    make live-check [ARGS=--stand-ins]

It needs GEMINI_API_KEY, TRAVVY_MAPS_API_KEY (with Routes and Places enabled), and credentials of a Google Cloud project
with Cloud Vision and Speech-to-Text enabled (GOOGLE_APPLICATION_CREDENTIALS: a file). It costs a few cents. What
is missing is said, and the rest is checked. Ends with 0 if everything was seen, 1 if a step failed, and 2 if a step
could not be tried. `--stand-ins` checks the journey itself, against the local stand-ins, without any key.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clients.python.backend import Backend
from clients.python.live_check.journey import CheckError, Journey
from clients.python.live_check.steps import STEPS, Service
from clients.python.session import CallError
from emulator.layout import EVERY_PART, PROJECT
from emulator.testing import local_cloud

VARIABLES: Final[Mapping[Service, str]] = {
    "gemini": "GEMINI_API_KEY",
    "maps": "TRAVVY_MAPS_API_KEY",
    "google": "GOOGLE_APPLICATION_CREDENTIALS",
}
_STAND_INS: Final[Mapping[Service, tuple[str, ...]]] = {
    "gemini": ("gemini",),
    "maps": ("maps",),
    "google": ("vision", "speech"),
}
PASSED, FAILED, MISSING = 0, 1, 2


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run the steps whose services are there; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m clients.python.live_check")
    parser.add_argument("--stand-ins", action="store_true", help="check the journey itself, without any key")
    options = parser.parse_args(arguments)
    missing = [] if options.stand_ins else [service for service, name in VARIABLES.items() if not environment.get(name)]
    for service in missing:
        _say(f"MISSING  {VARIABLES[service]} is not set: nothing that needs {service} is checked")
    if len(missing) == len(VARIABLES):
        return MISSING
    failed = walk(frozenset(missing), stand_ins=options.stand_ins)
    return FAILED if failed else MISSING if missing else PASSED


def real_project(environment: Mapping[str, str]) -> str:
    """The project that the credentials are of, or GOOGLE_CLOUD_PROJECT: Speech-to-Text is asked in its name."""
    told = json.loads(Path(environment["GOOGLE_APPLICATION_CREDENTIALS"]).read_text("utf-8"))
    return environment.get("GOOGLE_CLOUD_PROJECT") or told.get("project_id") or told["quota_project_id"]


def walk(missing: frozenset[Service], *, stand_ins: bool) -> bool:
    """Whether a step failed; says how each went."""
    real = (
        set()
        if stand_ins
        else {part for service in _STAND_INS if service not in missing for part in _STAND_INS[service]}
    )
    parts = [part for part in EVERY_PART if part not in real and (part != "maps" or stand_ins)]
    failed = False
    with local_cloud(parts, project=PROJECT if stand_ins or "google" in missing else real_project(os.environ)) as cloud:
        os.environ.update(cloud.environment())
        journey = Journey.begin(Backend.local(cloud.environment()))
        for step in STEPS:
            if step.needs in missing:
                _say(f"SKIPPED  {step.name}: needs {VARIABLES[step.needs]}")
                continue
            start = time.monotonic()
            try:
                seen = step.run(journey)
            except (CheckError, CallError) as error:
                failed = True
                _say(f"FAILED   {step.name} ({time.monotonic() - start:.1f} s): {error}")
            else:
                _say(f"PASSED   {step.name} ({time.monotonic() - start:.1f} s): {seen}")
    return failed


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
