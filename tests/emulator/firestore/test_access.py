"""Callers, rules and listeners: what a caller without rights gets, and when a listener loses its target."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from grpc import StatusCode

from emulator.firestore.auth import ADMIN, ANONYMOUS, AuthContext, from_authorization
from emulator.firestore.errors import StatusError
from emulator.firestore.gate import Gate
from emulator.firestore.protos import (
    BatchWriteRequest,
    CommitRequest,
    GetDocumentRequest,
    ListCollectionIdsRequest,
    ListDocumentsRequest,
    ListenRequest,
    ListenResponse,
    RunAggregationQueryRequest,
    RunQueryRequest,
)
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.service import FirestoreService

DATABASE = "projects/demo-access/databases/(default)"
ROOT = f"{DATABASE}/documents"
RULES = """
rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    match /trips/{trip} {
      function member() {
        return get(/databases/$(database)/documents/roles/$(trip)).data.get(request.auth.uid, '') == 'yes';
      }
      allow get, update: if member();
      allow list: if request.auth != null && resource.data.owner == request.auth.uid;
      match /items/{item} {
        allow read: if member();
        allow create: if request.resource.data.n == getAfter(/databases/$(database)/documents/trips/$(trip)).data.n;
      }
    }
  }
}
"""
ANN = AuthContext(uid="ann", token={"sub": "ann"})


def token(payload: object, parts: int = 3) -> str:
    encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return "Bearer " + ".".join(["e30", encoded, ""][:parts])


def test_who_calls() -> None:
    assert from_authorization(None) == ANONYMOUS
    assert from_authorization("Bearer owner") == ADMIN
    caller = from_authorization(token({"sub": "ann", "admin": True}))
    assert (caller.uid, caller.admin, caller.token) == ("ann", False, {"sub": "ann", "admin": True})


@pytest.mark.parametrize(
    "header",
    ["Basic x", "Bearer ", "Bearer nonsense", token({"sub": "a"}, parts=2), token([1]), token({}), "Bearer a.!.c"],
)
def test_headers_that_are_refused(header: str) -> None:
    with pytest.raises(StatusError) as refusal:
        from_authorization(header)
    assert refusal.value.code is StatusCode.INVALID_ARGUMENT


class World:
    """A service with rules and a few documents."""

    def __init__(self) -> None:
        self.service = FirestoreService(Gate(RulesGuard()))
        self.service.reload_rules(RULES)

    async def set(self, path: str, data: dict[str, Any], auth: AuthContext = ADMIN) -> None:
        request = CommitRequest(database=DATABASE)
        self.add(request, path, data)
        await self.service.commit(request, auth)

    def add(self, request: CommitRequest, path: str, data: dict[str, Any]) -> None:
        write = request.writes.add()
        write.update.name = f"{ROOT}/{path}"
        for name, value in data.items():
            kind = "integer_value" if isinstance(value, int) else "string_value"
            setattr(write.update.fields[name], kind, value)

    async def filled(self) -> "World":
        await self.set("roles/kyoto", {"ann": "yes"})
        await self.set("trips/kyoto", {"owner": "ann", "n": 1})
        await self.set("trips/kyoto/items/1", {"n": 1})
        return self


def run(scenario: Callable[[World], Any]) -> Any:
    async def work() -> Any:
        return await scenario(await World().filled())

    return asyncio.run(work())


async def refused(call: Any) -> StatusCode:
    with pytest.raises(StatusError) as refusal:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    return refusal.value.code


def by_owner(owner: str) -> RunQueryRequest:
    request = RunQueryRequest(parent=ROOT)
    request.structured_query.from_.add(collection_id="trips")
    request.structured_query.where.field_filter.field.field_path = "owner"
    request.structured_query.where.field_filter.op = 5
    request.structured_query.where.field_filter.value.string_value = owner
    return request


def test_reads() -> None:
    async def scenario(world: World) -> None:
        service = world.service
        get = GetDocumentRequest(name=f"{ROOT}/trips/kyoto")
        assert (await service.get_document(get, ANN)).fields["n"].integer_value == 1
        assert await refused(service.get_document(get, ANONYMOUS)) is StatusCode.PERMISSION_DENIED
        found = [each async for each in service.run_query(by_owner("ann"), ANN)]
        assert found[0].document.name == get.name
        assert await refused(service.run_query(by_owner("bob"), ANN)) is StatusCode.PERMISSION_DENIED
        listing = ListDocumentsRequest(parent=ROOT, collection_id="trips")
        assert await refused(service.list_documents(listing, ANN)) is StatusCode.PERMISSION_DENIED
        counting = RunAggregationQueryRequest(parent=ROOT)
        counting.structured_aggregation_query.structured_query.CopyFrom(by_owner("bob").structured_query)
        counting.structured_aggregation_query.aggregations.add().count.SetInParent()
        assert await refused(service.run_aggregation_query(counting, ANN)) is StatusCode.PERMISSION_DENIED

    run(scenario)


def test_what_only_administrators_may() -> None:
    async def scenario(world: World) -> None:
        service = world.service
        calls = [
            service.list_collection_ids(ListCollectionIdsRequest(parent=ROOT), ANN),
            service.batch_write(BatchWriteRequest(database=DATABASE), ANN),
            service.list_documents(
                ListDocumentsRequest(parent=f"{ROOT}/trips/kyoto", collection_id="items", show_missing=True), ANN
            ),
        ]
        assert [await refused(call) for call in calls] == [StatusCode.PERMISSION_DENIED] * 3

    run(scenario)


def test_a_commit_is_judged_as_a_whole() -> None:
    async def scenario(world: World) -> None:
        request = CommitRequest(database=DATABASE)
        world.add(request, "trips/kyoto/items/2", {"n": 5})
        assert await refused(world.service.commit(request, ANN)) is StatusCode.PERMISSION_DENIED
        world.add(request, "trips/kyoto", {"owner": "ann", "n": 5})
        await world.service.commit(request, ANN)

    run(scenario)


def test_a_failed_precondition_is_told_only_to_those_who_may_write() -> None:
    async def scenario(world: World) -> None:
        request = CommitRequest(database=DATABASE)
        world.add(request, "trips/kyoto", {"n": 1})
        request.writes[0].current_document.exists = False
        assert await refused(world.service.commit(request, ANONYMOUS)) is StatusCode.PERMISSION_DENIED
        assert await refused(world.service.commit(request, ANN)) is StatusCode.ALREADY_EXISTS

    run(scenario)


class Listener:
    """A listener in the service's own loop."""

    def __init__(self, world: World, auth: AuthContext, **target: Any) -> None:
        self._request = ListenRequest(database=DATABASE, add_target={"target_id": 1, **target})
        self._responses = world.service.listen(self._requests(), auth)

    async def _requests(self) -> AsyncIterator[ListenRequest]:
        yield self._request
        await asyncio.Event().wait()

    async def until(self, kind: str) -> ListenResponse:
        async with asyncio.timeout(5):
            async for response in self._responses:
                found = response.WhichOneof("response_type")
                if found == "target_change":
                    found = type(response.target_change).TargetChangeType.Name(
                        response.target_change.target_change_type
                    )
                if found == kind:
                    return response
        raise AssertionError(f"the stream ended before {kind}")


def items() -> dict[str, Any]:
    return {
        "query": {
            "parent": f"{ROOT}/trips/kyoto",
            "structured_query": {"from_": [{"collection_id": "items"}]},
        }
    }


def test_a_listener_without_rights_is_removed_at_once() -> None:
    async def scenario(world: World) -> None:
        response = await Listener(world, ANONYMOUS, **items()).until("REMOVE")
        assert response.target_change.cause.code == 7

    run(scenario)


@pytest.mark.parametrize("target", [items(), {"documents": {"documents": [f"{ROOT}/trips/kyoto"]}}])
def test_a_listener_whose_membership_ends_is_removed(target: dict[str, Any]) -> None:
    async def scenario(world: World) -> None:
        listener = Listener(world, ANN, **target)
        await listener.until("NO_CHANGE")
        await world.set("roles/kyoto", {"ann": "no"})
        response = await listener.until("REMOVE")
        assert (response.target_change.cause.code, list(response.target_change.target_ids)) == (7, [1])

    run(scenario)


def test_a_listener_keeps_following_while_its_membership_lasts() -> None:
    async def scenario(world: World) -> None:
        listener = Listener(world, ANN, **items())
        await listener.until("NO_CHANGE")
        await world.set("roles/kyoto", {"ann": "yes", "bob": "yes"})
        await world.set("trips/kyoto/items/2", {"n": 2})
        assert (await listener.until("document_change")).document_change.document.name.endswith("/items/2")

    run(scenario)


def test_new_rules_end_listeners_that_they_forbid() -> None:
    async def scenario(world: World) -> None:
        listener = Listener(world, ANN, **items())
        await listener.until("NO_CHANGE")
        world.service.reload_rules("rules_version = '2'; service cloud.firestore { match /x/{y} { allow read; } }")
        assert (await listener.until("REMOVE")).target_change.cause.code == 7

    run(scenario)
