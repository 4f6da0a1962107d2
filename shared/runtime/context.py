"""What a function that no person calls learns about the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.runtime.trace import Trace


@dataclass(frozen=True)
class TaskContext:
    """One attempt at a task. `attempt` counts from 0; `execution_count` leaves out attempts that got no 4xx or 2xx."""

    task_name: str
    queue: str
    attempt: int
    execution_count: int
    eta: datetime | None
    trace: Trace


@dataclass(frozen=True)
class MessageContext:
    """One delivery of a message. `delivery_attempt` counts from 1 where the subscription has a dead-letter topic."""

    event_id: str
    attributes: Mapping[str, str]
    publish_time: datetime | None
    ordering_key: str
    delivery_attempt: int | None
    trace: Trace


@dataclass(frozen=True)
class ScheduleContext:
    """One run of a schedule, and the minute it was due (None if somebody fired it by hand without one)."""

    job_name: str
    schedule_time: datetime | None
    trace: Trace
