"""For tests: the Cloud Tasks emulator as a process, and the real client library connected to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import grpc
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from emulator.common.testing import Program, configured


def running(
    *, data: Path | None = None, config: Mapping[str, Any] | None = None, port: int = 0
) -> AbstractContextManager[Program]:
    """The emulator on a free port (or `port`); `config` as in `emulator.tasks.config`."""
    return configured("tasks", config, *(["--data", str(data)] if data else []), port=port)


@contextmanager
def connected(address: str) -> Iterator[tasks_v2.CloudTasksClient]:
    """The real client on an insecure channel."""
    with grpc.insecure_channel(address) as channel:
        yield tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=channel))
