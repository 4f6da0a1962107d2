"""The Cloud Scheduler emulator as one thing to start and stop, with its HTTP interface for people and tests.

GET  /schedules              {"schedules": [{"name", "cron", "timeZone", "nextTime", "lastResult"}]}
POST /schedules/{name}:run   runs it now; answers with the same description after the first attempt
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from emulator.common.http import HttpServer
from emulator.scheduler.clock import Clock, SystemClock
from emulator.scheduler.jobs import Job
from emulator.scheduler.runner import Runner, Schedule, UnknownScheduleError, rfc3339


class SchedulerServer:
    """Follows the schedules and serves HTTP."""

    def __init__(self, jobs: Sequence[Job], *, clock: Clock | None = None) -> None:
        self._jobs = jobs
        self._clock = clock or SystemClock()
        self._runner: Runner | None = None
        self._http: HttpServer | None = None

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port. Raises PortTakenError. Follows the schedules only once it holds the port."""
        runner = Runner(self._jobs, self._clock)
        self._http = HttpServer(_application(runner))
        bound = await self._http.start(host, port)
        self._runner = runner
        runner.start()
        return bound

    async def stop(self) -> None:
        if self._http:
            await self._http.stop()
        if self._runner:
            await self._runner.stop()


def _application(runner: Runner) -> Starlette:
    async def list_schedules(request: Request) -> JSONResponse:
        return JSONResponse({"schedules": [_described(schedule) for schedule in runner]})

    async def run_schedule(request: Request) -> JSONResponse:
        try:
            schedule = await runner.run_now(request.path_params["name"])
        except UnknownScheduleError as error:
            return JSONResponse({"error": {"status": "NOT_FOUND", "message": str(error)}}, 404)
        return JSONResponse(_described(schedule))

    return Starlette(
        routes=[
            Route("/schedules", list_schedules),
            Route("/schedules/{name}:run", run_schedule, methods=["POST"]),
        ]
    )


def _described(schedule: Schedule) -> dict[str, Any]:
    job, result = schedule.job, schedule.last_result
    return {
        "name": job.short_name,
        "cron": job.schedule,
        "timeZone": job.time_zone.key,
        "nextTime": rfc3339(schedule.next_time),
        "lastResult": result
        and {
            "scheduleTime": rfc3339(result.scheduled),
            "finishTime": rfc3339(result.finished),
            "attempt": result.attempt,
            "status": result.status,
            "reason": result.reason,
            "ok": result.ok,
        },
    }
