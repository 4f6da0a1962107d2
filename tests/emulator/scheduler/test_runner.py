"""Schedules that follow a clock that the test advances, with a real HTTP server as their target."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.common.testing import Target, target
from emulator.scheduler.jobs import Job
from emulator.scheduler.runner import Runner

START = datetime(2026, 5, 1, 6, 59, tzinfo=UTC)


class ManualClock:
    """Time stands still until `advance_to_next` lets the first of those who wait go on."""

    def __init__(self) -> None:
        self._now = START
        self._waiting: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep_until(self, time: datetime) -> None:
        reached = asyncio.Event()
        self._waiting.append((time, reached))
        await reached.wait()

    @property
    def waits(self) -> list[datetime]:
        return sorted(time for time, _ in self._waiting)

    def advance_to_next(self) -> None:
        first = min(self._waiting, key=lambda waiting: waiting[0])
        self._waiting.remove(first)
        self._now = max(self._now, first[0])
        first[1].set()


@pytest.fixture
def endpoint() -> Iterator[Target]:
    with target() as server:
        yield server


def job(endpoint: Target, **fields: Any) -> Job:
    wanted = {"name": "reap", "schedule": "0 9 * * *", "timeZone": "Europe/Paris", **fields}
    return Job.model_validate({"httpTarget": {"uri": f"{endpoint.url}/reap"}, **wanted})


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not condition():
            await asyncio.sleep(0.005)


def test_runs_when_due_in_its_time_zone_with_the_services_headers(endpoint: Target) -> None:
    async def scenario() -> None:
        clock = ManualClock()
        runner = Runner([job(endpoint)], clock)
        runner.start()
        for day in (1, 2):
            await until(lambda: clock.waits)
            assert clock.waits == [datetime(2026, 5, day, 7, tzinfo=UTC)]
            clock.advance_to_next()
            await until(lambda day=day: len(endpoint.received) == day)
        await runner.stop()

    asyncio.run(scenario())
    first, second = endpoint.received
    assert (first.method, first.path) == ("POST", "/reap")
    assert first.headers["x-cloudscheduler"] == "true"
    assert first.headers["x-cloudscheduler-jobname"] == "reap"
    assert first.headers["x-cloudscheduler-scheduletime"] == "2026-05-01T07:00:00Z"
    assert second.headers["x-cloudscheduler-scheduletime"] == "2026-05-02T07:00:00Z"
    assert first.headers["user-agent"] == "Google-Cloud-Scheduler"


def test_a_failed_run_is_repeated_as_configured_and_not_beyond(endpoint: Target) -> None:
    endpoint.answer = lambda _: 500
    retry = {"retryCount": 2, "minBackoffDuration": "3s", "maxBackoffDuration": "10s"}

    async def scenario() -> list[timedelta]:
        clock = ManualClock()
        runner = Runner([job(endpoint, retryConfig=retry)], clock)
        runner.start()
        await until(lambda: clock.waits)
        clock.advance_to_next()
        waits = []
        for attempt in (1, 2):
            # The job's own next time, a day ahead, and the retry.
            await until(lambda attempt=attempt: len(endpoint.received) == attempt and len(clock.waits) == 2)
            waits.append(clock.waits[0] - clock.now())
            clock.advance_to_next()
        (schedule,) = runner
        await until(lambda: schedule.last_result and schedule.last_result.attempt == 3)
        assert schedule.last_result and not schedule.last_result.ok
        assert len(clock.waits) == 1
        await runner.stop()
        return waits

    assert asyncio.run(scenario()) == [timedelta(seconds=3), timedelta(seconds=6)]
    times = {request.headers["x-cloudscheduler-scheduletime"] for request in endpoint.received}
    assert (len(endpoint.received), times) == (3, {"2026-05-01T07:00:00Z"})


def test_without_a_retry_config_a_run_is_tried_once(endpoint: Target) -> None:
    endpoint.answer = lambda _: 500

    async def scenario() -> None:
        clock = ManualClock()
        runner = Runner([job(endpoint)], clock)
        schedule = await runner.run_now("reap")
        assert schedule.last_result and (schedule.last_result.status, schedule.last_result.ok) == (500, False)
        assert not clock.waits
        await runner.stop()

    asyncio.run(scenario())
    assert len(endpoint.received) == 1


def test_a_run_may_overlap_the_next(endpoint: Target) -> None:
    async def scenario() -> None:
        loop, let_go = asyncio.get_running_loop(), asyncio.Event()

        def stuck(_: object) -> int:
            asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result(15)
            return 200

        endpoint.answer = stuck
        clock = ManualClock()
        runner = Runner([job(endpoint, schedule="* * * * *")], clock)
        runner.start()
        for count in (1, 2):
            await until(lambda: clock.waits)
            clock.advance_to_next()
            await until(lambda count=count: len(endpoint.received) == count)
        let_go.set()
        (schedule,) = runner
        await until(lambda: schedule.last_result and schedule.last_result.ok)
        await runner.stop()

    asyncio.run(scenario())
