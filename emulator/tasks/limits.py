"""What Cloud Tasks accepts: limits of queues and tasks, and the defaults it fills in.

Source: the reference of `Queue`, `RateLimits`, `RetryConfig`, `Task` and `HttpRequest`, and the quota page.
"""

from __future__ import annotations

import math
from typing import Any

from google.cloud.tasks_v2 import types

from emulator.common.backoff import UNLIMITED, RetryRule
from emulator.common.rpc import invalid, unimplemented
from emulator.common.times import duration, seconds

DAY_SECONDS = 24 * 3600
MAX_TASK_BYTES = 100 * 1024
MAX_HEADER_BYTES = 80 * 1024
MAX_URL_LENGTH = 2083
MAX_AHEAD_SECONDS = 30 * DAY_SECONDS
MAX_RETENTION_SECONDS = 31 * DAY_SECONDS
DEFAULT_DEADLINE_SECONDS = 600
MIN_DEADLINE_SECONDS, MAX_DEADLINE_SECONDS = 15, 1800
MAX_DISPATCHES_PER_SECOND, DEFAULT_DISPATCHES_PER_SECOND = 500.0, 500.0
MAX_CONCURRENT_DISPATCHES, DEFAULT_CONCURRENT_DISPATCHES = 5000, 1000
MIN_BURST, MAX_BURST = 10, 100
DEFAULT_RETRY = RetryRule(max_attempts=100, max_duration=0, min_backoff=0.1, max_backoff=3600, max_doublings=16)
BODY_METHODS = (types.HttpMethod.POST, types.HttpMethod.PUT, types.HttpMethod.PATCH)
# Set by the service itself, whatever the task says (HttpRequest.headers).
RESERVED_HEADERS = ("x-cloudtasks-", "x-google-", "x-appengine-")
OVERRIDDEN_HEADERS = frozenset({"host", "content-length", "user-agent"})


def complete_queue(queue: Any, *, burst: int = 0) -> None:
    """Checks a Queue and fills in what the service chooses, in place. `burst` replaces the chosen burst size."""
    if queue.HasField("http_target") or queue.HasField("app_engine_routing_override"):
        raise unimplemented("queue-level routing is not emulated: set the target in each task's http_request")
    _complete_rate(queue.rate_limits, burst)
    complete_retry(queue.retry_config)


def complete_retry(config: Any) -> None:
    """Checks a RetryConfig and fills in the defaults, in place."""
    config.max_attempts = config.max_attempts or DEFAULT_RETRY.max_attempts
    config.max_doublings = config.max_doublings or DEFAULT_RETRY.max_doublings
    if not config.HasField("min_backoff"):
        config.min_backoff.CopyFrom(duration(DEFAULT_RETRY.min_backoff))
    if not config.HasField("max_backoff"):
        config.max_backoff.CopyFrom(duration(max(DEFAULT_RETRY.max_backoff, seconds(config.min_backoff))))
    if config.max_attempts < UNLIMITED:
        raise invalid("RetryConfig.max_attempts must be -1 or greater")
    if config.max_doublings < 0:
        raise invalid("RetryConfig.max_doublings must not be negative")
    if seconds(config.max_retry_duration) < 0 or seconds(config.min_backoff) < 0:
        raise invalid("RetryConfig durations must not be negative")
    if seconds(config.min_backoff) > seconds(config.max_backoff):
        raise invalid("RetryConfig.min_backoff must not be greater than max_backoff")


def retry_rule(config: Any) -> RetryRule:
    """The rule of a completed RetryConfig."""
    return RetryRule(
        max_attempts=config.max_attempts,
        max_duration=seconds(config.max_retry_duration),
        min_backoff=seconds(config.min_backoff),
        max_backoff=seconds(config.max_backoff),
        max_doublings=config.max_doublings,
    )


def check_task(task: Any, now: float) -> None:
    """Refuses a task that the service would not take. `now` in seconds since the epoch."""
    if task.HasField("app_engine_http_request"):
        raise unimplemented("App Engine tasks are not emulated: use http_request")
    if task.ByteSize() > MAX_TASK_BYTES:
        raise invalid(f"Task size too large: {task.ByteSize()} bytes, at most {MAX_TASK_BYTES}")
    if seconds(task.schedule_time) > now + MAX_AHEAD_SECONDS:
        raise invalid("Task.schedule_time must be at most 30 days (720 hours) in the future")
    if task.HasField("dispatch_deadline") and not (
        MIN_DEADLINE_SECONDS <= seconds(task.dispatch_deadline) <= MAX_DEADLINE_SECONDS
    ):
        raise invalid("Task.dispatch_deadline must be between [15s, 30m]")
    _check_request(task.http_request)


def is_reserved(header: str) -> bool:
    """Whether the service sets this header itself."""
    lowered = header.lower()
    return lowered in OVERRIDDEN_HEADERS or lowered.startswith(RESERVED_HEADERS)


def _check_request(request: Any) -> None:
    if not request.url.startswith(("http://", "https://")):
        raise invalid("HttpRequest.url must start with 'http://' or 'https://'")
    if len(request.url) > MAX_URL_LENGTH:
        raise invalid(f"HttpRequest.url must be at most {MAX_URL_LENGTH} characters")
    if request.body and request.http_method and request.http_method not in BODY_METHODS:
        raise invalid("HttpRequest.body is allowed only with POST, PUT or PATCH")
    if sum(len(name) + len(value) for name, value in request.headers.items()) > MAX_HEADER_BYTES:
        raise invalid(f"HttpRequest.headers must be less than {MAX_HEADER_BYTES} bytes")
    if request.HasField("oauth_token"):
        raise unimplemented("OAuth access tokens cannot be made on one machine: use oidc_token")


def _complete_rate(limits: Any, burst: int) -> None:
    limits.max_dispatches_per_second = limits.max_dispatches_per_second or DEFAULT_DISPATCHES_PER_SECOND
    limits.max_concurrent_dispatches = limits.max_concurrent_dispatches or DEFAULT_CONCURRENT_DISPATCHES
    if not 0 < limits.max_dispatches_per_second <= MAX_DISPATCHES_PER_SECOND:
        raise invalid("RateLimits.max_dispatches_per_second must be greater than 0 and at most 500")
    if not 0 < limits.max_concurrent_dispatches <= MAX_CONCURRENT_DISPATCHES:
        raise invalid("RateLimits.max_concurrent_dispatches must be between 1 and 5000")
    # The field is output only; the service shows 100 for 500 a second and 10 for slow queues.
    chosen = min(MAX_BURST, max(MIN_BURST, math.ceil(limits.max_dispatches_per_second)))
    limits.max_burst_size = burst or chosen
