"""The schedules, from a file.

    {"jobs": [{"name": "jobs-reap", "schedule": "*/5 * * * *", "timeZone": "Europe/Paris", "attemptDeadline": "60s",
               "httpTarget": {"uri": "http://127.0.0.1:5001/demo-travvy/us-central1/jobs-reap", "httpMethod": "POST",
                              "oidcToken": {"serviceAccountEmail": "invoker@example.com", "audience": "https://..."}},
               "retryConfig": {"retryCount": 3, "minBackoffDuration": "5s", "maxBackoffDuration": "3600s",
                               "maxDoublings": 5, "maxRetryDuration": "0s"}}]}

Each entry is the service's Job resource in its JSON form; its name may be short.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from emulator.common.backoff import RetryRule
from emulator.common.configuration import entries, read_object
from emulator.common.program import ConfigurationError
from emulator.scheduler.cron import check_cron


def _seconds(value: object) -> float:
    if not isinstance(value, str) or not value.endswith("s"):
        raise ValueError('a duration is seconds with an "s", as in "3.5s"')
    return float(value[:-1])


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone, such as Europe/Paris") from error


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class _Resource(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


class OidcToken(_Resource):
    """Whose identity token to send; without an audience, the target's URI is the audience."""

    service_account_email: str
    audience: str = ""


class HttpTarget(_Resource):
    """What is called."""

    uri: str = Field(pattern="^https?://")
    http_method: Literal["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"] = "POST"
    headers: dict[str, str] = {}
    body: str = ""  # base64
    oidc_token: OidcToken | None = None

    @property
    def content(self) -> bytes:
        return base64.b64decode(self.body)


class RetryConfig(_Resource):
    """When a failed run is repeated; the defaults are the service's: not at all."""

    retry_count: Annotated[int, Field(ge=0, le=5)] = 0
    max_retry_duration: Seconds = 0.0
    min_backoff_duration: Seconds = 5.0
    max_backoff_duration: Seconds = 3600.0
    max_doublings: Annotated[int, Field(ge=0, le=16)] = 5

    @property
    def rule(self) -> RetryRule:
        return RetryRule(
            max_attempts=self.retry_count + 1,
            max_duration=self.max_retry_duration,
            min_backoff=self.min_backoff_duration,
            max_backoff=self.max_backoff_duration,
            max_doublings=self.max_doublings,
        )


class Job(_Resource):
    """A schedule; `attempt_deadline` in seconds."""

    name: str = Field(pattern=r"^(projects/[^/]+/locations/[^/]+/jobs/)?[A-Za-z0-9_\-]{1,500}$")
    description: str = ""
    schedule: str
    time_zone: Zone = ZoneInfo("Etc/UTC")
    attempt_deadline: Annotated[float, BeforeValidator(_seconds), Field(ge=15, le=1800)] = 180.0
    http_target: HttpTarget
    retry_config: RetryConfig = RetryConfig()

    @property
    def short_name(self) -> str:
        return self.name.rpartition("/")[2]

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        check_cron(value, ZoneInfo("Etc/UTC"))
        return value


def read_jobs(path: Path) -> list[Job]:
    """The schedules of a file. Raises ConfigurationError."""
    try:
        jobs = [Job.model_validate(entry) for entry in entries(read_object(path), "jobs", path)]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{path}: {place or first['input']}: {first['msg']}") from error
    names = [job.short_name for job in jobs]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ConfigurationError(f"{path}: more than one job is named {', '.join(sorted(doubled))}")
    return jobs
