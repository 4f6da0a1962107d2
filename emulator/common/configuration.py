"""Reading a part's configuration file: JSON with resources in the services' own JSON form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from emulator.common.program import ConfigurationError


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises ConfigurationError, as all of these do."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if not isinstance(value, dict):
        raise ConfigurationError(f"{path}: must be a JSON object")
    return value


def text(config: dict[str, Any], key: str, path: Path) -> str:
    """A string that must be there."""
    value = config.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f'{path}: "{key}" must be a non-empty string')
    return value


def entries(config: dict[str, Any], key: str, path: Path) -> list[Any]:
    """A list; a missing one is empty."""
    value = config.get(key, [])
    if not isinstance(value, list):
        raise ConfigurationError(f'{path}: "{key}" must be a list')
    return value


def message(kind: Any, entry: Any, path: Path) -> Any:
    """The protobuf message of class `kind` from its JSON form."""
    try:
        return json_format.ParseDict(entry, kind())
    except json_format.ParseError as error:
        raise ConfigurationError(f"{path}: {error}") from error
