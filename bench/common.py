"""What the benchmarks of the backend share: the cloud that they measure, and how they print waits."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager

from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud

UNLIMITED = {"TRAVVY_RATE_LIMITS": "off"}


def waits(told: Mapping[str, Mapping[str, float]], width: int) -> None:
    """Print how long people waited, a line for each thing that they waited for."""
    for name, figures in told.items():
        print(f"{name:<{width}} " + "   ".join(f"{key} {value:6.2f}" for key, value in figures.items()))


@contextmanager
def backend_cloud(without: Collection[str] = ("scheduler",), parts: Iterable[str] = PARTS) -> Iterator[LocalCloud]:
    """A local cloud without rate limits, to which this process talks for as long as the block lasts."""
    with local_cloud([part for part in parts if part not in without], extra=UNLIMITED) as cloud:
        os.environ.update(cloud.environment())
        yield cloud
