"""A broker behind gRPC as one thing to start and stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, Protocol, TypeVar

from emulator.common.rpc import GrpcServer, Handler


class Broker(Protocol):
    """State, and what goes on in the background."""

    def start(self) -> None:
        """Begins what goes on in the background."""
        ...

    async def stop(self) -> None:
        """Ends it, and closes what is open."""
        ...


B = TypeVar("B", bound=Broker)


class BrokerServer(Generic[B]):
    """Opens a broker, serves it, and once it holds the port, and not before, prepares and starts it."""

    def __init__(
        self,
        opened: Callable[[], B],
        services: Callable[[B], Mapping[str, Mapping[str, Handler]]],
        prepare: Callable[[B], None],
    ) -> None:
        self._opened = opened
        self._services = services
        self._prepare = prepare
        self._broker: B | None = None
        self._grpc: GrpcServer | None = None

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port. Raises PortTakenError."""
        broker = self._broker = self._opened()
        self._grpc = GrpcServer(self._services(broker))
        bound = await self._grpc.start(host, port)
        self._prepare(broker)
        broker.start()
        return bound

    async def stop(self) -> None:
        """Ends every activity."""
        if self._grpc:
            await self._grpc.stop()
        if self._broker:
            await self._broker.stop()
