"""The faults that this stand-in can be told to have."""

from __future__ import annotations

from typing import Final

from emulator.common.faults import FaultQueue
from emulator.common.rpc import invalid

_KINDS: Final = {
    "unavailable": 0.0,
    "internal": 0.0,
    "unknown": 0.0,
    "exhausted": 0.0,
    "slow": 30.0,
    "cut": 1.0,
    "element": 1.0,
    "short": 1.0,
}
"""unavailable, internal, unknown: that status. exhausted[:seconds]: RESOURCE_EXHAUSTED, with RetryInfo if there are
seconds. slow[:seconds]: the answer takes that long. cut[:n]: a stream breaks off after n elements. element[:n]: n
elements carry a status of their own. short[:n]: a stream ends well, n elements early."""


def queue() -> FaultQueue:
    """An empty one; what it cannot understand is INVALID_ARGUMENT."""
    return FaultQueue(_KINDS, invalid)
