"""Documents whose time to live has passed are deleted by the sweep; listeners hear of it."""

import asyncio
from datetime import UTC, datetime, timedelta

from emulator.firestore.auth import ADMIN
from emulator.firestore.definitions import parse
from emulator.firestore.protos import CommitRequest
from emulator.firestore.service import FirestoreService
from emulator.firestore.ttl import sweep

DATABASE = "projects/demo-ttl/databases/(default)"
POLICY = parse({"fieldOverrides": [{"collectionGroup": "ops", "fieldPath": "at.end", "ttl": True, "indexes": []}]})


def test_the_sweep() -> None:
    async def work() -> tuple[int, int, set[str]]:
        service = FirestoreService()
        now = datetime.now(UTC)
        request = CommitRequest(database=DATABASE)
        for path, end in {
            "ops/past": now - timedelta(seconds=1),
            "deep/1/ops/past": now - timedelta(days=400),
            "ops/future": now + timedelta(days=1),
            "other/past": now - timedelta(days=1),
        }.items():
            write = request.writes.add()
            write.update.name = f"{DATABASE}/documents/{path}"
            write.update.fields["at"].map_value.fields["end"].timestamp_value.FromDatetime(end)
        write = request.writes.add()
        write.update.name = f"{DATABASE}/documents/ops/text"
        write.update.fields["at"].map_value.fields["end"].string_value = "2001-01-01"
        await service.commit(request, ADMIN)
        first, second = await sweep(service, POLICY), await sweep(service, POLICY)
        return (
            first,
            second,
            {each.name.partition("/documents/")[2] for each in service.space(DATABASE).database.all_documents()},
        )

    assert asyncio.run(work()) == (2, 0, {"ops/future", "other/past", "ops/text"})
