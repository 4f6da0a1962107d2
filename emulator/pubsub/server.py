"""The Pub/Sub emulator as one thing to start and stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from emulator.common.brokering import BrokerServer
from emulator.common.store import open_store
from emulator.pubsub import publisher, subscriber
from emulator.pubsub.broker import Broker
from emulator.pubsub.config import Setup, apply_setup


def server(
    *, data: Path | None = None, setup: Setup | None = None, now: Callable[[], float] = time.time
) -> BrokerServer[Broker]:
    """Serves gRPC and pushes."""
    return BrokerServer(
        lambda: Broker(open_store(data, "pubsub"), now),
        lambda broker: {
            publisher.SERVICE: publisher.Publisher(broker).handlers(),
            subscriber.SERVICE: subscriber.Subscriber(broker).handlers(),
        },
        lambda broker: apply_setup(broker, setup or Setup()),
    )
