"""Tokens as the Auth emulator makes them: not signed."""

import base64
import json

OWNER = {"Authorization": "Bearer owner"}


def bearer(uid: str) -> dict[str, str]:
    """The header of a signed-in user."""
    parts = [{"alg": "none", "typ": "JWT"}, {"sub": uid, "user_id": uid}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return {"Authorization": f"Bearer {'.'.join(encoded)}."}
