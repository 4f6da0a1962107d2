"""What the engine's tests share: clients in projects of their own, files of exemptions, and raw bytes."""

import json
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

from emulator.firestore.testing import Emulator


def client_of(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client in a project that nobody else uses."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
    client = Client(f"demo-{uuid.uuid4().hex[:12]}", credentials=AnonymousCredentials())
    yield client
    client.close()


def without_indexes(directory: Path, *groups: str) -> Path:
    """An index file that exempts all fields of these collections, which may then hold values of any length."""
    path = directory / "firestore.indexes.json"
    overrides = [{"collectionGroup": group, "fieldPath": "*", "indexes": []} for group in groups]
    path.write_text(json.dumps({"fieldOverrides": overrides}))
    return path


def send_raw(emulator: Emulator, data: bytes) -> bytes:
    """What the emulator answers to these bytes, until it closes the connection."""
    host, port = emulator.address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received
