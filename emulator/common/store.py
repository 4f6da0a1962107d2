"""Keeping state across restarts: small records by kind and key, in memory only or also in a SQLite file.

A write has reached the operating system when the call returns, so it outlives a killed process (not a power cut).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """Records by (kind, key). Reading happens once, at start."""

    def put(self, kind: str, key: str, body: bytes) -> None: ...

    def delete(self, kind: str, key: str) -> None: ...

    def load(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """All records of a kind, oldest first by first write."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Writes inside happen all or not at all; a block within a block belongs to the outer one."""
        ...

    def close(self) -> None: ...


class NoStore:
    """For a run without a data directory: the emulator's memory is all there is."""

    def put(self, kind: str, key: str, body: bytes) -> None:
        """Nothing outlives this run."""

    def delete(self, kind: str, key: str) -> None:
        """Nothing was kept."""

    def load(self, kind: str) -> Iterator[tuple[str, bytes]]:
        return iter(())

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def close(self) -> None:
        """Nothing is open."""


class SqliteStore:
    """One file in a directory, which is made if missing."""

    def __init__(self, directory: Path, name: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(directory / f"{name}.sqlite3", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS records ("
            "serial INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, UNIQUE (kind, key))"
        )

    def put(self, kind: str, key: str, body: bytes) -> None:
        self._connection.execute(
            "INSERT INTO records (kind, key, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, body),
        )

    def delete(self, kind: str, key: str) -> None:
        self._connection.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))

    def load(self, kind: str) -> Iterator[tuple[str, bytes]]:
        yield from self._connection.execute("SELECT key, body FROM records WHERE kind = ? ORDER BY serial", (kind,))

    @contextmanager
    def together(self) -> Iterator[None]:
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def open_store(directory: Path | None, name: str) -> Store:
    """The store of a part: in `directory` when given, else none."""
    return SqliteStore(directory, name) if directory else NoStore()
