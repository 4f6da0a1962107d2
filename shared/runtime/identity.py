"""Who is behind a request: a person's ID token, an app's App Check token, or one of our own services' OIDC tokens.

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
from shared.runtime.settings import settings

_CLOCK_SKEW_SECONDS: Final = 10
_NEEDS: Final[Mapping[Audience, tuple[str, ...]]] = {
    "user": ("shared.cloud.auth", "firebase_admin.auth"),
    "admin": ("shared.cloud.auth", "firebase_admin.auth"),
    "service": ("shared.runtime.service_identity",),
    "anyone": (),
}


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
    claims = _verified(token, fresh)
    return Caller(
        uid=str(claims["uid"]),
        email=_text(claims.get("email")),
        email_verified=claims.get("email_verified") is True,
        name=_text(claims.get("name")),
        picture=_text(claims.get("picture")),
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


def check_app(headers: Headers) -> None:
    """Verify the App Check token if there is one; raise Unauthenticated if it is bad, or missing where required."""
    token = headers.get("X-Firebase-AppCheck", "")
    if not token:
        if settings().app_check_required:
            raise Unauthenticated("This deployment answers only to the app itself.", reason="APP_CHECK_MISSING")
        return
    try:
        if settings().emulator:
            unverified(token)
            return
        _verify_app(token)
    except ValueError:
        raise Unauthenticated("The App Check token is not valid.", reason="APP_CHECK_INVALID") from None


def _verify_app(token: str) -> None:
    import jwt
    from firebase_admin import app_check

    from shared.cloud import auth

    try:
        app_check.verify_token(token, auth.app())
    except jwt.PyJWKClientConnectionError as error:
        raise Unavailable("Apps cannot be checked right now. Try again.", reason="KEYS_UNAVAILABLE") from error
    except jwt.PyJWKClientError as error:
        raise ValueError("the token names a key that does not exist") from error


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


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
