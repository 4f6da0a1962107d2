"""The Pub/Sub emulator as one thing to start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from emulator.common.rpc import GrpcServer
from emulator.common.store import open_store
from emulator.pubsub import publisher, subscriber
from emulator.pubsub.broker import Broker
from emulator.pubsub.config import Setup, apply_setup


class PubsubServer:
    """Serves gRPC and pushes."""

    def __init__(
        self, *, data: Path | None = None, setup: Setup | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._data = data
        self._setup = setup or Setup()
        self._now = now
        self._broker: Broker | None = None
        self._grpc: GrpcServer | None = None

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port. Raises PortTakenError. Changes and pushes only once it holds the port."""
        broker = self._broker = Broker(open_store(self._data, "pubsub"), self._now)
        self._grpc = GrpcServer(
            {
                publisher.SERVICE: publisher.Publisher(broker).handlers(),
                subscriber.SERVICE: subscriber.Subscriber(broker).handlers(),
            }
        )
        bound = await self._grpc.start(host, port)
        apply_setup(broker, self._setup)
        broker.start()
        return bound

    async def stop(self) -> None:
        if self._grpc:
            await self._grpc.stop()
        if self._broker:
            await self._broker.stop()
