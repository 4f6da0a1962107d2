"""One queue, with a clock that the test advances: order, limits, retries, giving up."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.tasks_v2 import types

from emulator.common.outgoing import Answer
from emulator.common.times import duration, seconds, timestamp
from emulator.tasks.limits import complete_queue, complete_retry
from emulator.tasks.model import Entry, TaskQueue
from tests.support.moving_time import UnixTime

QUEUE = "projects/p/locations/l/queues/q"
OK = Answer(200, "HTTP status code 200")
BUSY = Answer(503, "HTTP status code 503")
GONE = Answer(404, "HTTP status code 404")
DOWN = Answer(None, "ConnectError")


@pytest.fixture
def clock() -> UnixTime:
    return UnixTime()


def made(clock: UnixTime, *, burst: int = 0, **fields: Any) -> TaskQueue:
    resource = types.Queue.pb(types.Queue(name=QUEUE, state=types.Queue.State.RUNNING, **fields))
    complete_queue(resource, burst=burst)
    return TaskQueue(resource, clock)


def put(queue: TaskQueue, clock: UnixTime, name: str, delay: float = 0, **fields: Any) -> Entry:
    task = types.Task.pb(types.Task(name=f"{QUEUE}/tasks/{name}", **fields))
    task.create_time.CopyFrom(timestamp(clock.time))
    task.schedule_time.CopyFrom(timestamp(clock.time + delay))
    if task.HasField("retry_config"):
        complete_retry(task.retry_config)
    entry = Entry(task)
    queue.add(entry)
    return entry


def test_tasks_go_by_schedule_time(clock: UnixTime) -> None:
    queue = made(clock)
    late, soon = put(queue, clock, "late", delay=30), put(queue, clock, "soon", delay=10)
    assert queue.wait() == pytest.approx(10)
    assert queue.start_next() is None
    clock.time += 10
    assert queue.start_next() is soon
    assert queue.wait() == pytest.approx(20)
    clock.time += 20
    assert queue.start_next() is late
    assert queue.wait() is None


def test_a_paused_queue_waits_for_a_change(clock: UnixTime) -> None:
    queue = made(clock)
    put(queue, clock, "a")
    queue.resource.state = types.Queue.State.PAUSED
    assert queue.wait() is None
    assert queue.start_next() is None


def test_no_more_than_max_concurrent_dispatches_run(clock: UnixTime) -> None:
    queue = made(clock, rate_limits={"max_concurrent_dispatches": 2})
    for name in "abc":
        put(queue, clock, name)
    first, second = queue.start_next(), queue.start_next()
    assert first and second
    assert queue.start_next() is None
    queue.finish(first, OK)
    assert queue.start_next() is not None


def test_the_rate_spreads_what_exceeds_the_burst(clock: UnixTime) -> None:
    queue = made(clock, burst=2, rate_limits={"max_dispatches_per_second": 4})
    for name in "abcd":
        put(queue, clock, name)
    began, times = clock.time, []
    while (wait := queue.wait()) is not None:
        clock.time += wait
        assert queue.start_next()
        times.append(clock.time - began)
    assert times == pytest.approx([0, 0, 0.25, 0.5], abs=1e-6)


def test_failures_wait_as_the_rule_says_and_counts_follow(clock: UnixTime) -> None:
    queue = made(clock, retry_config={"min_backoff": duration(10), "max_backoff": duration(300), "max_doublings": 3})
    entry = put(queue, clock, "a")
    waits, executions = [], []
    for answer in (BUSY, GONE, DOWN, BUSY, BUSY):
        assert queue.start_next() is entry
        assert not queue.finish(entry, answer)
        wait = queue.wait()
        assert wait is not None
        waits.append(wait)
        executions.append(entry.execution_count)
        clock.time = seconds(entry.task.schedule_time)
    assert waits == pytest.approx([10, 20, 40, 80, 160], abs=1e-5)
    assert executions == [0, 1, 1, 1, 1]
    assert entry.task.dispatch_count == 5
    assert entry.task.response_count == 4


def test_retry_after_lengthens_the_wait(clock: UnixTime) -> None:
    queue = made(clock)
    entry = put(queue, clock, "a")
    queue.start_next()
    queue.finish(entry, Answer(429, "HTTP status code 429", retry_after=7))
    assert queue.wait() == pytest.approx(7)


def test_gives_up_only_when_attempts_and_duration_are_used_up(clock: UnixTime) -> None:
    queue = made(clock, retry_config={"max_attempts": 2, "max_retry_duration": duration(60)})
    entry = put(queue, clock, "a")
    for age, over in ((0, False), (30, False), (60, True)):
        clock.time = seconds(entry.task.create_time) + age
        queue.start(entry)
        assert queue.finish(entry, BUSY) is over
    assert queue.get(entry.name) is None


def test_a_task_may_have_a_rule_of_its_own(clock: UnixTime) -> None:
    queue = made(clock, retry_config={"max_attempts": 5})
    entry = put(queue, clock, "a", retry_config={"max_attempts": 1})
    queue.start(entry)
    assert queue.finish(entry, BUSY)


def test_unlimited_retries_end_with_the_retention_of_31_days(clock: UnixTime) -> None:
    queue = made(clock, retry_config={"max_attempts": -1})
    entry = put(queue, clock, "a")
    clock.time += 31 * 86400 - 1
    queue.start(entry)
    assert not queue.finish(entry, BUSY)
    clock.time += 2
    queue.start(entry)
    assert queue.finish(entry, BUSY)


def test_the_outcome_of_a_removed_task_does_not_bring_it_back(clock: UnixTime) -> None:
    queue = made(clock, rate_limits={"max_concurrent_dispatches": 1})
    entry = put(queue, clock, "a")
    queue.start_next()
    queue.remove(entry.name)
    assert not queue.finish(entry, BUSY)
    assert queue.wait() is None
    again = put(queue, clock, "a")
    assert queue.start_next() is again


def test_an_entry_survives_encoding(clock: UnixTime) -> None:
    queue = made(clock)
    entry = put(queue, clock, "a", http_request={"url": "http://x/", "body": b"\n\x00\xff"})
    queue.start(entry)
    queue.finish(entry, GONE)
    assert Entry.decode(entry.encode()) == entry
