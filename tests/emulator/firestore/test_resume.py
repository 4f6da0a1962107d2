"""Resume tokens of another life of the emulator; existence filters and their bloom filter."""

import asyncio
import hashlib
from typing import Any

import pytest

from emulator.firestore.auth import ADMIN
from emulator.firestore.bloom import bloom_filter
from emulator.firestore.protos import BloomFilter, CommitRequest, ListenRequest, ListenResponse
from emulator.firestore.service import FirestoreService

DATABASE = "projects/demo-resume/databases/(default)"
ROOT = f"{DATABASE}/documents"


async def put(service: FirestoreService, *ids: str) -> None:
    request = CommitRequest(database=DATABASE)
    for id_ in ids:
        request.writes.add().update.name = f"{ROOT}/c/{id_}"
    await service.commit(request, ADMIN)


async def introduction(service: FirestoreService, **resume: Any) -> list[ListenResponse]:
    """All messages up to the first snapshot of a new target on collection c."""

    async def requests() -> Any:
        target = {"target_id": 1, "query": {"parent": ROOT, "structured_query": {"from_": [{"collection_id": "c"}]}}}
        yield ListenRequest(database=DATABASE, add_target={**target, **resume})
        await asyncio.Event().wait()

    told = []
    responses = service.listen(requests(), ADMIN)
    async for response in responses:
        told.append(response)
        if kind(response) == "NO_CHANGE":
            await responses.aclose()
    return told


def kind(response: ListenResponse) -> str:
    which = str(response.WhichOneof("response_type"))
    if which != "target_change":
        return which
    change = response.target_change
    return str(type(change).TargetChangeType.Name(change.target_change_type))


def test_a_token_of_an_earlier_life_starts_again() -> None:
    async def work() -> list[str]:
        earlier = FirestoreService()
        await put(earlier, "gone")
        token = (await introduction(earlier))[-1].target_change.resume_token
        later = FirestoreService()
        await put(later, "here")
        return [kind(each) for each in await introduction(later, resume_token=token, expected_count={"value": 1})]

    assert asyncio.run(work()) == ["ADD", "RESET", "document_change", "CURRENT", "NO_CHANGE"]


def test_a_token_that_is_none() -> None:
    async def work() -> ListenResponse:
        service = FirestoreService()
        request = ListenRequest(database=DATABASE)
        request.add_target.target_id = 1
        request.add_target.documents.documents.append(f"{ROOT}/c/a")
        request.add_target.resume_token = b"nonsense!"

        async def requests() -> Any:
            yield request

        return [each async for each in service.listen(requests(), ADMIN)][-1]

    response = asyncio.run(work())
    assert kind(response) == "REMOVE"
    assert response.target_change.cause.code == 3


def test_a_count_that_differs_is_answered_with_a_filter() -> None:
    async def work() -> list[ListenResponse]:
        service = FirestoreService()
        await put(service, "a", "b", "c")
        token = (await introduction(service))[-1].target_change.resume_token
        return await introduction(service, resume_token=token, expected_count={"value": 5})

    told = asyncio.run(work())
    (found,) = [each.filter for each in told if kind(each) == "filter"]
    assert (found.target_id, found.count) == (1, 3)
    for id_ in "abc":
        assert contains(found.unchanged_names, f"{ROOT}/c/{id_}")
    assert not any(kind(each) == "document_change" for each in told)


def contains(bloom: BloomFilter, name: str) -> bool:
    """As the web SDK looks a document up: MD5, two little-endian halves, double hashing."""
    digest = hashlib.md5(name.encode(), usedforsecurity=False).digest()
    one, two = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
    size = len(bloom.bits.bitmap) * 8 - bloom.bits.padding
    bits = ((one + i * two) % (1 << 64) % size for i in range(bloom.hash_count))
    return all(bloom.bits.bitmap[bit // 8] >> bit % 8 & 1 for bit in bits)


@pytest.mark.parametrize("count", [0, 1, 10, 1000])
def test_the_bloom_filter_has_its_members_and_few_others(count: int) -> None:
    members = [f"{ROOT}/c/{i}" for i in range(count)]
    bloom = bloom_filter(members)
    if members:
        assert all(contains(bloom, name) for name in members)
        assert sum(contains(bloom, f"{ROOT}/other/{i}") for i in range(1000)) < 20
