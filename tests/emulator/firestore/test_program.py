"""The program: ready, reset, refusals, the end; a broken connection harms nobody else."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from google.api_core import exceptions
from google.cloud.firestore import AsyncClient, Client

from emulator.firestore.testing import Emulator, running
from tests.emulator.firestore.support import send_raw

ROOT = Path(__file__).parents[3]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emulator.firestore", "--port", "0", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_code_0(number: signal.Signals) -> None:
    with running() as emulator:
        emulator.process.send_signal(number)
        assert emulator.process.wait(timeout=60) == 0


def test_a_taken_port_is_reported(emulator: Emulator) -> None:
    done = run("--port", emulator.address.split(":")[1])
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert emulator.address in done.stderr


@pytest.mark.parametrize(
    ("option", "content"),
    [("--indexes", "{]"), ("--indexes", '{"indexes": [{}]}'), ("--rules", "service {"), ("--triggers", "[{}]")],
)
def test_a_file_that_cannot_be_used_ends_it_with_code_2(tmp_path: Path, option: str, content: str) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    done = run(option, str(path))
    assert done.returncode == 2
    assert str(path) in done.stderr


def test_http_shares_the_port(emulator: Emulator) -> None:
    assert emulator.request("GET", "/").strip() == b"Ok"


def test_reset_deletes_everything() -> None:
    with running() as emulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
        other = Client("demo-other")
        other.document("a/b").set({})
        emulator.reset()
        assert not other.document("a/b").get().exists


@pytest.mark.parametrize(
    "garbage",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 9 + b"\xff" * 40,
        b"PRI nonsense",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x01\x00\x00\x00\x00\x01",
        b"\x16\x03\x01\x00\xa5\x01",
        b"GET / HTTP/1.1\r\nbroken",
        b"",
    ],
)
def test_a_malformed_frame_closes_only_its_connection(emulator: Emulator, client: Client, garbage: bytes) -> None:
    client.document("a/b").set({"n": 1})
    send_raw(emulator, garbage)
    assert client.document("a/b").get().get("n") == 1


async def _async_round(client: AsyncClient) -> list[int]:
    await client.document("a/b").set({"n": 1})
    batch = client.batch()
    for i in range(3):
        batch.set(client.document(f"a/{i}"), {"n": i})
    await batch.commit()
    return [each.get("n") async for each in client.collection("a").order_by("n").stream()]


def test_the_asynchronous_client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
    assert asyncio.run(_async_round(AsyncClient("demo-async"))) == [0, 1, 1, 2]


def test_any_project_and_database(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
    Client("demo-one", database="other").document("a/b").set({"n": 1})
    assert not Client("demo-one").document("a/b").get().exists
    assert not Client("demo-two", database="other").document("a/b").get().exists
    assert Client("demo-one", database="other").document("a/b").get().exists


def test_export_and_import(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    data = {"n": 1, "nested": {"list": [1.5, None, b"\x00"]}}
    with pytest.MonkeyPatch.context() as patch:
        with running(extra=("--export-on-exit", str(file))) as emulator:
            patch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
            written = Client("demo-x").document("a/b").set(data)
        assert [json.loads(line)["name"] for line in file.read_text().splitlines()] == [
            "projects/demo-x/databases/(default)/documents/a/b"
        ]
        with running(extra=("--import", str(file))) as emulator:
            patch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
            found = Client("demo-x").document("a/b").get()
    assert found.to_dict() == data
    assert found.update_time == written.update_time


def test_a_broken_import_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "documents.jsonl"
    file.write_text('{"name": "projects/p/databases/d/documents/a/b"}\n{"name": "projects/p"}\n')
    done = run("--import", str(file))
    assert done.returncode == 2
    assert f"{file}:2:" in done.stderr


def test_errors_keep_their_code_on_the_wire(client: Client) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="reserved"):
        client.collection("a").document("__b__").get()
