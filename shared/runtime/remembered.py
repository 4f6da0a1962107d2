"""Tokens that this instance has verified: a signature takes longer to check than everything else at the door."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

_MOST_TOKENS: Final = 2_000


class Remembered:
    """The claims of verified tokens, by the tokens' SHA-256, until they expire. Thread-safe, bounded."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._claims: OrderedDict[bytes, dict[str, Any]] = OrderedDict()

    def claims(self, token: str, verify: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The claims of a token, from `verify` if it is new here; whatever that raises passes through, every time."""
        key = hashlib.sha256(token.encode()).digest()
        with self._lock:
            known = self._claims.get(key)
            if known is not None and self._now() < known["exp"]:
                self._claims.move_to_end(key)
                return known
        claims = verify()
        with self._lock:
            self._claims[key] = claims
            if len(self._claims) > _MOST_TOKENS:
                self._claims.popitem(last=False)
        return claims
