"""Identity tokens as the local services attach them: well-formed, and worth nothing outside this machine.

A token is a JWT with header `{"alg": "none", "typ": "JWT"}` and an empty signature. Its claims are those that a
receiver checks on a Google-signed token: `iss` "https://accounts.google.com", `aud`, `sub`, `email`, `email_verified`,
`iat` and `exp` (seconds). A receiver may accept it only when it knows that it runs against the emulator.
"""

from __future__ import annotations

import base64
import json
from typing import Any

ISSUER = "https://accounts.google.com"
LIFETIME_SECONDS = 3600


def token(*, email: str, audience: str, now: float) -> str:
    """An unsigned identity token of a service account; `now` in seconds since the epoch."""
    claims = {
        "iss": ISSUER,
        "aud": audience,
        "sub": email,
        "email": email,
        "email_verified": True,
        "iat": int(now),
        "exp": int(now) + LIFETIME_SECONDS,
    }
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def bearer(*, email: str, audience: str, now: float) -> dict[str, str]:
    """The Authorization header with such a token."""
    return {"Authorization": f"Bearer {token(email=email, audience=audience, now=now)}"}


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
