"""Transactions that idle, and waits that last too long, end ABORTED: with the limits made short."""

import asyncio

import pytest
from grpc import StatusCode

from emulator.firestore import transactions
from emulator.firestore.auth import ADMIN
from emulator.firestore.errors import StatusError
from emulator.firestore.protos import (
    BatchGetDocumentsRequest,
    BeginTransactionRequest,
    CommitRequest,
)
from emulator.firestore.service import FirestoreService

DATABASE = "projects/demo-expiry/databases/(default)"
NAME = f"{DATABASE}/documents/a/b"


async def reader(service: FirestoreService) -> bytes:
    id_ = (await service.begin_transaction(BeginTransactionRequest(database=DATABASE), ADMIN)).transaction
    request = BatchGetDocumentsRequest(database=DATABASE, documents=[NAME], transaction=id_)
    async for _ in service.batch_get_documents(request, ADMIN):
        pass
    return bytes(id_)


def writing(id_: bytes = b"") -> CommitRequest:
    request = CommitRequest(database=DATABASE, transaction=id_)
    request.writes.add().update.name = NAME
    return request


async def refused(service: FirestoreService, request: CommitRequest) -> StatusCode:
    with pytest.raises(StatusError) as refusal:
        await service.commit(request, ADMIN)
    return refusal.value.code


def test_an_idle_transaction_expires_and_lets_others_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "IDLE_SECONDS", 0.05)

    async def work() -> StatusCode:
        service = FirestoreService()
        id_ = await reader(service)
        await service.commit(writing(), ADMIN)
        return await refused(service, writing(id_))

    assert asyncio.run(work()) is StatusCode.ABORTED


def test_a_wait_for_a_lock_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "LOCK_WAIT_SECONDS", 0.05)

    async def work() -> StatusCode:
        service = FirestoreService()
        id_ = await reader(service)
        code = await refused(service, writing())
        await service.commit(writing(id_), ADMIN)
        return code

    assert asyncio.run(work()) is StatusCode.ABORTED


def test_a_failed_commit_ends_its_transaction() -> None:
    async def work() -> StatusCode:
        service = FirestoreService()
        id_ = await reader(service)
        request = writing(id_)
        request.writes[0].current_document.exists = True
        assert await refused(service, request) is StatusCode.NOT_FOUND
        return await refused(service, writing(id_))

    assert asyncio.run(work()) is StatusCode.ABORTED


def test_verify_is_read_from_the_unknown_fields() -> None:
    """Web transactions send `Write.verify` (field 5), which the published types do not declare."""

    async def work() -> StatusCode:
        service = FirestoreService()
        request = writing()
        verify = b"\x2a" + bytes((len(NAME),)) + NAME.encode() + b"\x22\x02\x08\x01"  # verify, and exists: true
        request.writes.add().MergeFromString(verify)
        await service.commit(request, ADMIN)
        missing = CommitRequest(database=DATABASE)
        missing.writes.add().MergeFromString(verify.replace(b"a/b", b"a/c"))
        return await refused(service, missing)

    assert asyncio.run(work()) is StatusCode.NOT_FOUND
