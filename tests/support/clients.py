"""The clients and services that this process has made so far."""

import sys

from shared.cloud.once import forget_all
from shared.runtime.settings import settings


def forget_clients() -> None:
    """Have settings read again, and every client and service made anew when it is next asked for."""
    settings.cache_clear()
    forget_all()
    if firebase := sys.modules.get("firebase_admin"):
        # The library keeps apps by name, and ours would still lead to the cloud before.
        for app in list(firebase._apps.values()):
            firebase.delete_app(app)
