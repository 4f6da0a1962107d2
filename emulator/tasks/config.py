"""Queues from a file, made or updated at start.

    {"project": "demo-travvy", "location": "us-central1",
     "queues": [{"name": "ai-jobs",
                 "rateLimits": {"maxDispatchesPerSecond": 5, "maxConcurrentDispatches": 2, "maxBurstSize": 5},
                 "retryConfig": {"maxAttempts": 5, "minBackoff": "1s", "maxBackoff": "60s", "maxDoublings": 4}}]}

Each queue is the service's Queue resource in its JSON form; its name may be short. `maxBurstSize`, which the service
chooses itself, may be set here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.cloud.tasks_v2 import types

from emulator.common.configuration import entries, message, read_object, text
from emulator.common.program import ConfigurationError
from emulator.common.rpc import StatusError
from emulator.tasks import names
from emulator.tasks.broker import Broker
from emulator.tasks.limits import complete_queue

Queue = types.Queue.pb()


def read_queues(path: Path) -> list[Any]:
    """The checked Queue resources of a file. Raises ConfigurationError."""
    config = read_object(path)
    location = f"projects/{text(config, 'project', path)}/locations/{text(config, 'location', path)}"
    queues = []
    for entry in entries(config, "queues", path):
        queue = message(Queue, entry, path)
        queue.name = queue.name if "/" in queue.name else f"{location}/queues/{queue.name}"
        try:
            names.queue(queue.name)
            complete_queue(queue, burst=queue.rate_limits.max_burst_size)
        except StatusError as error:
            raise ConfigurationError(f"{path}: queue {queue.name}: {error}") from error
        queues.append(queue)
    return queues


def apply_queues(broker: Broker, queues: list[Any]) -> None:
    """Makes the queues; those that a data directory brought along get the new settings, and keep tasks and state."""
    for queue in queues:
        if not broker.has_queue(queue.name):
            broker.create_queue(queue)
            continue
        resource = broker.queue(queue.name).resource
        resource.rate_limits.CopyFrom(queue.rate_limits)
        resource.retry_config.CopyFrom(queue.retry_config)
        broker.queue_changed(queue.name)
