"""The faults that this stand-in can be told to have, and the answers that it has on file."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from emulator.common import statuses
from emulator.common.faults import Fault, Vocabulary

ANSWERS: Final = Path(__file__).parent / "answers"
FAULTS: Final = Vocabulary({**statuses.KINDS, "slow": 30.0, "image": 13.0}, ANSWERS)
"""Besides statuses: slow[:seconds]: the answer takes that long. image[:code]: the answer is well, but each picture's
`error` has this code (13: INTERNAL). recorded:name: the answer on file is that to the first picture."""


def refuse(fault: Fault | None) -> None:
    """Raises StatusError if the fault is a status."""
    statuses.refuse(fault, "Cloud Vision API", "Requests")
