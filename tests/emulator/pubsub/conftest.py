"""One emulator for all tests of this directory, and a target for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator.common.testing import Target, target
from emulator.pubsub.testing import Bus, connected, running


@pytest.fixture(scope="session")
def bus() -> Iterator[Bus]:
    """The real clients, connected to an emulator of their own."""
    with running() as started, connected(started.address, ordering=True) as clients:
        yield clients


@pytest.fixture
def endpoint() -> Iterator[Target]:
    """Where messages are pushed to."""
    with target() as server:
        yield server
