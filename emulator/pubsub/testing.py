"""For tests: the Pub/Sub emulator as a process, and the real client library connected to it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import PublisherOptions

from emulator.common.testing import Program, program


@contextmanager
def running(*, data: Path | None = None, config: Mapping[str, Any] | None = None, port: int = 0) -> Iterator[Program]:
    """The emulator on a free port (or `port`); `config` as in `emulator.pubsub.config`."""
    with tempfile.TemporaryDirectory() as directory:
        options = ["--data", str(data)] if data else []
        if config is not None:
            path = Path(directory, "pubsub.json")
            path.write_text(json.dumps(config), "utf-8")
            options += ["--config", str(path)]
        with program("pubsub", *options, port=port) as started:
            yield started


@contextmanager
def connected(address: str, *, ordering: bool = False) -> Iterator[tuple[PublisherClient, SubscriberClient]]:
    """The real clients, as PUBSUB_EMULATOR_HOST makes them; `ordering` lets the publisher use ordering keys."""
    with patch.dict(os.environ, {"PUBSUB_EMULATOR_HOST": address}):
        options = PublisherOptions(enable_message_ordering=ordering)
        publisher, subscriber = PublisherClient(publisher_options=options), SubscriberClient()
    with subscriber:
        yield publisher, subscriber
        publisher.stop()
