"""What the supervisor shows: each part's lines under its name, structured logs in a readable form."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any, Final

_COLOURS: Final = {
    "firestore": 33,
    "auth": 32,
    "gemini": 35,
    "vision": 92,
    "speech": 93,
    "maps": 96,
    "storage": 31,
    "gateway": 36,
    "pubsub": 34,
    "tasks": 95,
    "scheduler": 94,
    "firebase": 33,
    "travvy": 1,
}
_WIDTH: Final = max(map(len, _COLOURS))
_SHOWN_ELSEWHERE: Final = ("message", "severity", "function", "code", "ms", "stack_trace")


class Console:
    """Prints lines, one at a time, whichever thread they come from."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self._lock = threading.Lock()
        self.closed = False

    def line(self, part: str, text: str) -> None:
        """Print a line of a part. Once nobody reads any more, `closed` is set and lines are dropped."""
        name = part.ljust(_WIDTH)
        if self._coloured:
            name = f"\x1b[{_COLOURS[part]}m{name}\x1b[0m"
        rows = "".join(f"{name} │ {row}\n" for row in readable(text).splitlines() or [""])
        with self._lock:
            if self.closed:
                return
            try:
                sys.stdout.write(rows)
                sys.stdout.flush()
            except BrokenPipeError:
                self.closed = True


def readable(text: str) -> str:
    """A structured log line as a person reads it; anything else as it is."""
    if not text.startswith("{"):
        return text
    try:
        entry: dict[str, Any] = json.loads(text)
    except ValueError:
        return text
    if "severity" not in entry or "message" not in entry:
        return text
    fields = {name: value for name, value in entry.items() if name not in _SHOWN_ELSEWHERE and "googleapis" not in name}
    severity = "" if entry["severity"] == "INFO" else f"{entry['severity']} "
    shown = " ".join([f"{severity}{entry['message']}", *(f"{name}={value}" for name, value in fields.items())])
    return f"{shown}\n{entry['stack_trace'].rstrip()}" if "stack_trace" in entry else shown
