"""Answers of a service in its own JSON form: those that its stand-in has on file, and those that tests bring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from emulator.common.rpc import invalid


class Recorded:
    """The JSON files of a directory, as messages of the raw protobuf class `kind`."""

    def __init__(self, kind: Any, directory: Path) -> None:
        self._kind = kind
        self._directory = directory

    def named(self, name: str) -> Any:
        """The answer of this name, which must be one of the directory's."""
        return self.parsed(json.loads((self._directory / f"{name}.json").read_bytes()))

    def parsed(self, answer: Any) -> Any:
        """The message of a JSON value. Raises StatusError (INVALID_ARGUMENT)."""
        try:
            return json_format.ParseDict(answer, self._kind())
        except (json_format.ParseError, TypeError, AttributeError) as error:
            raise invalid(f"Not an answer of the service: {error}") from None
