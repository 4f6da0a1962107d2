"""Who makes a request, from its Authorization header."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from emulator.firestore.errors import invalid_argument, permission_denied


@dataclass(frozen=True, slots=True)
class AuthContext:
    """`admin` bypasses security rules; `uid` and `token` (all claims) are None for a caller who is not signed in."""

    admin: bool = False
    uid: str | None = None
    token: Mapping[str, Any] | None = None

    def require_admin(self, what: str) -> None:
        """Raises PERMISSION_DENIED for everyone but an administrator."""
        if not self.admin:
            raise permission_denied(f"{what} requires an administrator.")


ADMIN = AuthContext(admin=True)
ANONYMOUS = AuthContext()


@lru_cache(maxsize=1024)
def from_authorization(header: str | None) -> AuthContext:
    """The caller behind an Authorization header: none, `Bearer owner`, or a JWT whose signature is not verified
    (the Auth emulator does not sign). Raises INVALID_ARGUMENT for anything else."""
    if not header:
        return ANONYMOUS
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise invalid_argument("Invalid Authorization header; expected a bearer token.")
    if credential == "owner":
        return ADMIN
    claims = _claims(credential)
    uid = claims.get("sub") or claims.get("user_id") or claims.get("uid")
    if not isinstance(uid, str):
        raise invalid_argument("Invalid authentication token: it names no user.")
    return AuthContext(uid=uid, token=claims)


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        raise invalid_argument("Invalid authentication token: not a JWT.")
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError) as error:
        raise invalid_argument("Invalid authentication token: the payload is not JSON.") from error
    if not isinstance(claims, dict):
        raise invalid_argument("Invalid authentication token: the payload is not an object.")
    return claims
