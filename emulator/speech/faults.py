"""The faults that this stand-in can be told to have, and the answers that it has on file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from emulator.common import statuses
from emulator.common.faults import Fault, Vocabulary

ANSWERS: Final = Path(__file__).parent / "answers"
FAULTS: Final = Vocabulary({**statuses.KINDS, "slow": 30.0, "empty": 0.0, "cut": 0.0}, ANSWERS)
"""Besides statuses: slow[:seconds]: the answer takes that long. empty: no results. cut: the answer was made, and its
connection breaks before it arrives. recorded:name: the answer on file."""


def refuse(fault: Fault | None) -> None:
    """Raises StatusError if the fault is a status."""
    statuses.refuse(fault, "Cloud Speech-to-Text API", "Recognize requests")
