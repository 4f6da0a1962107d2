"""The resource names of Cloud Tasks."""

from __future__ import annotations

import re

from emulator.common.names import checked

LOCATION = re.compile(r"projects/[A-Za-z0-9:.\-]+/locations/[a-z0-9\-]+")
QUEUE = re.compile(LOCATION.pattern + r"/queues/[A-Za-z0-9\-]{1,100}")
TASK = re.compile(QUEUE.pattern + r"/tasks/[A-Za-z0-9_\-]{1,500}")


def location(name: str) -> str:
    """`name`, if it is well-formed, else INVALID_ARGUMENT; so do the others."""
    return checked(LOCATION, name, "projects/PROJECT_ID/locations/LOCATION_ID")


def queue(name: str) -> str:
    return checked(QUEUE, name, "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID")


def task(name: str) -> str:
    return checked(TASK, name, "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID")


def parent(name: str) -> str:
    """The location of a queue, or the queue of a task."""
    return name.rsplit("/", 2)[0]


def short(name: str) -> str:
    """The last part: QUEUE_ID or TASK_ID."""
    return name.rpartition("/")[2]
