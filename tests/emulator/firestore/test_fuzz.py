"""Whatever a request says, the answer is a response or a status: no crash, no hang.

TRAVVY_FUZZ_ROUNDS sets how many requests are tried, TRAVVY_FUZZ_SEED where they start.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError

from emulator.firestore import protos
from emulator.firestore.auth import ADMIN
from emulator.firestore.definitions import parse
from emulator.firestore.errors import StatusError
from emulator.firestore.gate import Gate
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.service import FirestoreService

ROUNDS = int(os.environ.get("TRAVVY_FUZZ_ROUNDS", "2500"))
SEED = int(os.environ.get("TRAVVY_FUZZ_SEED", "1"))
DATABASE = "projects/demo-fuzz/databases/(default)"
ROOT = f"{DATABASE}/documents"
METHODS = {
    "GetDocument": "get_document",
    "ListDocuments": "list_documents",
    "CreateDocument": "create_document",
    "UpdateDocument": "update_document",
    "DeleteDocument": "delete_document",
    "BatchGetDocuments": "batch_get_documents",
    "BeginTransaction": "begin_transaction",
    "Commit": "commit",
    "Rollback": "rollback",
    "RunQuery": "run_query",
    "RunAggregationQuery": "run_aggregation_query",
    "PartitionQuery": "partition_query",
    "ListCollectionIds": "list_collection_ids",
    "BatchWrite": "batch_write",
    "Listen": "listen",
    "Write": "write",
}
TEXTS = (
    "",
    "a",
    "a.b",
    "`a`.b",
    "a..b",
    "`",
    "__name__",
    "__x__",
    "é",
    "\x00",
    "/",
    "c",
    DATABASE,
    ROOT,
    f"{ROOT}/c",
    f"{ROOT}/c/d",
    f"{ROOT}/c/d/e/f",
    f"{ROOT}//",
    "a desc, b",
    "x" * 2000,
)
NUMBERS = (0, 1, -1, 2, 7, 300, (1 << 31) - 1, -(1 << 31))
LARGE = (*NUMBERS, (1 << 63) - 1, -(1 << 63))
FLOATS = (0.0, -0.0, 1.5, float("inf"), float("nan"), -1e308)


class Fuzzer:
    """Random messages of any type, with values that hurt."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def message(self, message: Any, depth: int = 0) -> Any:
        for descriptor in message.DESCRIPTOR.fields:
            wanted = descriptor.name in ("database", "parent", "name", "writes", "structured_query", "from_")
            if self.random.random() > (0.9 if wanted else 0.35) or depth > 7:
                continue
            self._set(message, descriptor, depth)
        return message

    def _set(self, message: Any, descriptor: Any, depth: int) -> None:
        name = descriptor.name
        if descriptor.message_type is not None and descriptor.message_type.GetOptions().map_entry:
            held = descriptor.message_type.fields_by_name["value"]
            for _ in range(self.random.randrange(3)):
                if held.message_type is not None:
                    self.message(getattr(message, name)[self.random.choice(TEXTS)], depth + 1)
                else:
                    getattr(message, name)[self.random.choice(TEXTS)] = self._scalar(held)
        elif descriptor.is_repeated:
            for _ in range(self.random.randrange(3)):
                if descriptor.message_type is not None:
                    self.message(getattr(message, name).add(), depth + 1)
                else:
                    getattr(message, name).append(self._scalar(descriptor))
        elif descriptor.message_type is not None:
            self.message(getattr(message, name), depth + 1)
            getattr(message, name).SetInParent()
        else:
            setattr(message, name, self._scalar(descriptor))

    def _scalar(self, descriptor: Any) -> Any:
        choose = self.random.choice
        if descriptor.type == FieldDescriptor.TYPE_STRING:
            if descriptor.name == "database":
                return choose((DATABASE, DATABASE, DATABASE, *TEXTS))
            if descriptor.name in ("parent", "name", "documents", "delete", "document", "reference_value"):
                return choose((ROOT, f"{ROOT}/c/d", f"{ROOT}/c/d", f"{ROOT}/c/e", *TEXTS))
            if descriptor.name == "field_path":
                return choose(("a", "b", "a.b", *TEXTS))
            return choose(TEXTS)
        if descriptor.type == FieldDescriptor.TYPE_BYTES:
            return choose((b"", b"\x00", b"\xff" * 8, b"\x00" * 8, b"x" * 16))
        if descriptor.type == FieldDescriptor.TYPE_ENUM:
            return choose([value.number for value in descriptor.enum_type.values])
        if descriptor.type == FieldDescriptor.TYPE_BOOL:
            return choose((True, False))
        if descriptor.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
            return choose(FLOATS)
        return choose(LARGE if descriptor.type == FieldDescriptor.TYPE_INT64 else NUMBERS)

    def damaged(self, data: bytes) -> bytes:
        """The bytes with a few of them changed."""
        damaged = bytearray(data)
        for _ in range(self.random.randrange(1, 4)):
            if damaged:
                damaged[self.random.randrange(len(damaged))] = self.random.randrange(256)
        return bytes(damaged)


async def once(request: Any) -> AsyncIterator[Any]:
    yield request
    yield request


async def attempt(service: FirestoreService, rpc: str, request: Any) -> bool:
    """Whether the request was answered with a response."""
    method = getattr(service, METHODS[rpc])
    try:
        async with asyncio.timeout(10):
            if rpc in ("Listen", "Write"):
                async for response in method(once(request), ADMIN):
                    response.SerializeToString()
            elif rpc in ("BatchGetDocuments", "RunQuery", "RunAggregationQuery"):
                async for response in method(request, ADMIN):
                    response.SerializeToString()
            else:
                await method(request, ADMIN)
    except StatusError as error:
        assert error.message
        return False
    return True


async def fuzz(seed: int, rounds: int) -> int:
    fuzzer = Fuzzer(seed)
    service = FirestoreService(Gate(RulesGuard(), parse({})))
    answered = 0
    for number in range(rounds):
        rpc = fuzzer.random.choice(tuple(METHODS))
        kind = getattr(protos, f"{rpc}Request")
        request = fuzzer.message(kind())
        if number % 2:
            try:
                request = kind.FromString(fuzzer.damaged(request.SerializeToString()))
            except DecodeError:
                continue
        for space in service.spaces():
            for transaction in space.transactions.open():
                space.transactions.end(transaction)
        answered += await attempt(service, rpc, request)
    return answered


def test_no_request_crashes_the_service() -> None:
    assert asyncio.run(fuzz(SEED, ROUNDS)) > ROUNDS / 50


def test_values_nested_far_too_deep() -> None:
    async def work() -> None:
        service = FirestoreService()
        request = protos.CommitRequest(database=DATABASE)
        write = request.writes.add()
        write.update.name = f"{ROOT}/c/d"
        value = write.update.fields["v"]
        for _ in range(30):
            value = value.map_value.fields["v"]
        value.integer_value = 1
        assert not await attempt(service, "Commit", protos.CommitRequest.FromString(request.SerializeToString()))

    asyncio.run(work())
