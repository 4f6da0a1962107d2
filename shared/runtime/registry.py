"""Every function of the suite as plain data; deploy, gateway, API description and tests read it from here.

The decorators fill `FUNCTIONS` when a module of `functions/` is imported (`functions.load_all()` imports them all).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel

from shared.runtime.caller import Role

Audience: TypeAlias = Literal["user", "anyone", "admin", "service"]
AppCheck: TypeAlias = Literal["off", "observe", "enforce"]
Kind: TypeAlias = Literal["callable", "http", "message", "task", "schedule"]

_WHAT: Final = re.compile(r"[a-z][A-Za-z]*")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one instance accepts: calls a minute (a burst may use a whole minute's worth at once) and bytes of body.

    `None` means no limit of that kind.
    """

    per_caller_per_minute: int | None = 600
    per_address_per_minute: int | None = 6000
    body_bytes: int = MIB


@dataclass(frozen=True)
class DailyLimit:
    """How much a person, and everybody in a trip together, may use in a day (UTC); None means no limit."""

    person: int | None
    trip: int | None


@dataclass(frozen=True)
class Quota:
    """What a call costs money for: each is charged `amount` of `what`, exactly and across instances, before any work.

    A call with the same `requestId` is charged once, one that fails is not charged.
    """

    what: str
    limit: DailyLimit
    amount: int = 1


@dataclass(frozen=True)
class Resources:
    """What an instance gets. `timeout_seconds` is the longest a request may take; `concurrency` is per instance."""

    memory_mb: int = 256
    cpu: float = 1
    timeout_seconds: int = 60
    min_instances: int = 0
    max_instances: int = 20
    concurrency: int = 80


@dataclass(frozen=True)
class Retry:
    """How often, and how long apart in seconds, a failed delivery is tried again."""

    max_attempts: int = 10
    min_backoff_seconds: float = 1
    max_backoff_seconds: float = 300
    max_doublings: int = 8


@dataclass(frozen=True)
class Rate:
    """How fast a queue hands out its tasks."""

    per_second: float = 50
    concurrent: int = 50


@dataclass(frozen=True)
class HttpTrigger:
    """Called by anybody over HTTP, with one of these methods."""

    methods: tuple[str, ...]


@dataclass(frozen=True)
class TopicTrigger:
    """Called with each message of a Pub/Sub topic that passes the filter; what keeps failing goes to `dead_letter`."""

    topic: str
    filter: str = ""
    ordered: bool = False
    retry: Retry = field(default_factory=lambda: Retry(min_backoff_seconds=10, max_backoff_seconds=600))
    ack_deadline_seconds: int = 60

    @property
    def dead_letter(self) -> str:
        """The topic that keeps what could not be delivered."""
        return f"{self.topic}-dead"


@dataclass(frozen=True)
class QueueTrigger:
    """Called with each task of a Cloud Tasks queue."""

    queue: str
    retry: Retry = field(default_factory=Retry)
    rate: Rate = field(default_factory=Rate)


@dataclass(frozen=True)
class ScheduleTrigger:
    """Called by Cloud Scheduler at the minutes that the unix-cron line names, in its time zone."""

    cron: str
    time_zone: str = "Etc/UTC"
    retry: Retry = field(default_factory=lambda: Retry(max_attempts=3, min_backoff_seconds=5))


Trigger: TypeAlias = HttpTrigger | TopicTrigger | QueueTrigger | ScheduleTrigger


@dataclass(frozen=True)
class FunctionSpec:
    """One deployed function. `request` and `response` are the models of what goes in and out, where it has any.

    `app_check` replaces the deployment's own rule. `preload` builds what the function needs, at start, while the
    instance has its extra processor time.
    """

    name: str
    kind: Kind
    module: str
    entry_point: str
    summary: str
    trigger: Trigger
    caller: Audience
    role: Role | None = None
    fresh: bool = False
    streaming: bool = False
    limits: Limits = field(default_factory=Limits)
    quota: Quota | None = None
    app_check: AppCheck | None = None
    resources: Resources = field(default_factory=Resources)
    request: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    preload: Callable[[], object] | None = None


FUNCTIONS: Final[dict[str, FunctionSpec]] = {}


def register(spec: FunctionSpec) -> None:
    """Add a function. Raises ValueError if its declaration contradicts itself or another function."""
    if not _NAME.fullmatch(spec.name) or len(spec.name) > 49:
        raise ValueError(f"{spec.name!r} is no function name: lower-case words joined by dashes, 49 characters at most")
    if spec.entry_point != spec.name.replace("-", "_"):
        raise ValueError(f"{spec.name} must be implemented by {spec.name.replace('-', '_')}, not {spec.entry_point}")
    if spec.role is not None and (spec.request is None or "trip_id" not in spec.request.model_fields):
        raise ValueError(f"{spec.name} asks for a role in a trip, so its request needs a trip_id")
    if spec.quota is not None and (spec.caller == "anyone" or not _WHAT.fullmatch(spec.quota.what)):
        raise ValueError(
            f"{spec.name} has a quota: it needs a caller to charge, and a name like `generations` for what"
        )
    earlier = FUNCTIONS.get(spec.name)
    if earlier is not None and earlier.module != spec.module:
        raise ValueError(f"{spec.name} is declared in {earlier.module} and again in {spec.module}")
    if isinstance(spec.trigger, QueueTrigger):
        _check_queue(spec.name, spec.trigger)
    FUNCTIONS[spec.name] = spec


def _check_queue(name: str, trigger: QueueTrigger) -> None:
    for other in FUNCTIONS.values():
        same = isinstance(other.trigger, QueueTrigger) and other.trigger.queue == trigger.queue
        if same and other.trigger != trigger:
            raise ValueError(f"{name} and {other.name} configure the queue {trigger.queue} differently")
