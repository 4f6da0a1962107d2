"""Reading a JSON Web Token without believing it."""

import base64
import binascii
import json
from typing import Any


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims as they stand in the token. Raises ValueError if it is not a token at all."""
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a token has three parts")
    return _json_object(parts[0]), _json_object(parts[1])


def _json_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, RecursionError, UnicodeError) as error:
        raise ValueError("a part of the token is not base64url JSON") from error
    if not isinstance(value, dict):
        raise ValueError("a part of the token is not an object")
    return value
