"""Tokens of our own services: Cloud Tasks, Cloud Scheduler and Pub/Sub call with an OIDC token of the invoker account.

The headers those services add prove nothing by themselves, so no function acts before this check.
Cloud Run strips the signature from a token that it has checked itself (a function deployed without public access):
TRAVVY_OIDC_CHECKED_BY_PLATFORM says that this is so, and then only the claims are looked at here.
"""

import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import google.auth.exceptions
import google.auth.transport.requests
import requests
from cachecontrol import CacheControl
from google.oauth2 import id_token

from shared.runtime.errors import Unauthenticated, Unavailable
from shared.runtime.headers import Headers
from shared.runtime.identity import bearer
from shared.runtime.jwt import unverified
from shared.runtime.settings import settings

_ISSUERS: Final = ("https://accounts.google.com", "accounts.google.com")
_SIGNATURE_REMOVED: Final = "SIGNATURE_REMOVED_BY_GOOGLE"


def require_service(headers: Headers, function: str) -> None:
    """Raise Unauthenticated unless the request carries the invoker's token for this function (its deployed name)."""
    token = bearer(headers)
    if token is None:
        raise Unauthenticated("Only our own services may call this.", reason="TOKEN_MISSING")
    audience = settings().function_url(function)
    claims = _claims(token, audience)
    if claims.get("aud") != audience:
        raise _invalid("its audience is another function")
    if claims.get("email") != settings().invoker or claims.get("email_verified") is not True:
        raise _invalid("it belongs to another account")


def _claims(token: str, audience: str) -> Mapping[str, Any]:
    if settings().emulator:
        return _unsigned(token)
    if settings().oidc_checked_by_platform:
        return _checked_by_platform(token)
    try:
        claims: Mapping[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
            token, _transport(), audience
        )
        return claims
    except google.auth.exceptions.TransportError as error:
        raise Unavailable("Tokens cannot be checked right now.", reason="KEYS_UNAVAILABLE") from error
    except (ValueError, google.auth.exceptions.GoogleAuthError):
        raise _invalid("it does not verify") from None


def _unsigned(token: str) -> Mapping[str, Any]:
    try:
        header, claims = unverified(token)
    except ValueError:
        raise _invalid("it is malformed") from None
    if header.get("alg") != "none":
        raise _invalid("the local cloud issues unsigned tokens only")
    _check_expiry(claims)
    return claims


def _checked_by_platform(token: str) -> Mapping[str, Any]:
    try:
        _, claims = unverified(token)
    except ValueError:
        raise _invalid("it is malformed") from None
    if not token.endswith(_SIGNATURE_REMOVED) or claims.get("iss") not in _ISSUERS:
        raise _invalid("the platform has not checked it")
    _check_expiry(claims)
    return claims


def _check_expiry(claims: Mapping[str, Any]) -> None:
    expiry = claims.get("exp")
    if not isinstance(expiry, int | float) or expiry < time.time():
        raise _invalid("it has expired")


@cache
def _transport() -> google.auth.transport.requests.Request:
    """Google's keys are fetched through a cache that honours how long they say they are good for."""
    return google.auth.transport.requests.Request(CacheControl(requests.Session()))


def _invalid(why: str) -> Unauthenticated:
    return Unauthenticated(f"The service's token is refused: {why}.", reason="TOKEN_INVALID")
