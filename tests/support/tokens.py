"""ID tokens as the Auth emulator issues them, for people of whom nothing else is there."""

import base64
import json
import time


def unsigned(**claims: object) -> str:
    """A token with these claims."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def good_claims(uid: str, name: str = "Somebody") -> dict[str, object]:
    """The claims of somebody who has just signed in."""
    now = int(time.time())
    return {
        "iss": "https://securetoken.google.com/demo-travvy",
        "aud": "demo-travvy",
        "sub": uid,
        "user_id": uid,
        "name": name,
        "iat": now - 10,
        "auth_time": now - 10,
        "exp": now + 3600,
    }
