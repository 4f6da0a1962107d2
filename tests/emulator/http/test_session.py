"""What a session does when its client is away or slow: in this process, to hand in a short time."""

import asyncio
import json
from typing import Any

from emulator.firestore.auth import ADMIN
from emulator.firestore.definitions import parse
from emulator.firestore.gate import Gate
from emulator.firestore.http.session import Session
from emulator.firestore.protos import CommitRequest, Document, ListenRequest, Value, Write
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.service import FirestoreService

DATABASE = "projects/p/databases/(default)"
FOLLOW = f"""{{"database": "{DATABASE}", "addTarget": {{"targetId": 2, "query": {{"parent": "{DATABASE}/documents",
    "structuredQuery": {{"from": [{{"collectionId": "c"}}]}}}}}}}}"""


def session(service: FirestoreService, ended: asyncio.Future[Session], **options: Any) -> Session:
    return Session(service.listen, ListenRequest, ADMIN, ended.set_result, **options)


def test_a_session_whose_client_is_gone_ends() -> None:
    async def run() -> None:
        service = FirestoreService()
        ended = asyncio.get_running_loop().create_future()
        idle = session(service, ended, idle_seconds=0.05)
        idle.receive(0, [FOLLOW])
        assert await asyncio.wait_for(ended, 10) is idle
        await asyncio.sleep(0)
        assert not service.space(DATABASE).streams

    asyncio.run(run())


def test_a_session_with_a_back_channel_stays() -> None:
    async def run() -> None:
        service = FirestoreService()
        ended = asyncio.get_running_loop().create_future()
        quiet = session(service, ended, idle_seconds=0.05)
        back = quiet.back_channel(0.02, streaming=True)
        for number in range(1, 10):
            assert await anext(back) == f'[[{number},["noop"]]]'
        assert not ended.done()
        await back.aclose()
        assert await asyncio.wait_for(ended, 10) is quiet

    asyncio.run(run())


def test_what_a_slow_client_has_not_taken_is_bounded() -> None:
    async def run() -> None:
        exempt = parse({"fieldOverrides": [{"collectionGroup": "c", "fieldPath": "v", "indexes": []}]})
        service = FirestoreService(Gate(RulesGuard(), exempt, check_indexes=False))
        ended = asyncio.get_running_loop().create_future()
        slow = session(service, ended)
        slow.receive(0, [FOLLOW])
        size = 1_000_000
        for number in range(30):
            document = Document(name=f"{DATABASE}/documents/c/{number}", fields={"v": Value(string_value="x" * size)})
            await service.commit(CommitRequest(database=DATABASE, writes=[Write(update=document)]), ADMIN)
            await asyncio.sleep(0)
        assert slow.outstanding_bytes < 20 * size
        seen = 0
        back = slow.back_channel(10, streaming=False)
        while seen < 30:
            arrays = json.loads(await anext(back))
            seen += sum("documentChange" in message for _, (message,) in arrays)
            await back.aclose()
            slow.acknowledge(arrays[-1][0])
            assert slow.outstanding_bytes < 20 * size
            back = slow.back_channel(10, streaming=False)
        slow.close()
        assert ended.done()

    asyncio.run(run())
