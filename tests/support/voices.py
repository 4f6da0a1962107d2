"""Recordings of people who speak to the assistant: made with SVOX Pico (Apache 2.0), as Opus at 28 kbit/s.

en-plan: "what is planned on the second day". en-add: "please add fushimi inari to the plan". en-spent: "how much have we
spent so far". en-rain: "what could we do in kyoto on a rainy afternoon". es-plan, de-plan, fr-plan: as en-plan.
"""

import base64
from pathlib import Path

_FOLDER = Path(__file__).parent / "recordings"


def recording(name: str) -> bytes:
    """The file."""
    return (_FOLDER / f"{name}.ogg").read_bytes()


def in_base64(content: bytes) -> str:
    """As a request has it."""
    return base64.b64encode(content).decode()
