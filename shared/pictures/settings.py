"""What may be chosen about pictures; sizes in bytes and pixels, prices in millionths of a US dollar."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

MIB: Final = 1024 * 1024
MOST_INLINE_BYTES: Final = 10 * MIB
"""Of a picture within a request; in base64 it is a third longer."""
MOST_UPLOADED_BYTES: Final = 20 * MIB
"""Of a picture in Cloud Storage, and what Cloud Vision takes at most."""
MOST_PIXELS: Final = 50_000_000
"""Decoded, three bytes each: 150 MB of a function's memory."""
KEPT_PIXELS: Final = 4_000_000
KEPT_BYTES: Final = 900_000
"""Of the picture that is looked at: a Firestore document holds it until then."""
HELD_FOR: Final = timedelta(days=1)
"""When TTL deletes what a job that never ran has left."""


@dataclass(frozen=True)
class VisionPrices:
    """For one picture, by feature: https://cloud.google.com/vision/pricing (from 1,001 to 5,000,000 units a month;
    safe search is free together with labels), read in November 2026."""

    landmarks: int = 1_500
    labels: int = 1_500
    text: int = 1_500
    web: int = 3_500
    safe_search: int = 0

    @property
    def picture(self) -> int:
        """All that we ask about one."""
        return self.landmarks + self.labels + self.text + self.web + self.safe_search
