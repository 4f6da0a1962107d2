"""Document triggers: each change of a document, as a CloudEvent, to the functions that ask for it.

Binary content mode with a protobuf DocumentEventData, as Eventarc sends it; delivered at least once, with growing
pauses after a failure, independently of other events.
"""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from emulator.common.backoff import exponential
from emulator.firestore import values
from emulator.firestore.clock import to_datetime
from emulator.firestore.paths import FieldPath, format_field_path, relative
from emulator.firestore.protos import DocumentMask, Value
from emulator.firestore.storage import Change

PREFIX = "google.cloud.firestore.document.v1."
_KINDS = ("created", "updated", "deleted", "written")
_LOCATION = "us-central1"
_DEADLINE_SECONDS = 540
_FIRST_PAUSE, _LONGEST_PAUSE, _ATTEMPTS = 0.1, 60.0, 20


class TriggerError(Exception):
    """The triggers file cannot be used; the message says why."""


class Answer(Protocol):
    """What came back."""

    @property
    def ok(self) -> bool: ...


class Sender(Protocol):
    """Posts an event; `emulator.common.outgoing.Outgoing` is one."""

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes, timeout_seconds: float
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Trigger:
    """`kind` is created, updated, deleted or written; `pattern` matches paths below documents/."""

    kind: str
    database: str
    pattern: re.Pattern[str]
    url: str

    def wants(self, kind: str, database: str, path: str) -> bool:
        return self.kind in ("written", kind) and self.database == database and self.pattern.match(path) is not None


def load(path: Path) -> tuple[Trigger, ...]:
    """Reads a JSON list of `{"type", "document", "url", "database"}`; `document` may hold `{name}` for one segment and
    `{name=**}` for the rest. Raises TriggerError."""
    try:
        return tuple(map(_trigger, json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TriggerError(f"{path}: {error!r}") from error


def _trigger(entry: Mapping[str, Any]) -> Trigger:
    kind = entry["type"].removeprefix(PREFIX)
    if kind not in _KINDS:
        raise ValueError(f"unknown event type {entry['type']}")
    return Trigger(kind, entry.get("database", "(default)"), compile_pattern(entry["document"]), entry["url"])


def compile_pattern(text: str) -> re.Pattern[str]:
    """A document path pattern as a regular expression."""
    segments = []
    for segment in text.strip("/").split("/"):
        if not segment.startswith("{"):
            segments.append(re.escape(segment))
        else:
            segments.append(".+" if segment.endswith("=**}") else "[^/]+")
    return re.compile("/".join(segments) + r"\Z")


class Dispatcher:
    """Turns changes into events and delivers them."""

    def __init__(self, triggers: Sequence[Trigger], sender: Sender) -> None:
        self._triggers = triggers
        self._sender = sender
        self._deliveries: set[asyncio.Task[None]] = set()

    def observe(self, database: str) -> Callable[[int, Sequence[Change]], None]:
        """An observer for the database of this full name."""
        _, project, _, short = database.split("/")

        def committed(version: int, changes: Sequence[Change]) -> None:
            for change in changes:
                kind = "created" if change.before is None else "deleted" if change.after is None else "updated"
                path = relative(change.name)
                for trigger in self._triggers:
                    if trigger.wants(kind, short, path):
                        headers = event_headers(trigger.kind, project, short, path, version)
                        self._deliver(trigger.url, headers, event_data(change))

        return committed

    def _deliver(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        task = asyncio.get_running_loop().create_task(self._attempts(url, headers, body))
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _attempts(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        for failures in range(1, _ATTEMPTS + 1):
            answer = await self._sender.send("POST", url, headers=headers, body=body, timeout_seconds=_DEADLINE_SECONDS)
            if answer.ok:
                return
            await asyncio.sleep(exponential(_FIRST_PAUSE, _LONGEST_PAUSE, failures))

    async def close(self) -> None:
        """Gives up what has not been delivered."""
        for task in tuple(self._deliveries):
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)


def event_headers(kind: str, project: str, database: str, path: str, version: int) -> dict[str, str]:
    """The attributes of an event, as headers."""
    return {
        "ce-id": str(uuid.uuid4()),
        "ce-source": f"//firestore.googleapis.com/projects/{project}/databases/{database}",
        "ce-specversion": "1.0",
        "ce-type": PREFIX + kind,
        "ce-time": to_datetime(version).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "ce-subject": f"documents/{path}",
        "ce-dataschema": "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/"
        "firestore/v1/data.proto",
        "ce-location": _LOCATION,
        "ce-project": project,
        "ce-database": database,
        "ce-namespace": "(default)",
        "ce-document": path,
        "content-type": "application/protobuf",
    }


def event_data(change: Change) -> bytes:
    """A serialised google.events.cloud.firestore.v1.DocumentEventData; its documents and masks have the wire form of
    google.firestore.v1, so its three fields are framed here without its message type."""
    data = b""
    if change.after is not None:
        data += _framed(1, change.after.SerializeToString())
    if change.before is not None:
        data += _framed(2, change.before.SerializeToString())
    if change.before is not None and change.after is not None:
        paths = sorted(map(format_field_path, _differences(change.before.fields, change.after.fields, ())))
        data += _framed(3, DocumentMask(field_paths=paths).SerializeToString())
    return data


def _framed(number: int, payload: bytes) -> bytes:
    length, size = bytearray(), len(payload)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return bytes((number << 3 | 2,)) + bytes(length) + payload


def _differences(before: Mapping[str, Value], after: Mapping[str, Value], path: FieldPath) -> Iterator[FieldPath]:
    for name in before.keys() | after.keys():
        here = (*path, name)
        if name not in before or name not in after:
            yield here
        elif _is_map(before[name]) and _is_map(after[name]):
            yield from _differences(before[name].map_value.fields, after[name].map_value.fields, here)
        elif before[name] != after[name]:
            yield here


def _is_map(value: Value) -> bool:
    return value.WhichOneof("value_type") == "map_value" and not values.is_vector(value)
