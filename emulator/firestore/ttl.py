"""Time to live: documents whose TTL field lies in the past are deleted, some time later, as in production."""

import asyncio
from collections.abc import Sequence

from emulator.firestore import values
from emulator.firestore.auth import ADMIN
from emulator.firestore.clock import to_timestamp
from emulator.firestore.definitions import Definitions
from emulator.firestore.errors import StatusError
from emulator.firestore.indexes import Component, Mode, Source
from emulator.firestore.paths import FieldPath
from emulator.firestore.protos import CommitRequest, Value
from emulator.firestore.service import FirestoreService
from emulator.firestore.storage import Database

SWEEP_SECONDS = 5.0
_BATCH = 500


async def sweep_forever(service: FirestoreService) -> None:
    """Sweeps every few seconds, by whatever policies are in force then."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        if service.gate.definitions is not None:
            await sweep(service, service.gate.definitions)


async def sweep(service: FirestoreService, definitions: Definitions) -> int:
    """Deletes the documents that have expired now; returns how many."""
    total = 0
    for space in service.spaces():
        for group, path in definitions.ttl:
            names = await expired(space.database, group, path)
            for at in range(0, len(names), _BATCH):
                request = CommitRequest(database=space.database.name)
                for name in names[at : at + _BATCH]:
                    request.writes.add(delete=name)
                try:
                    await service.commit(request, ADMIN)
                except StatusError:
                    continue  # a transaction holds one of them: the next sweep will find them again
                total += len(request.writes)
    return total


async def expired(database: Database, group: str, path: FieldPath) -> Sequence[str]:
    """Names of the documents of a collection group whose TTL field is a time that has passed."""
    now = values.key(Value(timestamp_value=to_timestamp(database.clock.read())))
    first, _ = values.class_bounds(now)
    source, shape = Source(None, group), (Component(path, Mode.ASCENDING),)
    await database.indexes.prepare(source, shape)
    index = database.indexes.find(source, shape)
    return list(index.scan(first + values.AFTER, now + values.AFTER))
