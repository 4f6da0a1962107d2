"""Stored documents of devices: `users/{uid}/devices/{deviceId}`, which no client reads."""

from datetime import timedelta
from typing import Literal

from shared.documents import Document, Instant

Platform = Literal["android", "ios", "web"]

MOST = 20
"""Devices of one person; one more takes the place of the one not seen for longest."""
STALE_AFTER = timedelta(days=60)
"""A device that was not seen for so long gets nothing any more: its token is most likely dead."""


class Device(Document):
    """A device that takes push messages. `token` is Firebase Cloud Messaging's, which it renews now and then."""

    token: str
    token_hash: str
    platform: Platform
    app_version: str = ""
    created_at: Instant
    seen_at: Instant
