"""The Cloud Tasks emulator as one thing to start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from emulator.common.brokering import BrokerServer
from emulator.common.store import open_store
from emulator.tasks.broker import Broker
from emulator.tasks.config import apply_queues
from emulator.tasks.service import SERVICE, CloudTasks


def server(
    *, data: Path | None = None, queues: Sequence[Any] = (), now: Callable[[], float] = time.time
) -> BrokerServer[Broker]:
    """Serves gRPC and dispatches tasks. `queues` are checked Queue resources to begin with."""
    return BrokerServer(
        lambda: Broker(open_store(data, "tasks"), now),
        lambda broker: {SERVICE: CloudTasks(broker, now).handlers()},
        lambda broker: apply_queues(broker, list(queues)),
    )
