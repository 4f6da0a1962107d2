"""A local cloud of its own for journeys that kill parts of it."""

from collections.abc import Iterator

import pytest

from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud


@pytest.fixture
def fragile_cloud() -> Iterator[LocalCloud]:
    with local_cloud([part for part in PARTS if part != "scheduler"]) as running:
        yield running
