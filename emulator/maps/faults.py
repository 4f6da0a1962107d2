"""The faults that the two services of this stand-in can be told to have."""

from __future__ import annotations

from typing import Final

from emulator.common import statuses
from emulator.common.faults import Vocabulary

PLACES: Final = Vocabulary({**statuses.KINDS, "slow": 30.0})
"""Besides statuses: slow[:seconds]: the answer takes that long."""
ROUTES: Final = Vocabulary({**statuses.KINDS, "slow": 30.0, "cut": 1.0, "element": 1.0, "short": 1.0})
"""Also: cut[:n]: a stream breaks off after n elements. element[:n]: n elements carry a status of their own. short[:n]:
a stream ends well, n elements early."""
