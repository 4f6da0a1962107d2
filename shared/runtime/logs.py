"""Structured logs: one JSON object a line, as Cloud Logging reads them.

Log facts, never people: uids and document ids are fine; e-mail addresses, tokens and what people wrote are not.
"""

import sys
import threading
import traceback
from contextvars import ContextVar
from typing import Final

from shared.runtime import trace
from shared.runtime.settings import settings
from shared.runtime.wire import encode_plain

_labels: ContextVar[dict[str, str] | None] = ContextVar("labels", default=None)
_lock: Final = threading.Lock()


def label(**labels: str) -> None:
    """Add labels to every line that this request still writes."""
    _labels.set({**(_labels.get() or {}), **labels})


def reset_labels() -> None:
    """Forget the labels: a new request begins."""
    _labels.set(None)


class Log:
    """Writes lines of one severity each. A field's value is anything that JSON has a form for."""

    def debug(self, message: str, **fields: object) -> None:
        """For whoever looks closely."""
        _write("DEBUG", message, fields)

    def info(self, message: str, **fields: object) -> None:
        """Ordinary progress."""
        _write("INFO", message, fields)

    def warning(self, message: str, **fields: object) -> None:
        """Unusual, and handled."""
        _write("WARNING", message, fields)

    def error(self, message: str, **fields: object) -> None:
        """Somebody should look."""
        _write("ERROR", message, fields)

    def exception(self, message: str, error: BaseException, **fields: object) -> None:
        """Somebody should look at this stack. It goes where Error Reporting finds it."""
        stack = "".join(traceback.format_exception(error))
        _write("ERROR", message, {**fields, "stack_trace": stack})


log: Final = Log()


def _write(severity: str, message: str, fields: dict[str, object]) -> None:
    current = trace.current()
    line: dict[str, object] = {
        **fields,
        "severity": severity,
        "message": message,
        "logging.googleapis.com/trace": f"projects/{settings().project}/traces/{current.trace_id}",
        "logging.googleapis.com/spanId": current.span_id,
        "logging.googleapis.com/trace_sampled": current.sampled,
    }
    labels = _labels.get()
    if labels:
        line["logging.googleapis.com/labels"] = labels
    text = encode_plain(line).decode()
    with _lock:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
