"""Running schedules: when due or when asked, with retries. A run may overlap the next one, as in the service."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from emulator.common import oidc
from emulator.common.backoff import backoff, exhausted
from emulator.common.outgoing import Answer, Outgoing
from emulator.scheduler.clock import Clock
from emulator.scheduler.cron import next_run
from emulator.scheduler.jobs import Job

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an attempt; status None when no answer came."""

    scheduled: datetime
    finished: datetime
    attempt: int
    status: int | None
    reason: str
    ok: bool


@dataclass(slots=True)
class Schedule:
    """A job, when it is due next, and how it went last."""

    job: Job
    next_time: datetime
    last_result: Result | None = None


class UnknownScheduleError(Exception):
    """There is no schedule of this name."""


class Runner:
    """All schedules."""

    def __init__(self, jobs: Sequence[Job], clock: Clock) -> None:
        self._clock = clock
        self._outgoing = Outgoing()
        self._running: set[asyncio.Task[Any]] = set()
        now = clock.now()
        self._schedules = {job.short_name: Schedule(job, next_run(job.schedule, job.time_zone, now)) for job in jobs}

    def __iter__(self) -> Iterator[Schedule]:
        return iter(self._schedules.values())

    def start(self) -> None:
        """Begins to follow the clock."""
        for schedule in self:
            self._spawn(self._follow(schedule))

    async def stop(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._outgoing.close()

    async def run_now(self, name: str) -> Schedule:
        """Runs a schedule, returns after its first attempt; retries go on behind. Raises UnknownScheduleError."""
        schedule = self._schedules.get(name)
        if schedule is None:
            raise UnknownScheduleError(f"There is no schedule named {name!r}.")
        now = self._clock.now()
        if not await self._attempt(schedule, now, 1):
            self._spawn(self._retry(schedule, now, self._clock.now()))
        return schedule

    async def _follow(self, schedule: Schedule) -> None:
        job = schedule.job
        while True:
            due = schedule.next_time
            await self._clock.sleep_until(due)
            self._spawn(self._run(schedule, due))
            # Runs that were missed, as on a suspended machine, are not made up for.
            schedule.next_time = next_run(job.schedule, job.time_zone, max(due, self._clock.now()))

    async def _run(self, schedule: Schedule, scheduled: datetime) -> None:
        began = self._clock.now()
        if not await self._attempt(schedule, scheduled, 1):
            await self._retry(schedule, scheduled, began)

    async def _retry(self, schedule: Schedule, scheduled: datetime, began: datetime) -> None:
        """Repeats after the first attempt has failed, until one succeeds or the rule says to give up."""
        rule, attempts = schedule.job.retry_config.rule, 1
        while not exhausted(rule, attempts, (self._clock.now() - began).total_seconds()):
            await self._clock.sleep_until(self._clock.now() + timedelta(seconds=backoff(rule, attempts)))
            attempts += 1
            if await self._attempt(schedule, scheduled, attempts):
                return
        log.warning("schedule %s failed, attempts: %d", schedule.job.short_name, attempts)

    async def _attempt(self, schedule: Schedule, scheduled: datetime, number: int) -> bool:
        target = schedule.job.http_target
        answer: Answer = await self._outgoing.send(
            target.http_method,
            target.uri,
            headers=self._headers(schedule.job, scheduled),
            body=target.content,
            timeout_seconds=schedule.job.attempt_deadline,
        )
        schedule.last_result = Result(scheduled, self._clock.now(), number, answer.status, answer.reason, answer.ok)
        return answer.ok

    def _headers(self, job: Job, scheduled: datetime) -> dict[str, str]:
        target = job.http_target
        headers = dict(target.headers) | {
            "User-Agent": "Google-Cloud-Scheduler",
            "X-CloudScheduler": "true",
            "X-CloudScheduler-JobName": job.short_name,
            "X-CloudScheduler-ScheduleTime": rfc3339(scheduled),
        }
        if target.oidc_token:
            token = target.oidc_token
            headers |= oidc.bearer(
                email=token.service_account_email,
                audience=token.audience or target.uri,
                now=self._clock.now().timestamp(),
            )
        return headers

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def rfc3339(time: datetime) -> str:
    """A UTC time as the service writes it."""
    return time.isoformat().replace("+00:00", "Z")
