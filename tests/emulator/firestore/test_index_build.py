"""The index of a large collection is built in turns with everything else, and right all the same."""

import asyncio

from emulator.firestore.auth import ADMIN
from emulator.firestore.protos import CommitRequest, Document, RunQueryRequest, Value
from emulator.firestore.service import FirestoreService
from emulator.firestore.storage import Change

DATABASE = "projects/demo-build/databases/(default)"
ROOT = f"{DATABASE}/documents"
MANY = 6000


def filled() -> FirestoreService:
    service = FirestoreService()
    database = service.space(DATABASE).database
    documents = (
        Document(name=f"{ROOT}/c/{number:05}", fields={"n": Value(integer_value=number)}) for number in range(MANY)
    )
    database.apply(database.clock.commit(), [Change(document.name, None, document) for document in documents])
    return service


async def numbers(service: FirestoreService) -> list[int]:
    request = RunQueryRequest(parent=ROOT)
    request.structured_query.from_.add(collection_id="c")
    request.structured_query.order_by.add().field.field_path = "n"
    return [each.document.fields["n"].integer_value async for each in service.run_query(request, ADMIN)]


async def write(service: FirestoreService, turn: int) -> None:
    """Deletes, changes and creates a document at either end of the collection."""
    request = CommitRequest(database=DATABASE)
    for number in (turn, MANY - 1 - turn):
        request.writes.add(delete=f"{ROOT}/c/{number:05}")
    for number in (100 + turn, MANY - 101 - turn):
        request.writes.add().update.name = f"{ROOT}/c/{number:05}"
        request.writes[-1].update.fields["n"].integer_value = -number
    request.writes.add().update.name = f"{ROOT}/c/new-{turn}"
    request.writes[-1].update.fields["n"].integer_value = MANY + turn
    await service.commit(request, ADMIN)


def test_others_have_their_turn_and_what_they_write_is_in_the_index() -> None:
    async def work() -> int:
        service = filled()
        asked = [asyncio.ensure_future(numbers(service)) for _ in range(2)]
        turns = 0
        while not asked[0].done():
            await write(service, turns)
            turns += 1
            await asyncio.sleep(0)
        await asyncio.gather(*asked)
        stored = service.space(DATABASE).database.all_documents()
        assert await numbers(service) == sorted(document.fields["n"].integer_value for document in stored)
        return turns

    assert asyncio.run(work()) > 3


def test_a_query_that_is_given_up_leaves_the_index_to_the_next() -> None:
    async def work() -> None:
        service = filled()
        given_up = asyncio.ensure_future(numbers(service))
        await asyncio.sleep(0)
        given_up.cancel()
        assert await numbers(service) == list(range(MANY))

    asyncio.run(work())
