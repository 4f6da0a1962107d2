"""--data: what was acknowledged survives a kill at any moment, compaction included."""

import asyncio
import random
import shutil
import signal
import threading
from collections.abc import Awaitable
from pathlib import Path

import pytest
from google.cloud.firestore import Client

from emulator.firestore import journal as journal_module
from emulator.firestore.auth import ADMIN
from emulator.firestore.journal import Journal, JournalError
from emulator.firestore.protos import CommitRequest
from emulator.firestore.service import FirestoreService
from emulator.firestore.testing import Emulator, running

DATABASE = "projects/demo-journal/databases/(default)"


def write_until_killed(client: Client, worker: int, acknowledged: dict[str, int]) -> None:
    count = 0
    while True:
        name = f"w{worker}-{count % 7}"
        batch = client.batch()
        batch.set(client.document(f"c/{name}"), {"n": count})
        batch.set(client.document(f"c/{name}-twin"), {"n": count})
        try:
            batch.commit(retry=None, timeout=2)
        except Exception:  # noqa: BLE001 - the kill ends the connection in any of many ways
            return
        acknowledged[name] = count
        count += 1


@pytest.mark.parametrize("seed", range(2))
def test_every_acknowledged_commit_survives_a_kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    acknowledged: dict[str, int] = {}
    for _ in range(2):
        with running(data=tmp_path) as emulator:
            monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
            check(Client("demo-kill"), acknowledged)
            threads = [
                threading.Thread(target=write_until_killed, args=(Client("demo-kill"), worker, acknowledged))
                for worker in range(3)
            ]
            kill = threading.Timer(0.2 + random.Random(seed).random() / 2, kill_9, [emulator])
            for thread in (*threads, kill):
                thread.start()
            for thread in (*threads, kill):
                thread.join()
    with running(data=tmp_path) as emulator:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
        check(Client("demo-kill"), acknowledged)
    assert acknowledged


def kill_9(emulator: Emulator) -> None:
    emulator.process.send_signal(signal.SIGKILL)
    emulator.process.wait()


def check(client: Client, acknowledged: dict[str, int]) -> None:
    """All that was acknowledged is there, perhaps overtaken by a commit whose answer was lost; no commit is torn."""
    found = {each.id: each.get("n") for each in client.collection("c").stream()}
    for name, count in acknowledged.items():
        assert found[name] >= count
    for name, count in found.items():
        assert name.endswith("-twin") or found[f"{name}-twin"] == count


def commit(service: FirestoreService, **documents: int | None) -> Awaitable[object]:
    request = CommitRequest(database=DATABASE)
    for name, number in documents.items():
        path = f"{DATABASE}/documents/c/{name}"
        if number is None:
            request.writes.add(delete=path)
        else:
            request.writes.add().update.name = path
            request.writes[-1].update.fields["n"].integer_value = number
    return service.commit(request, ADMIN)


def contents(service: FirestoreService) -> dict[str, int]:
    documents = service.space(DATABASE).database.all_documents()
    return {each.name.rpartition("/")[2]: each.fields["n"].integer_value for each in documents}


def reopened(directory: Path) -> FirestoreService:
    service = FirestoreService(journal=Journal(directory))
    service.restore()
    return service


async def filled(directory: Path) -> FirestoreService:
    service = reopened(directory)
    await commit(service, a=1, b=2)
    await commit(service, b=None, c=3)
    return service


def test_a_torn_record_at_the_end_is_dropped(tmp_path: Path) -> None:
    asyncio.run(filled(tmp_path))
    (log,) = tmp_path.glob("*.log")
    whole = log.read_bytes()
    for cut in range(1, 60, 7):
        copy = tmp_path / f"copy-{cut}"
        copy.mkdir()
        (copy / log.name).write_bytes(whole[:-cut])
        assert contents(reopened(copy)) == {"a": 1, "b": 2}
    flipped = tmp_path / "flipped"
    flipped.mkdir()
    (flipped / log.name).write_bytes(whole[:-1] + bytes((whole[-1] ^ 1,)))
    assert contents(reopened(flipped)) == {"a": 1, "b": 2}


def test_what_can_be_read_survives_a_kill_before_it_is_acknowledged(tmp_path: Path) -> None:
    async def work() -> None:
        service = reopened(tmp_path / "data")
        committing = asyncio.ensure_future(commit(service, a=1))
        while not contents(service):
            await asyncio.sleep(0)
        assert not committing.done()
        shutil.copytree(tmp_path / "data", tmp_path / "killed")
        await committing

    asyncio.run(work())
    assert contents(reopened(tmp_path / "killed")) == {"a": 1}


def test_compaction_keeps_everything_and_shrinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_LEAST_COMPACTION_BYTES", 2000)

    async def work() -> dict[str, int]:
        journal = Journal(tmp_path)
        service = FirestoreService(journal=journal)
        for i in range(200):
            await commit(service, **{f"d{i % 5}": i})
        await journal.close()
        return contents(service)

    expected = asyncio.run(work())
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 10_000
    assert list(tmp_path.glob("*.base"))
    assert contents(reopened(tmp_path)) == expected


def test_times_go_on_growing_after_a_restart(tmp_path: Path) -> None:
    before = asyncio.run(filled(tmp_path)).space(DATABASE).database.version
    copy = tmp_path / "copy"
    copy.mkdir()
    for log in tmp_path.glob("*.log"):
        (copy / log.name).write_bytes(log.read_bytes())
    after = reopened(copy).space(DATABASE).database
    assert after.version == before
    assert after.clock.commit() > before
    assert not after.remembers(before - 1)


def test_two_emulators_cannot_share_a_directory(tmp_path: Path) -> None:
    first = Journal(tmp_path)
    with pytest.raises(JournalError, match="in use"):
        Journal(tmp_path)
    asyncio.run(first.close())
