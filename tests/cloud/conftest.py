"""The suite's local cloud, with all of this process's clients led to it."""

from collections.abc import Iterator

import pytest

from emulator.testing import LocalCloud
from shared.cloud import firestore, gemini, pubsub, tasks
from shared.cloud.once import Once

FACTORIES: tuple[Once, ...] = (firestore.client, gemini.client, pubsub.publisher, tasks.client)


@pytest.fixture(autouse=True, scope="module")
def clients(cloud: LocalCloud) -> Iterator[None]:
    """New clients for the tests of a module, forgotten afterwards."""
    for factory in FACTORIES:
        factory.forget()
    yield
    for factory in FACTORIES:
        factory.forget()
