"""Who is behind a request: a person, by their ID token.

The Google libraries are loaded when first needed; `preload` does that at start for the functions that will.
"""

import importlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from shared.runtime.caller import Caller
from shared.runtime.errors import Internal, PermissionDenied, Unauthenticated, Unavailable
from shared.runtime.headers import Headers
from shared.runtime.jwt import unverified
from shared.runtime.registry import Audience
from shared.runtime.remembered import Remembered
from shared.runtime.settings import settings
from shared.runtime.text import https_or_none, tidy

_CLOCK_SKEW_SECONDS: Final = 10
_MOST_NAME: Final = 120
_NEEDS: Final[Mapping[Audience, tuple[str, ...]]] = {
    "user": ("shared.cloud.auth", "firebase_admin.auth"),
    "admin": ("shared.cloud.auth", "firebase_admin.auth"),
    "service": ("shared.runtime.service_identity",),
    "anyone": (),
}
_remembered: Final = Remembered()


def preload(audience: Audience) -> None:
    """Load what verifying this audience takes, while the instance still has its start-up processor boost."""
    for module in _NEEDS[audience]:
        importlib.import_module(module)


def bearer(headers: Headers) -> str | None:
    """The bearer token of a request, None if it has no Authorization. Raises Unauthenticated for other schemes."""
    value = headers.get("Authorization", "").strip()
    if not value:
        return None
    scheme, _, token = value.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("The Authorization header must be 'Bearer <ID token>'.", reason="TOKEN_MALFORMED")
    return token.strip()


def caller_of(headers: Headers, *, fresh: bool = False) -> Caller | None:
    """The signed-in caller, or None if the request carries no token.

    `fresh` also asks the server whether the token was revoked and the account still stands.
    Raises Unauthenticated for a token that proves nothing and Unavailable if the keys cannot be fetched.
    """
    token = bearer(headers)
    if token is None:
        return None
    claims = _verified(token, fresh) if fresh else _remembered.claims(token, lambda: _verified(token, fresh))
    return Caller(
        uid=str(claims["uid"]),
        email=_text(claims.get("email")),
        email_verified=claims.get("email_verified") is True,
        name=_name(claims.get("name")),
        picture=https_or_none(claims.get("picture")),
        admin=claims.get("admin") is True,
        claims=claims,
        auth_time=_moment(claims.get("auth_time", 0)),
    )


def require(caller: Caller | None, audience: Audience) -> None:
    """Raise Unauthenticated or PermissionDenied unless the caller belongs to the audience."""
    if audience == "anyone":
        return
    if caller is None:
        raise Unauthenticated("Sign in first: this needs an ID token.", reason="TOKEN_MISSING")
    if audience == "admin" and not caller.admin:
        raise PermissionDenied("This is for administrators.", reason="ADMIN_ONLY")


def _verified(token: str, fresh: bool) -> dict[str, Any]:
    from firebase_admin import auth as tokens
    from firebase_admin import exceptions

    from shared.cloud import auth

    _refuse_what_the_emulator_would_not_sign(token)
    try:
        claims: dict[str, Any] = tokens.verify_id_token(
            token, auth.app(), check_revoked=fresh, clock_skew_seconds=_CLOCK_SKEW_SECONDS
        )
        return claims
    except tokens.ExpiredIdTokenError:
        raise _expired() from None
    except tokens.RevokedIdTokenError:
        raise Unauthenticated("This sign-in was ended. Sign in again.", reason="TOKEN_REVOKED") from None
    except (tokens.UserDisabledError, tokens.UserNotFoundError):
        raise Unauthenticated("This account is disabled or deleted.", reason="ACCOUNT_GONE") from None
    except tokens.CertificateFetchError as error:
        raise Unavailable("Sign-ins cannot be checked right now. Try again.", reason="KEYS_UNAVAILABLE") from error
    except (ValueError, tokens.InvalidIdTokenError):
        raise _invalid() from None
    except exceptions.FirebaseError as error:
        raise Unavailable("Sign-ins cannot be checked right now. Try again.", reason="AUTH_UNAVAILABLE") from error


def _refuse_what_the_emulator_would_not_sign(token: str) -> None:
    """firebase-admin believes every token while the Auth emulator is configured; hold it to what that one issues."""
    if not settings().auth_emulator:
        return
    if not settings().emulator:
        raise Internal("FIREBASE_AUTH_EMULATOR_HOST is set outside of an emulator", reason="UNSAFE_SETTINGS")
    try:
        header, claims = unverified(token)
    except ValueError:
        raise _invalid() from None
    if header.get("alg") != "none" or not isinstance(claims.get("exp"), int) or not isinstance(claims.get("iat"), int):
        raise _invalid()
    if claims["exp"] + _CLOCK_SKEW_SECONDS < time.time():
        raise _expired()


def _invalid() -> Unauthenticated:
    return Unauthenticated("The ID token is not valid. Sign in again.", reason="TOKEN_INVALID")


def _expired() -> Unauthenticated:
    return Unauthenticated("The ID token has expired. Refresh it and call again.", reason="TOKEN_EXPIRED")


def _moment(seconds: Any) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise _invalid() from None


def _name(value: object) -> str | None:
    """A name as its provider has it: whatever somebody typed there."""
    return tidy(value, one_line=True)[:_MOST_NAME] or None if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
