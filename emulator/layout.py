"""Where each part of the local cloud answers, and what that means for whoever talks to it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

ROOT: Final = Path(__file__).parent.parent
HOST: Final = "127.0.0.1"
PROJECT: Final = "demo-travvy"

DEFAULT_PORTS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "firestore": 8080,
        "auth": 9099,
        "gemini": 9399,
        "gateway": 5001,
        "pubsub": 8085,
        "tasks": 9499,
        "scheduler": 9498,
        "vision": 9799,
        "storage": 9199,
        "speech": 9699,
    }
)
PARTS: Final = tuple(DEFAULT_PORTS)
EXTRA_PORTS: Final[Mapping[str, int]] = MappingProxyType({"maps": 9599})
"""Of parts that run only when asked for."""
EVERY_PART: Final = (*PARTS, *EXTRA_PORTS)
CONFIGURED: Final = frozenset({"pubsub", "tasks", "scheduler"})
KEEPING: Final = frozenset({"firestore", "auth", "pubsub", "tasks"})
_NO_PROXY: Final = f"{HOST},localhost"


class LayoutError(Exception):
    """The parts cannot be laid out as asked; the message says which variable or option to change."""


def port_variable(part: str) -> str:
    """The environment variable that moves a part to another port."""
    return f"TRAVVY_{part.upper()}_PORT"


def port_of(part: str, environment: Mapping[str, str]) -> int:
    """The port of a part. Raises LayoutError if its variable is no port."""
    text = environment.get(port_variable(part))
    if text is None:
        return {**DEFAULT_PORTS, **EXTRA_PORTS}[part]
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LayoutError(f"{port_variable(part)} must be a port number from 1 to 65535, not {text!r}")
    return int(text)


@dataclass(frozen=True)
class Layout:
    """The parts that run and their ports; `run` holds derived configuration, `data` what survives a restart. With
    `emulator` "firebase", Google's emulators stand in for some of ours."""

    ports: Mapping[str, int]
    run: Path
    data: Path | None = None
    project: str = PROJECT
    region: str = "us-central1"
    emulator: Literal["local", "firebase"] = "local"
    extra: Mapping[str, str] = field(default_factory=dict)

    def address(self, part: str) -> str:
        """`host:port` of a part."""
        return f"{HOST}:{self.ports[part]}"

    @property
    def functions_url(self) -> str:
        """The base of all functions' URLs."""
        port = self.ports.get("gateway", DEFAULT_PORTS["gateway"])
        return f"http://{HOST}:{port}/{self.project}/{self.region}"

    def environment(self) -> dict[str, str]:
        """The variables that lead the Google client libraries and our settings to this local cloud."""
        variables = {
            "TRAVVY_EMULATOR": self.emulator,
            "GOOGLE_CLOUD_PROJECT": self.project,
            "GCLOUD_PROJECT": self.project,
            "TRAVVY_REGION": self.region,
            "TRAVVY_FUNCTIONS_URL": self.functions_url,
        }
        names = {
            "firestore": "FIRESTORE_EMULATOR_HOST",
            "auth": "FIREBASE_AUTH_EMULATOR_HOST",
            "pubsub": "PUBSUB_EMULATOR_HOST",
            "tasks": "CLOUD_TASKS_EMULATOR_HOST",
            "scheduler": "CLOUD_SCHEDULER_EMULATOR_HOST",
        }
        variables |= {name: self.address(part) for part, name in names.items() if part in self.ports}
        if "gemini" in self.ports:
            variables["TRAVVY_GEMINI_URL"] = f"http://{self.address('gemini')}"
        if "storage" in self.ports:
            variables["STORAGE_EMULATOR_HOST"] = f"http://{self.address('storage')}"
        if "vision" in self.ports:
            variables["TRAVVY_VISION_EMULATOR_HOST"] = self.address("vision")
        if "speech" in self.ports:
            variables["TRAVVY_SPEECH_EMULATOR_HOST"] = self.address("speech")
        if "maps" in self.ports:
            # The key in place of a real one, which must not travel on a plain connection.
            variables |= {"TRAVVY_MAPS_EMULATOR_HOST": self.address("maps"), "TRAVVY_MAPS_API_KEY": "local"}
        return {**variables, **self.extra}

    def child_environment(self) -> dict[str, str]:
        """Everything a part or a function process needs: ours, these variables, and no proxy to this machine."""
        inherited = dict(os.environ)
        for name in ("no_proxy", "NO_PROXY"):
            inherited[name] = ",".join(filter(None, (inherited.get(name), _NO_PROXY)))
        paths = [str(ROOT), inherited.get("PYTHONPATH")]
        inherited["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        return inherited | {"PYTHONUNBUFFERED": "1"} | self.environment()
