"""A listener that takes its messages slowly: it is told what has changed in all, and costs no more than that."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from emulator.firestore.auth import ADMIN
from emulator.firestore.protos import CommitRequest, Document, ListenRequest, ListenResponse
from emulator.firestore.service import FirestoreService
from emulator.firestore.storage import Change

DATABASE = "projects/demo-slow/databases/(default)"
ROOT = f"{DATABASE}/documents"
MANY = 3000


def number(document: Document) -> int:
    return int(document.fields["n"].integer_value)


async def put(service: FirestoreService, **numbers: int | None) -> None:
    request = CommitRequest(database=DATABASE)
    for id_, value in numbers.items():
        write = request.writes.add()
        if value is None:
            write.delete = f"{ROOT}/c/{id_}"
        else:
            write.update.name = f"{ROOT}/c/{id_}"
            write.update.fields["n"].integer_value = value
    await service.commit(request, ADMIN)
    await asyncio.sleep(0)


class Follower:
    """A client of one stream that applies what it is told, when it is asked to."""

    def __init__(self, service: FirestoreService, *targets: dict[str, Any]) -> None:
        self._requests: asyncio.Queue[ListenRequest] = asyncio.Queue()
        for target in targets:
            self.add(target)
        self._responses = service.listen(self._sent(), ADMIN)
        self.shown: dict[int, dict[str, int]] = {}
        self.taken = 0
        self.resets = 0

    def add(self, target: dict[str, Any]) -> None:
        self._requests.put_nowait(ListenRequest(database=DATABASE, add_target=target))

    async def _sent(self) -> AsyncIterator[ListenRequest]:
        while True:
            yield await self._requests.get()

    async def take(self) -> None:
        """Takes messages up to the next consistent snapshot."""
        while not self._apply(await anext(self._responses)):
            pass

    def _apply(self, response: ListenResponse) -> bool:
        self.taken += 1
        kind = response.WhichOneof("response_type")
        if kind == "target_change":
            change = response.target_change
            name = type(change).TargetChangeType.Name(change.target_change_type)
            if name in ("ADD", "RESET"):
                self.resets += name == "RESET"
                self.shown |= {target: {} for target in change.target_ids}
            return name == "NO_CHANGE" and not change.target_ids
        if kind == "document_change":
            document = response.document_change.document
            for target in response.document_change.target_ids:
                self.shown[target][document.name[-1]] = number(document)
        else:
            gone = getattr(response, kind)
            for target in gone.removed_target_ids:
                self.shown[target].pop(gone.document[-1], None)
        return False

    async def close(self) -> None:
        await self._responses.aclose()


def query(target_id: int, **structured: Any) -> dict[str, Any]:
    selected = {"from_": [{"collection_id": "c"}], **structured}
    return {"target_id": target_id, "query": {"parent": ROOT, "structured_query": selected}}


LARGEST = {"order_by": [{"field": {"field_path": "n"}, "direction": "DESCENDING"}], "limit": {"value": 1}}


def test_it_is_told_the_newest_state_only() -> None:
    async def work() -> None:
        service = FirestoreService()
        await put(service, a=0, b=0)
        document = {"target_id": 3, "documents": {"documents": [f"{ROOT}/c/a"]}}
        follower = Follower(service, query(1), query(2, **LARGEST), document)
        for _ in range(3):
            await follower.take()
        for value in range(1, MANY):
            await put(service, a=value, d=None if value % 2 else value)
        await put(service, b=None, e=7)
        while follower.shown[1].get("e") != 7:
            await follower.take()
        newest = {"a": MANY - 1, "e": 7}
        assert follower.shown == {1: newest, 2: {"a": MANY - 1}, 3: {"a": MANY - 1}}
        assert follower.taken < MANY
        await put(service, e=8)
        await follower.take()
        assert follower.shown[1]["e"] == 8
        await follower.close()

    asyncio.run(work())


def test_a_target_that_is_added_meanwhile_does_not_hide_what_others_missed() -> None:
    async def work() -> None:
        service = FirestoreService()
        follower = Follower(service, query(1))
        await follower.take()
        for value in range(MANY):
            await put(service, a=value)
        follower.add(query(2))
        await asyncio.sleep(0)
        await follower.take()
        while 2 not in follower.shown:
            await follower.take()
        assert follower.shown == {1: {"a": MANY - 1}, 2: {"a": MANY - 1}}
        await follower.close()

    asyncio.run(work())


def test_after_more_changes_than_are_remembered_it_starts_again() -> None:
    async def work() -> None:
        service = FirestoreService()
        database = service.space(DATABASE).database
        await put(service, a=1, b=2)
        follower = Follower(service, query(1), {"target_id": 2, "documents": {"documents": [f"{ROOT}/c/b"]}})
        await follower.take()
        await follower.take()
        for value in range(MANY):
            await put(service, a=value)
        await put(service, b=None)
        others = (Document(name=f"{ROOT}/others/{index}") for index in range(100_001))
        database.apply(database.clock.commit(), [Change(other.name, None, other) for other in others])
        while follower.resets < 2:
            await follower.take()
        assert follower.shown == {1: {"a": MANY - 1}, 2: {}}
        assert follower.taken < MANY
        await follower.close()

    asyncio.run(work())
