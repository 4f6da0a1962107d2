"""What the Firestore emulator does in a second, and how long a change takes to reach its listeners.

    .venv/bin/python bench/emulator.py [--quick] [--json FILE]

Clients are raw gRPC (the generated client's overhead is not what is measured), in processes of their own but on the
same machine: what they take, the emulator does not get. Each line with a bar says whether it was met.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import grpc.aio

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from emulator.firestore import protos
from emulator.firestore.testing import Emulator, running

DATABASE = "projects/demo-bench/databases/(default)"
ROOT = f"{DATABASE}/documents"
OWNER = (("authorization", "Bearer owner"),)
SERVICE = "/google.firestore.v1.Firestore/"
STREAMS_A_CHANNEL = 50
PROCESSES = 2


@dataclass(frozen=True)
class Figure:
    """One measured value; `ok` is None without a bar. Bars are upper bounds for times, lower bounds for rates."""

    name: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def ok(self) -> bool | None:
        if self.bar is None:
            return None
        return self.value >= self.bar if self.unit == "/s" else self.value <= self.bar


@dataclass
class Report:
    figures: list[Figure] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, bar: float | None = None) -> None:
        figure = Figure(name, round(value, 3), unit, bar)
        self.figures.append(figure)
        against = "" if bar is None else f"  (bar {bar:g} {unit}: {'met' if figure.ok else 'MISSED'})"
        print(f"{name:58} {value:12.2f} {unit}{against}", flush=True)

    def spread(self, name: str, seconds: list[float], bar: float | None = None) -> None:
        """Median and 95th percentile, in milliseconds; the bar is for the latter."""
        cuts = statistics.quantiles(seconds, n=20)
        self.add(f"{name}, p50", statistics.median(seconds) * 1000, "ms")
        self.add(f"{name}, p95", cuts[-1] * 1000, "ms", bar)


class Client:
    """One connection."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.aio.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)])

    def call(self, rpc: str, request: Any, response: str) -> Awaitable[Any]:
        return self.channel.unary_unary(
            SERVICE + rpc, type(request).SerializeToString, getattr(protos, response).FromString
        )(request, metadata=OWNER)

    def commit(self, *writes: Any) -> Awaitable[Any]:
        return self.call("Commit", protos.CommitRequest(database=DATABASE, writes=writes), "CommitResponse")

    def get(self, path: str) -> Awaitable[Any]:
        return self.call("GetDocument", protos.GetDocumentRequest(name=f"{ROOT}/{path}"), "Document")


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Client]:
    client = Client(address)
    yield client
    await client.channel.close()


def document(path: str, number: int) -> Any:
    write = protos.Write()
    write.update.name = f"{ROOT}/{path}"
    fields = write.update.fields
    fields["number"].integer_value = number
    fields["group"].integer_value = number % 100
    fields["title"].string_value = f"document number {number}"
    fields["when"].timestamp_value.seconds = 1_800_000_000 + number
    return write


async def rate(client: Client, seconds: float, work: Callable[[int], Awaitable[Any]]) -> tuple[float, list[float]]:
    """Calls one after the other for a while: calls a second, and how long each took."""
    times = []
    begin = time.perf_counter()
    while (start := time.perf_counter()) - begin < seconds:
        await work(len(times))
        times.append(time.perf_counter() - start)
    return len(times) / (time.perf_counter() - begin), times


async def fill(client: Client, collection: str, count: int) -> None:
    for at in range(0, count, 500):
        await client.commit(*(document(f"{collection}/{i:07}", i) for i in range(at, min(at + 500, count))))


def commit_for_a_while(address: str, process: int, clients: int, seconds: float) -> float:
    """Commits a second by some clients of one process, each to its own documents."""

    async def work() -> float:
        async def one(number: int) -> float:
            async with connected(address) as client:
                await client.commit(document(f"warm/{process}-{number}", 0))
                found, _ = await rate(
                    client, seconds, lambda i: client.commit(document(f"c/{process}-{number}-{i % 1000}", i))
                )
                return found

        return sum(await asyncio.gather(*map(one, range(clients))))

    return asyncio.run(work())


async def one_client(report: Report, emulator: Emulator, seconds: float) -> None:
    async with connected(emulator.address) as client:
        await client.commit(document("one/0", 0))
        reads, times = await rate(client, seconds, lambda _: client.get("one/0"))
        report.add("single-document reads, one client", reads, "/s")
        report.spread("single-document read", times)
        commits, times = await rate(client, seconds, lambda i: client.commit(document(f"one/{i}", i)))
        report.add("commits, one client", commits, "/s")
        report.spread("commit", times)


async def eight_clients(report: Report, emulator: Emulator, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        share = 8 // PROCESSES
        work = [
            loop.run_in_executor(pool, commit_for_a_while, emulator.address, number, share, seconds)
            for number in range(PROCESSES)
        ]
        report.add("commits, eight clients", sum(await asyncio.gather(*work)), "/s", bar=1000)


def ranged(collection: str) -> Any:
    """100 documents by a range of an index."""
    query = protos.StructuredQuery()
    query.from_.add(collection_id=collection)
    query.where.field_filter.field.field_path = "number"
    query.where.field_filter.op = protos.StructuredQuery.FieldFilter.Operator.Value("GREATER_THAN_OR_EQUAL")
    query.where.field_filter.value.integer_value = 5000
    query.limit.value = 100
    return query


def scanning(collection: str, count: int) -> Any:
    """The last document: every entry of the first field's range must be looked at for the second."""
    query = protos.StructuredQuery()
    query.from_.add(collection_id=collection)
    for path, number in (("group", 0), ("number", count - 1)):
        part = query.where.composite_filter.filters.add().field_filter
        part.field.field_path = path
        part.op = protos.StructuredQuery.FieldFilter.Operator.Value("GREATER_THAN_OR_EQUAL")
        part.value.integer_value = number
    query.where.composite_filter.op = protos.StructuredQuery.CompositeFilter.Operator.Value("AND")
    return query


async def queries(report: Report, emulator: Emulator, count: int, repeats: int) -> None:
    collection = f"docs{count}"
    async with connected(emulator.address) as client:
        before = resident(emulator)
        await fill(client, collection, count)
        report.add(f"memory for {count} documents", resident(emulator) - before, "MiB")
        _, times = await rate(client, 1, lambda i: client.get(f"{collection}/{i % count:07}"))
        report.spread(f"single-document read among {count}", times)
    with grpc.insecure_channel(emulator.address) as channel:
        start = time.perf_counter()
        run_query(channel, ranged(collection))
        report.add(f"first query of {count}, builds the index", (time.perf_counter() - start) * 1000, "ms")
        for name, query, results in (
            ("100 documents by index range", ranged(collection), 100),
            ("1 document without index range", scanning(collection, count), 1),
        ):
            run_query(channel, query)
            times = []
            for _ in range(repeats):
                start = time.perf_counter()
                found = run_query(channel, query)
                times.append(time.perf_counter() - start)
                assert found == results, (name, found)
            report.spread(f"query of {count}: {name}", times)


def run_query(channel: grpc.Channel, query: Any) -> int:
    """The number of results; the blocking client, because the asynchronous one takes longer per message than the
    emulator does."""
    request = protos.RunQueryRequest(parent=ROOT, structured_query=query)
    call = channel.unary_stream(
        SERVICE + "RunQuery", protos.RunQueryRequest.SerializeToString, protos.RunQueryResponse.FromString
    )
    return sum(response.HasField("document") for response in call(request, metadata=OWNER))


def resident(emulator: Emulator) -> float:
    """The emulator's resident memory in MiB."""
    for line in Path(f"/proc/{emulator.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS in /proc")


class Listener:
    """One Listen stream on one document; notes when each change arrived."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._call = channel.stream_stream(
            SERVICE + "Listen", protos.ListenRequest.SerializeToString, protos.ListenResponse.FromString
        )(metadata=OWNER)
        self.arrivals: dict[int, float] = {}
        self.current = asyncio.Event()
        self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        request = protos.ListenRequest(database=DATABASE)
        request.add_target.target_id = 1
        request.add_target.documents.documents.append(f"{ROOT}/fan/out")
        await self._call.write(request)
        while (response := await self._call.read()) is not grpc.aio.EOF:
            if response.HasField("document_change"):
                number = response.document_change.document.fields["number"].integer_value
                self.arrivals[number] = time.perf_counter()
            elif response.HasField("target_change") and response.target_change.resume_token:
                self.current.set()

    async def close(self) -> None:
        self._task.cancel()
        self._call.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def fan_out(report: Report, emulator: Emulator, listeners: int, commits: int) -> None:
    async with connected(emulator.address) as writer:
        clients = [Client(emulator.address) for _ in range(-(-listeners // STREAMS_A_CHANNEL))]
        following = [Listener(clients[i // STREAMS_A_CHANNEL].channel) for i in range(listeners)]
        await asyncio.gather(*(each.current.wait() for each in following))
        times = []
        for number in range(1, commits + 1):
            start = time.perf_counter()
            await writer.commit(document("fan/out", number))
            while not all(number in each.arrivals for each in following):
                await asyncio.sleep(0.001)
            times += [each.arrivals[number] - start for each in following]
        report.spread(f"fan-out to {listeners} listeners", times, bar=15 if listeners == 10 else None)
        await asyncio.gather(*(each.close() for each in following))
        await asyncio.gather(*(client.channel.close() for client in clients))
        await writer.commit(protos.Write(delete=f"{ROOT}/fan/out"))


async def first_answer(address: str) -> None:
    async with connected(address) as client:
        await client.commit(document("first/answer", 1))


def start_up(report: Report, repeats: int) -> None:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        with running() as emulator:
            asyncio.run(first_answer(emulator.address))
            times.append(time.perf_counter() - start)
    report.add("start to first answer", min(times), "s", bar=1.0)


async def measure(report: Report, emulator: Emulator, quick: bool) -> None:
    seconds = 2.0 if quick else 5.0
    await one_client(report, emulator, seconds)
    await eight_clients(report, emulator, seconds)
    for listeners, commits in ((1, 50), (10, 50), (100, 20), (1000, 5)):
        await fan_out(report, emulator, listeners, commits if quick else commits * 2)
    for count in (10_000,) if quick else (10_000, 100_000):
        await queries(report, emulator, count, repeats=20)


def main() -> int:
    """Returns 1 when a bar was missed."""
    arguments = options("emulator", __doc__, "shorter, and without the 100,000 documents").parse_args()
    report = Report()
    start_up(report, 2 if arguments.quick else 5)
    with running() as emulator:
        asyncio.run(measure(report, emulator, arguments.quick))
    bars = [Bar(f"{one.name}, {one.unit}", one.value, one.bar, one.ok is not False) for one in report.figures]
    return finish(bars, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
