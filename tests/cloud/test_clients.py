"""The real client libraries, as the factories make them, against the local cloud."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud import tasks_v2
from google.cloud.pubsub_v1 import SubscriberClient

from shared.cloud import firestore, gemini, pubsub, tasks
from shared.cloud.once import Once
from shared.runtime import trace
from shared.runtime.ids import RandomIds
from shared.runtime.models import Request
from shared.runtime.settings import SettingsError, settings
from tests.support.waiting import eventually

WAIT_SECONDS = 90


class Payload(Request):
    trip_id: str
    number: int = 1


class Received:
    """What a task function's address got."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[dict[str, str], bytes]] = []


@contextmanager
def receiver() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            received.requests.append((headers | {"path": self.path}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        received.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield received
        server.shutdown()


@pytest.fixture
def functions(monkeypatch) -> Iterator[Received]:
    """Stands where the functions would be, so that deliveries can be looked at."""
    with receiver() as received:
        monkeypatch.setenv("TRAVVY_FUNCTIONS_URL", received.url)
        settings.cache_clear()
        yield received
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def queue() -> Iterator[str]:
    """A queue of the test's own."""
    name = f"q-{RandomIds().new()}"
    parent = f"projects/{settings().project}/locations/{settings().region}"
    path = f"{parent}/queues/{name}"
    tasks.client().create_queue(parent=parent, queue=tasks_v2.Queue(name=path))
    yield name
    tasks.client().delete_queue(name=path)


class TestTasks:
    def test_delivery(self, functions, queue):
        trace.enter(trace.Trace("ab" * 16, "12" * 8))
        assert tasks.enqueue(queue, "plan-work", Payload(trip_id="t1"), task_id="job-1")
        headers, body = eventually(lambda: functions.requests)[0]
        assert headers["path"] == "/plan-work"
        assert json.loads(body) == {"tripId": "t1", "number": 1}
        assert headers["content-type"] == "application/json"
        assert headers["traceparent"] == f"00-{'ab' * 16}-{'12' * 8}-01"
        assert headers["x-cloudtasks-taskname"] == "job-1"
        assert headers["x-cloudtasks-queuename"] == queue
        assert headers["authorization"].startswith("Bearer ")

    def test_a_named_task_happens_once(self, functions, queue):
        assert tasks.enqueue(queue, "plan-work", {"a": 1}, task_id="job-2") is True
        assert tasks.enqueue(queue, "plan-work", {"a": 1}, task_id="job-2") is False
        eventually(lambda: functions.requests)
        assert tasks.enqueue(queue, "plan-work", {"a": 1}, task_id="job-2") is False
        assert len(functions.requests) == 1

    def test_unnamed_tasks_are_separate(self, functions, queue):
        assert tasks.enqueue(queue, "plan-work", {"a": 1})
        assert tasks.enqueue(queue, "plan-work", {"a": 1})
        eventually(lambda: len(functions.requests) == 2)

    def test_delay(self, functions, queue):
        asked = time.time()
        assert tasks.enqueue(queue, "plan-work", {"a": 1}, delay_seconds=0.5)
        headers, _ = eventually(lambda: functions.requests)[0]
        assert float(headers["x-cloudtasks-tasketa"]) >= asked + 0.5

    def test_the_largest_task_is_taken_and_a_larger_one_is_not_sent(self, functions, queue):
        def enqueue(length: int) -> bool:
            return tasks.enqueue(queue, "plan-work", {"text": "x" * length})

        def refused(length: int) -> int:
            """By how many bytes the whole task is too large."""
            with pytest.raises(ValueError, match="a task may have 100000 bytes") as refusal:
                enqueue(length)
            return int(re.search("not ([0-9]+)", str(refusal.value))[1]) - tasks.MOST_BYTES

        largest = 100_000 - refused(100_000)
        assert largest < 99_900, "its address and headers count too"
        assert refused(largest + 1) == 1
        assert enqueue(largest)
        assert len(eventually(lambda: functions.requests)[0][1]) > largest

    def test_the_service_counts_the_whole_task_too(self, queue, monkeypatch):
        """What the bound keeps from happening: a payload within 100 KiB in a task beyond it."""
        monkeypatch.setattr(tasks, "MOST_BYTES", 200_000)
        with pytest.raises(InvalidArgument):
            tasks.enqueue(queue, "plan-work", {"text": "x" * (100 * 1024 - 20)})

    def test_unknown_queue(self):
        with pytest.raises(NotFound):
            tasks.enqueue("no-such-queue", "plan-work", {})


def test_task_reaches_its_function(cloud):
    """The token that the queue attaches is one that the function accepts."""
    name = RandomIds().new()
    assert tasks.enqueue("plan-flush", "plan-flush", {"unknown": "field"}, task_id=name)
    line = eventually(
        lambda: next((line for line in cloud.lines("gateway") if name in line and "dropped" in line), None)
    )
    assert "INVALID_REQUEST" in line


def test_firestore():
    document = firestore.client().collection("tests").document(RandomIds().new())
    document.set({"text": "grüezi", "number": 2**60})
    assert document.get().to_dict() == {"text": "grüezi", "number": 2**60}


def test_pubsub_keeps_order_within_a_key():
    topic = pubsub.topic_path(f"t-{RandomIds().new()}")
    subscription = topic.replace("/topics/", "/subscriptions/")
    publisher = pubsub.publisher()
    publisher.create_topic(name=topic)
    with SubscriberClient() as subscriber:
        wanted = {"name": subscription, "topic": topic, "enable_message_ordering": True}
        subscriber.create_subscription(request=wanted)
        sent = [publisher.publish(topic, str(n).encode(), ordering_key="k", about="test") for n in range(5)]
        ids = [future.result(WAIT_SECONDS) for future in sent]
        got: list[Any] = []

        def pulled_all() -> bool:
            batch = subscriber.pull(subscription=subscription, max_messages=5, timeout=WAIT_SECONDS).received_messages
            if batch:
                subscriber.acknowledge(subscription=subscription, ack_ids=[one.ack_id for one in batch])
            got.extend(batch)
            return len(got) >= len(sent)

        eventually(pulled_all)
    assert [one.message.message_id for one in got] == ids
    assert [one.message.data for one in got] == [b"0", b"1", b"2", b"3", b"4"]
    assert got[0].message.attributes == {"about": "test"}


class TestGemini:
    def test_stand_in(self):
        answer = gemini.client().models.generate_content(model=settings().gemini_model, contents="Hello!")
        assert answer.text

    def test_there_must_be_a_key_or_a_stand_in(self, monkeypatch):
        monkeypatch.delenv("TRAVVY_GEMINI_URL")
        monkeypatch.delenv("GEMINI_API_KEY", raising=False)
        settings.cache_clear()
        gemini.client.forget()
        with pytest.raises(SettingsError, match="GEMINI_API_KEY"):
            gemini.client()
        monkeypatch.undo()
        settings.cache_clear()


class TestOnce:
    def test_threads_get_the_same_thing(self):
        made: list[object] = []
        gate = threading.Barrier(16)

        def make() -> object:
            made.append(object())
            return made[-1]

        factory = Once(make)
        got: list[object] = []

        def ask() -> None:
            gate.wait()
            got.append(factory())

        threads = [threading.Thread(target=ask) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 1
        assert set(got) == set(made)

    def test_a_failure_is_not_kept(self):
        answers = iter([ValueError("not yet"), "ready"])

        def make() -> str:
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        factory = Once(make)
        with pytest.raises(ValueError, match="not yet"):
            factory()
        assert factory() == "ready"
