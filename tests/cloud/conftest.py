"""The suite's local cloud, with all of this process's clients led to it."""

import pytest

from emulator.testing import LocalCloud


@pytest.fixture(autouse=True)
def clients(cloud: LocalCloud) -> None:
    """Every test here uses them."""
