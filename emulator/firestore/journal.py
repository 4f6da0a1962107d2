"""What survives a kill: every commit is appended to a journal, and acknowledged when it is on disk.

A commit is in the system's hands before anybody can see it, so that a kill of the process takes nothing back that a
reader or listener was told; the disk is asked for before the writer is told.

The directory holds `N.log` files, written one after the other, and at most one complete `N.base` with all documents as
they were when `N.log` ended. Both are sequences of records: length, CRC-32, payload. A base is written beside the
running log and renamed when complete, then what it replaces is removed; a kill at any point leaves a directory that
reads back the same. A record that was cut off at the end of the last log was never acknowledged and is dropped.
"""

import asyncio
import fcntl
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from emulator.firestore.protos import Document
from emulator.firestore.storage import Change

_HEADER = struct.Struct(">II")
_RECORD = struct.Struct(">QHI")  # version, length of the database's name, number of entries
_ENTRY = struct.Struct(">BI")  # whether the document exists, length
_LEAST_COMPACTION_BYTES = 16 * 1024 * 1024
_BASE_CHUNK = 500


class Entry(NamedTuple):
    """A document after a commit; None: it does not exist."""

    name: str
    document: Document | None


class Record(NamedTuple):
    """One commit, or a part of a base."""

    version: int
    database: str
    entries: tuple[Entry, ...]


class JournalError(Exception):
    """The directory cannot be used; the message says why."""


def encode(record: Record) -> bytes:
    parts = [_RECORD.pack(record.version, len(record.database.encode()), len(record.entries)), record.database.encode()]
    for name, document in record.entries:
        body = name.encode() if document is None else document.SerializeToString()
        parts += (_ENTRY.pack(document is not None, len(body)), body)
    payload = b"".join(parts)
    return _HEADER.pack(len(payload), zlib.crc32(payload)) + payload


def decode(payload: bytes) -> Record:
    version, name_length, count = _RECORD.unpack_from(payload)
    at = _RECORD.size + name_length
    database = payload[_RECORD.size : at].decode()
    entries = []
    for _ in range(count):
        exists, length = _ENTRY.unpack_from(payload, at)
        at += _ENTRY.size
        body = payload[at : at + length]
        at += length
        if exists:
            document = Document.FromString(body)
            entries.append(Entry(document.name, document))
        else:
            entries.append(Entry(body.decode(), None))
    return Record(version, database, tuple(entries))


class Journal:
    """The journal of one data directory. Call `load` once, then `append`, and await `flushed` before acknowledging."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = (directory / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise JournalError(f"{directory} is in use by another emulator") from error
        self._base = max(self._numbers("base"), default=0)
        self._number = max([self._base, *self._numbers("log")]) + 1
        self._log: FileIO | None = None
        self._disk = ThreadPoolExecutor(1, "journal")
        self._unsynced = False
        self._listed = 0
        self._flushing: asyncio.Task[None] | None = None
        self._compacting: asyncio.Task[None] | None = None
        self._written = sum(path.stat().st_size for path in directory.glob("*.log"))
        self._base_size = self._path(self._base, "base").stat().st_size if self._base else 0

    def load(self) -> Iterator[Record]:
        """All records that are on disk, in the order in which to apply them."""
        if self._base:
            yield from self._read(self._path(self._base, "base"))
        for number in sorted(self._numbers("log")):
            if number > self._base:
                yield from self._read(self._path(number, "log"))

    def _read(self, path: Path) -> Iterator[Record]:
        with path.open("rb") as file:
            while len(header := file.read(_HEADER.size)) == _HEADER.size:
                length, checksum = _HEADER.unpack(header)
                payload = file.read(length)
                if len(payload) < length or zlib.crc32(payload) != checksum:
                    return
                yield decode(payload)

    def append(self, version: int, database: str, changes: Sequence[Change]) -> None:
        """Records a commit; it is on disk when `flushed` returns."""
        record = Record(version, database, tuple(Entry(change.name, change.after) for change in changes))
        if self._log is None:
            self._log = FileIO(self._path(self._number, "log"), "a")
        data = encode(record)
        _write_whole(self._log, data)
        self._written += len(data)
        self._unsynced = True
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().create_task(self._flush())

    async def flushed(self) -> None:
        """Returns when everything appended before is on disk; many commits share one turn of it."""
        while self._flushing is not None and self._unsynced:
            await asyncio.shield(self._flushing)
        if self._flushing is not None:
            await asyncio.shield(self._flushing)

    async def _flush(self) -> None:
        try:
            while self._unsynced:
                self._unsynced = False
                await asyncio.get_running_loop().run_in_executor(self._disk, self._sync, self._log)
        finally:
            self._flushing = None

    def _sync(self, log: FileIO | None) -> None:
        """Puts a log on disk; None was rotated away, and synced by a job before this one."""
        if log is not None:
            os.fdatasync(log.fileno())
            if self._listed < self._number:
                _sync_directory(self._directory)
                self._listed = self._number

    @property
    def due(self) -> bool:
        """Whether the logs have grown so much that a new base is worth its cost."""
        return self._compacting is None and self._written > max(_LEAST_COMPACTION_BYTES, 2 * self._base_size)

    def compact(self, documents: dict[str, tuple[int, Sequence[Document]]]) -> asyncio.Task[None]:
        """Starts replacing all logs by one base, from the version and documents of each database now."""
        self._compacting = asyncio.get_running_loop().create_task(self._compact(documents))
        return self._compacting

    async def _compact(self, documents: dict[str, tuple[int, Sequence[Document]]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            # What is appended from here on may be in the base too; applying it again changes nothing.
            covered, log = self._number, self._log
            self._number, self._log = covered + 1, None
            await loop.run_in_executor(self._disk, self._finish, log)
            await loop.run_in_executor(None, self._write_base, covered, documents)
        finally:
            self._compacting = None

    def _finish(self, log: FileIO | None) -> None:
        self._sync(log)
        if log is not None:
            log.close()

    def _write_base(self, number: int, documents: dict[str, tuple[int, Sequence[Document]]]) -> None:
        partial = self._directory / "partial"
        with partial.open("wb") as file:
            for database, (version, found) in documents.items():
                for record in _chunks(version, database, found):
                    file.write(encode(record))
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self._path(number, "base"))
        _sync_directory(self._directory)
        for kind in ("base", "log"):
            for old in self._numbers(kind):
                if old < number or (kind == "log" and old == number):
                    self._path(old, kind).unlink()
        self._base, self._base_size = number, self._path(number, "base").stat().st_size
        self._written = sum(path.stat().st_size for path in self._directory.glob("*.log"))

    async def close(self) -> None:
        """Writes what is left and lets go of the directory."""
        if self._compacting is not None:
            await self._compacting
        await self.flushed()
        self._disk.shutdown()
        if self._log is not None:
            self._log.close()
        self._lock.close()

    def _path(self, number: int, kind: str) -> Path:
        return self._directory / f"{number:08d}.{kind}"

    def _numbers(self, kind: str) -> list[int]:
        return [int(path.stem) for path in self._directory.glob(f"*.{kind}")]


def _chunks(version: int, database: str, documents: Sequence[Document]) -> Iterable[Record]:
    for at in range(0, max(len(documents), 1), _BASE_CHUNK):
        chunk = documents[at : at + _BASE_CHUNK]
        yield Record(version, database, tuple(Entry(document.name, document) for document in chunk))


def _write_whole(log: FileIO, data: bytes) -> None:
    """Appends all of the data or nothing: what follows half a record could not be read back."""
    end = os.fstat(log.fileno()).st_size
    written = 0
    try:
        while written < len(data):
            written += log.write(data[written:]) or 0
    except OSError:
        log.truncate(end)
        raise


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
