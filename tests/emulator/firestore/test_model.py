"""Random mutations, queries, aggregations, reads of the past and listeners agree with the naive model.

TRAVVY_MODEL_STEPS sets how many steps are taken (100000 for a thorough run), TRAVVY_MODEL_SEED where they start.
"""

import asyncio
import copy
import os
import random
from typing import Any

import pytest

from emulator.firestore.auth import ADMIN
from emulator.firestore.protos import (
    CommitRequest,
    Cursor,
    Document,
    ListenRequest,
    ListenResponse,
    RunAggregationQueryRequest,
    RunQueryRequest,
    StructuredQuery,
    Write,
)
from emulator.firestore.service import FirestoreService
from tests.emulator.firestore.model import ABSENT, Condition, Model, ModelQuery, from_message, look_up, rank, to_message

STEPS = int(os.environ.get("TRAVVY_MODEL_STEPS", "1600"))
SEED = int(os.environ.get("TRAVVY_MODEL_SEED", "1"))
DATABASE = "projects/demo-model/databases/(default)"
ROOT = f"{DATABASE}/documents"
PARENTS = (ROOT, f"{ROOT}/p/1", f"{ROOT}/p/2")
COLLECTION = "c"
FIELDS = ("a", "b", "m.x", "m.y")
SCALARS = (None, True, False, -1, 0, 1, 1.0, 2, 2.5, float("nan"), (1 << 53) + 1, float(1 << 53), "", "a", "b\x00", "é")
MESSAGE_OPERATORS = {
    "<": "LESS_THAN",
    "<=": "LESS_THAN_OR_EQUAL",
    ">": "GREATER_THAN",
    ">=": "GREATER_THAN_OR_EQUAL",
    "==": "EQUAL",
    "!=": "NOT_EQUAL",
    "in": "IN",
    "not-in": "NOT_IN",
    "array-contains": "ARRAY_CONTAINS",
    "array-contains-any": "ARRAY_CONTAINS_ANY",
}


_TURNS = 20


class Generator:
    """Random data, writes and queries from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def name(self) -> str:
        return f"{self.random.choice(PARENTS)}/{COLLECTION}/{self.random.randrange(25)}"

    def value(self) -> Any:
        roll = self.random.random()
        if roll < 0.75:
            return self.random.choice(SCALARS)
        if roll < 0.9:
            return [self.random.choice(SCALARS) for _ in range(self.random.randrange(3))]
        return {key: self.random.choice(SCALARS) for key in self.random.sample("kl", self.random.randrange(3))}

    def data(self) -> dict[str, Any]:
        data = {key: self.value() for key in self.random.sample("ab", self.random.randrange(3))}
        if self.random.random() < 0.6:
            data["m"] = {key: self.value() for key in self.random.sample("xy", self.random.randrange(3))}
        return data

    def condition(self, operators: tuple[str, ...]) -> Condition:
        operator = self.random.choice(operators)
        path = self.random.choice(FIELDS)
        if operator in ("in", "not-in", "array-contains-any"):
            return Condition(path, operator, [self.value() for _ in range(self.random.randrange(1, 4))])
        return Condition(path, operator, self.value())

    def query(self) -> ModelQuery:
        roll = self.random.random
        every: list[Condition] = []
        either: tuple[Condition, ...] = ()
        if roll() < 0.7:
            every = [
                self.condition(("==", "<", "<=", ">", ">=", "!=", "in", "array-contains"))
                for _ in range(self.random.randrange(1, 3))
            ]
            if sum(c.operator == "array-contains" for c in every) > 1:
                every = every[:1]
        if not every and roll() < 0.3:
            every = [self.condition(("not-in", "array-contains-any"))]
        elif roll() < 0.25 and all(c.operator != "array-contains" for c in every):
            either = tuple(self.condition(("==", ">", "<=", "array-contains")) for _ in range(2))
        paths = self.random.sample(FIELDS, self.random.choice((0, 0, 1, 1, 2)))
        query = ModelQuery(
            every=tuple(every),
            either=either,
            orders=tuple((path, roll() < 0.4) for path in paths),
            offset=self.random.choice((0, 0, 0, 2)),
            limit=self.random.choice((None, None, 1, 3, 7)),
            group=roll() < 0.3,
        )
        orders = query.full_orders()
        if orders and roll() < 0.4:
            values = tuple(self.value() for _ in range(self.random.randrange(1, len(orders) + 1)))
            cursor = (values, roll() < 0.5)
            where = "start" if roll() < 0.5 else "end"
            query = ModelQuery(**{**query.__dict__, where: cursor, "orders": tuple(orders)})
        return query


def query_message(query: ModelQuery) -> StructuredQuery:
    message = StructuredQuery()
    message.from_.add(collection_id=COLLECTION, all_descendants=query.group)
    filters = [_filter(condition) for condition in query.every]
    if query.either:
        either = StructuredQuery.Filter()
        either.composite_filter.op = StructuredQuery.CompositeFilter.Operator.Value("OR")
        either.composite_filter.filters.extend(map(_filter, query.either))
        filters.append(either)
    if filters:
        message.where.composite_filter.op = StructuredQuery.CompositeFilter.Operator.Value("AND")
        message.where.composite_filter.filters.extend(filters)
    for path, descending in query.orders:
        order = message.order_by.add(direction=2 if descending else 1)
        order.field.field_path = path
    if query.start:
        message.start_at.CopyFrom(Cursor(values=map(to_message, query.start[0]), before=query.start[1]))
    if query.end:
        message.end_at.CopyFrom(Cursor(values=map(to_message, query.end[0]), before=query.end[1]))
    message.offset = query.offset
    if query.limit is not None:
        message.limit.value = query.limit
    return message


def _filter(condition: Condition) -> StructuredQuery:
    message = StructuredQuery.Filter()
    operator = StructuredQuery.FieldFilter.Operator.Value(MESSAGE_OPERATORS[condition.operator])
    message.field_filter.op = operator
    message.field_filter.field.field_path = condition.path
    message.field_filter.value.CopyFrom(to_message(condition.value))
    return message


class Follower:
    """A listener and what it has been told."""

    def __init__(self, service: FirestoreService, query: ModelQuery, parent: str) -> None:
        self.query, self.parent = query, parent
        self.shown: dict[str, Document] = {}
        self._requests: asyncio.Queue[ListenRequest] = asyncio.Queue()
        request = ListenRequest(database=DATABASE)
        request.add_target.query.parent = parent
        request.add_target.query.structured_query.CopyFrom(query_message(query))
        request.add_target.target_id = 1
        self._requests.put_nowait(request)
        self._responses = service.listen(self._sent(), ADMIN)
        self._following = asyncio.create_task(self._follow())

    async def _sent(self) -> Any:
        while True:
            yield await self._requests.get()

    def _apply(self, response: ListenResponse) -> None:
        kind = response.WhichOneof("response_type")
        if kind == "document_change":
            self.shown[response.document_change.document.name] = response.document_change.document
        elif kind in ("document_delete", "document_remove"):
            del self.shown[getattr(response, kind).document]

    async def _follow(self) -> None:
        async for response in self._responses:
            self._apply(response)

    async def settle(self) -> None:
        """Lets the service tell everything it has to tell: it shares this loop, so some turns of it are enough."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    async def close(self) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)


class Run:
    """The service and the model, step by step."""

    def __init__(self, seed: int) -> None:
        self.generator = Generator(seed)
        self.random = self.generator.random
        self.service = FirestoreService()
        self.model = Model()

    async def mutate(self) -> None:
        request = CommitRequest(database=DATABASE)
        for _ in range(self.random.choice((1, 1, 2, 4))):
            name = self.generator.name()
            self.random.choice((self.set, self.set, self.update, self.delete, self.increment, self.union))(
                request.writes.add(), name
            )
        response = await self.service.commit(request, ADMIN)
        self.model.remember(copy.copy(response.commit_time), keep=20)

    def set(self, write: Write, name: str) -> None:
        data = self.generator.data()
        self.model.documents[name] = data
        write.update.name = name
        _fill(write.update, data)

    def update(self, write: Write, name: str) -> None:
        new = self.generator.data()
        paths = self.random.sample(FIELDS, 2)
        data = copy.deepcopy(self.model.documents.get(name, {}))
        for path in paths:
            _put(data, path, look_up(new, path))
        self.model.documents[name] = data
        write.update.name = name
        _fill(write.update, new)
        write.update_mask.field_paths.extend(paths)

    def delete(self, write: Write, name: str) -> None:
        self.model.documents.pop(name, None)
        write.delete = name

    def increment(self, write: Write, name: str) -> None:
        self._transform(write, name)
        amount = self.random.choice((1, -3, 0.5))
        data, path = self.model.documents[name], self.random.choice(FIELDS)
        old = look_up(data, path)
        numeric = isinstance(old, int | float) and not isinstance(old, bool)
        _put(data, path, old + amount if numeric else amount)
        transform = write.update_transforms.add(field_path=path)
        transform.increment.CopyFrom(to_message(amount))

    def union(self, write: Write, name: str) -> None:
        self._transform(write, name)
        added = [self.random.choice(SCALARS) for _ in range(2)]
        data, path = self.model.documents[name], self.random.choice(FIELDS)
        old = look_up(data, path)
        union = list(old) if isinstance(old, list) else []
        for each in added:
            if not Condition("u", "array-contains", each).holds({"u": union}):
                union.append(each)
        _put(data, path, union)
        transform = write.update_transforms.add(field_path=path)
        transform.append_missing_elements.values.extend(map(to_message, added))

    def _transform(self, write: Write, name: str) -> None:
        self.model.documents[name] = copy.deepcopy(self.model.documents.get(name, {}))
        write.update.name = name
        write.update_mask.SetInParent()

    async def check_query(self) -> None:
        query, parent = self.generator.query(), self.random.choice(PARENTS)
        request = RunQueryRequest(parent=parent, structured_query=query_message(query))
        documents, at = self.model.documents, None
        if self.model.history and self.random.random() < 0.2:
            time, documents = self.random.choice(self.model.history)
            request.read_time.CopyFrom(time)
            at = documents
        found = [r.document async for r in self.service.run_query(request, ADMIN) if r.HasField("document")]
        if query.group and parent != ROOT:
            below = {name: data for name, data in documents.items() if name.startswith(parent + "/")}
            expected = self.model.query(query, parent, COLLECTION, below)
        else:
            expected = self.model.query(query, parent, COLLECTION, at)
        assert [document.name for document in found] == expected, (query, parent)
        for document in found:
            assert _same(_data(document), documents[document.name])
        if at is None:
            await self.check_count(query, parent, len(expected))

    async def check_count(self, query: ModelQuery, parent: str, expected: int) -> None:
        request = RunAggregationQueryRequest(parent=parent)
        request.structured_aggregation_query.structured_query.CopyFrom(query_message(query))
        request.structured_aggregation_query.aggregations.add(alias="n").count.SetInParent()
        async for response in self.service.run_aggregation_query(request, ADMIN):
            assert response.result.aggregate_fields["n"].integer_value == expected, (query, parent)

    async def check_follower(self, follower: Follower) -> None:
        await follower.settle()
        expected = self.model.query(follower.query, follower.parent, COLLECTION)
        if follower.query.group and follower.parent != ROOT:
            below = {n: d for n, d in self.model.documents.items() if n.startswith(follower.parent + "/")}
            expected = self.model.query(follower.query, follower.parent, COLLECTION, below)
        assert sorted(follower.shown) == sorted(expected), (follower.query, follower.parent)
        for name, document in follower.shown.items():
            assert _same(_data(document), self.model.documents[name])


def _fill(document: Document, data: dict[str, Any]) -> None:
    for name, value in data.items():
        document.fields[name].CopyFrom(to_message(value))


def _data(document: Document) -> dict[str, Any]:
    return {name: from_message(value) for name, value in document.fields.items()}


def _same(left: Any, right: Any) -> bool:
    """Equal in value and in type, NaN included."""
    return repr(_sorted(left)) == repr(_sorted(right))


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    if value is ABSENT:
        inner: Any = data
        for segment in parents:
            inner = inner.get(segment) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop(last, None)
        return
    for segment in parents:
        if not isinstance(data.get(segment), dict):
            data[segment] = {}
        data = data[segment]
    data[last] = value


async def run(steps: int, seed: int) -> None:
    state = Run(seed)
    followers: list[Follower] = []
    for step in range(steps):
        await (state.mutate() if state.random.random() < 0.5 else state.check_query())
        if step % 200 == 100:
            for _ in range(4):
                followers.append(Follower(state.service, state.generator.query(), state.random.choice(PARENTS)))
                await followers[-1].settle()
        if step % 40 == 39:
            for follower in followers:
                await state.check_follower(follower)
        if step % 200 == 99:
            for follower in followers:
                await follower.close()
            followers.clear()
    for follower in followers:
        await follower.close()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_agrees_with_the_model(part: int) -> None:
    asyncio.run(run(STEPS // 4, SEED * 1000 + part))


def test_the_model_ranks_types_as_firestore_does() -> None:
    assert [rank(value) for value in (None, True, 1, 1.5, "", [], {})] == [0, 1, 2, 2, 3, 4, 5]
