"""The Cloud Tasks emulator as one thing to start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from emulator.common.rpc import GrpcServer
from emulator.common.store import open_store
from emulator.tasks.broker import Broker
from emulator.tasks.config import apply_queues
from emulator.tasks.service import SERVICE, CloudTasks


class TasksServer:
    """Serves gRPC and dispatches tasks. `queues` are checked Queue resources to begin with."""

    def __init__(
        self, *, data: Path | None = None, queues: Sequence[Any] = (), now: Callable[[], float] = time.time
    ) -> None:
        self._data = data
        self._queues = list(queues)
        self._now = now
        self._broker: Broker | None = None
        self._grpc: GrpcServer | None = None

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port. Raises PortTakenError. Changes and dispatches only once it holds the port."""
        broker = self._broker = Broker(open_store(self._data, "tasks"), self._now)
        self._grpc = GrpcServer({SERVICE: CloudTasks(broker, self._now).handlers()})
        bound = await self._grpc.start(host, port)
        apply_queues(broker, self._queues)
        broker.start()
        return bound

    async def stop(self) -> None:
        if self._grpc:
            await self._grpc.stop()
        if self._broker:
            await self._broker.stop()
