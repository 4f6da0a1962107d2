"""Objects in memory: the newest generation of each, and uploads that are not finished. Of one event loop."""

from __future__ import annotations

import base64
import hashlib
import itertools
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

import google_crc32c

from emulator.storage.errors import failed, invalid, missing

USUAL_TYPE: Final = "application/octet-stream"
_CONDITIONS: Final = {
    "ifGenerationMatch": ("generation", True),
    "ifGenerationNotMatch": ("generation", False),
    "ifMetagenerationMatch": ("metageneration", True),
    "ifMetagenerationNotMatch": ("metageneration", False),
}


@dataclass(frozen=True)
class StoredObject:
    """One generation of an object."""

    bucket: str
    name: str
    content: bytes
    content_type: str
    metadata: Mapping[str, str]
    generation: int
    metageneration: int
    created: datetime
    updated: datetime

    @property
    def md5(self) -> str:
        return base64.b64encode(hashlib.md5(self.content, usedforsecurity=False).digest()).decode()

    @property
    def crc32c(self) -> str:
        return base64.b64encode(google_crc32c.value(self.content).to_bytes(4, "big")).decode()


@dataclass
class PendingUpload:
    """A resumable upload: where it goes, and what has come so far."""

    bucket: str
    name: str
    described: Mapping[str, Any]
    conditions: Mapping[str, str]
    content: bytearray = field(default_factory=bytearray)


class Objects:
    """All objects of all buckets; a bucket exists as soon as it is named."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], StoredObject] = {}
        self._pending: dict[str, PendingUpload] = {}
        # Generations grow and are as large as in the service: microseconds.
        self._generations = itertools.count(time.time_ns() // 1_000)

    def get(self, bucket: str, name: str, conditions: Mapping[str, str] | None = None) -> StoredObject:
        """Raises ApiError: 404, or 412 if a condition does not hold."""
        found = self._objects.get((bucket, name))
        if found is None:
            raise missing(f"{bucket}/{name}")
        _check(found, conditions or {})
        wanted = (conditions or {}).get("generation")
        if wanted and int(wanted) != found.generation:
            raise missing(f"{bucket}/{name}#{wanted}")
        return found

    def find(self, bucket: str, name: str) -> StoredObject | None:
        return self._objects.get((bucket, name))

    def put(
        self, bucket: str, name: str, content: bytes, described: Mapping[str, Any], conditions: Mapping[str, str]
    ) -> StoredObject:
        """A new generation. `described`: `contentType` and `metadata`. Raises ApiError: 412."""
        _check(self.find(bucket, name), conditions)
        now = datetime.now(UTC)
        stored = StoredObject(
            bucket=bucket,
            name=name,
            content=content,
            content_type=str(described.get("contentType") or USUAL_TYPE),
            metadata={key: str(value) for key, value in (described.get("metadata") or {}).items()},
            generation=next(self._generations),
            metageneration=1,
            created=now,
            updated=now,
        )
        for algorithm, known in (("md5Hash", stored.md5), ("crc32c", stored.crc32c)):
            if described.get(algorithm) not in (None, known):
                raise invalid(f"Provided {algorithm} {described[algorithm]!r} doesn't match calculated {known!r}.")
        self._objects[bucket, name] = stored
        return stored

    def describe(
        self, bucket: str, name: str, described: Mapping[str, Any], conditions: Mapping[str, str]
    ) -> StoredObject:
        """Change type and metadata. Raises ApiError: 404, 412."""
        known = self.get(bucket, name, conditions)
        metadata = {**known.metadata, **(described.get("metadata") or {})}
        changed = replace(
            known,
            content_type=str(described.get("contentType") or known.content_type),
            metadata={key: str(value) for key, value in metadata.items() if value is not None},
            metageneration=known.metageneration + 1,
            updated=datetime.now(UTC),
        )
        self._objects[bucket, name] = changed
        return changed

    def delete(self, bucket: str, name: str, conditions: Mapping[str, str]) -> None:
        """Raises ApiError: 404, 412."""
        self.get(bucket, name, conditions)
        del self._objects[bucket, name]

    def of(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """By name."""
        for known, name in sorted(self._objects):
            if known == bucket and name.startswith(prefix):
                yield self._objects[known, name]

    def begin(self, upload: PendingUpload) -> str:
        """The id of a new resumable upload."""
        upload_id = uuid.uuid4().hex
        self._pending[upload_id] = upload
        return upload_id

    def pending(self, upload_id: str) -> PendingUpload:
        """Raises ApiError: 404."""
        if upload_id not in self._pending:
            raise missing(f"upload {upload_id}")
        return self._pending[upload_id]

    def finish(self, upload_id: str) -> StoredObject:
        """Store what a resumable upload has brought. Raises ApiError: 404, 412."""
        upload = self.pending(upload_id)
        stored = self.put(upload.bucket, upload.name, bytes(upload.content), upload.described, upload.conditions)
        del self._pending[upload_id]
        return stored

    def cancel(self, upload_id: str) -> None:
        self._pending.pop(upload_id, None)

    def clear(self) -> None:
        self._objects.clear()
        self._pending.clear()


def _check(found: StoredObject | None, conditions: Mapping[str, str]) -> None:
    """A missing object has generation 0, so `ifGenerationMatch=0` means that there must be none."""
    for name, (attribute, match) in _CONDITIONS.items():
        if name in conditions:
            actual = getattr(found, attribute) if found else 0
            if (int(conditions[name]) == actual) is not match:
                raise failed(name)
