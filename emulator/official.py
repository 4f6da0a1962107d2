"""Google's own emulators of Auth, Firestore and Pub/Sub in the place of ours: `TRAVVY_EMULATOR=firebase`.

They are one process, `firebase emulators:start`, which needs Java and downloads two of them when it first starts.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from operator import methodcaller
from pathlib import Path
from typing import Final

from grpc import RpcError, StatusCode, insecure_channel

from emulator.layout import HOST, ROOT, Layout, LayoutError
from emulator.pubsub.config import read_setup

NAME: Final = "firebase"
REPLACED: Final = ("auth", "firestore", "pubsub")
READY: Final = "All emulators ready"
"""What it prints when all of them answer."""
_LEAST_JAVA: Final = 21
_CALL_SECONDS: Final = 10
_FILES: Final = ("firestore.rules", "firestore.indexes.json")


def check_tools() -> None:
    """Raise LayoutError, naming everything that is missing, if Google's emulators cannot run here."""
    missing = []
    if _program() is None:
        missing.append("  firebase: not installed; `make setup`, or npm install --global firebase-tools")
    java = _java_version()
    if java is None:
        missing.append(f"  java: not installed; Google's emulators need version {_LEAST_JAVA} or later")
    elif java < _LEAST_JAVA:
        missing.append(f"  java: version {java} is too old; Google's emulators need {_LEAST_JAVA} or later")
    if missing:
        raise LayoutError("\n".join(["TRAVVY_EMULATOR=firebase cannot start:", *missing]))


def command(layout: Layout) -> list[str]:
    """The program and arguments; writes its configuration, with our rules and indexes, into the run directory."""
    parts = [part for part in REPLACED if part in layout.ports]
    layout.run.mkdir(parents=True, exist_ok=True)
    for name in _FILES:
        shutil.copyfile(ROOT / name, layout.run / name)
    emulators: dict[str, object] = {part: {"host": HOST, "port": layout.ports[part]} for part in parts}
    config = {
        "firestore": dict(zip(("rules", "indexes"), _FILES, strict=True)),
        "emulators": emulators | {"ui": {"enabled": False}, "singleProjectMode": False},
    }
    path = layout.run / "firebase.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    start = [_program() or NAME, "emulators:start", "--only", ",".join(parts), "--config", str(path)]
    return [*start, "--project", layout.project]


def make_resources(address: str, path: Path) -> None:
    """Make the topics and subscriptions of a file at the Pub/Sub there, but for those that exist."""
    setup = read_setup(path)
    with insecure_channel(address) as channel:
        for method, messages in (
            ("Publisher/CreateTopic", setup.topics),
            ("Subscriber/CreateSubscription", setup.subscriptions),
        ):
            call = channel.unary_unary(f"/google.pubsub.v1.{method}", methodcaller("SerializeToString"), bytes)
            for message in messages:
                try:
                    call(message, timeout=_CALL_SECONDS)
                except RpcError as error:
                    if error.code() is not StatusCode.ALREADY_EXISTS:
                        raise


def _program() -> str | None:
    ours = ROOT / "node_modules" / ".bin" / NAME
    return str(ours) if ours.exists() else shutil.which(NAME)


def _java_version() -> int | None:
    try:
        told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(found[1]) if found else None
