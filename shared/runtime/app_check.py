"""Whether a call comes from the app itself: the App Check token in `X-Firebase-AppCheck`.

The Google libraries are loaded when a token has to be verified.
"""

import importlib
from typing import Literal, TypeAlias

from shared.runtime import logs
from shared.runtime.errors import Unauthenticated, Unavailable
from shared.runtime.headers import Headers
from shared.runtime.registry import AppCheck

Verdict: TypeAlias = Literal["valid", "invalid", "missing", "unchecked"]


def preload(mode: AppCheck) -> None:
    """Load what verifying takes, where every call needs it."""
    if mode == "enforce":
        importlib.import_module("firebase_admin.app_check")


def check_app(headers: Headers, mode: AppCheck) -> None:
    """Verify the App Check token as far as `mode` asks for it; the log's label `appCheck` says what was found.

    "enforce" raises Unauthenticated for a token that is missing or bad, and Unavailable if keys cannot be fetched.
    """
    if mode == "off":
        return
    verdict = _verdict(headers.get("X-Firebase-AppCheck", ""))
    logs.label(appCheck=verdict)
    if mode == "observe" or verdict == "valid":
        return
    if verdict == "missing":
        raise Unauthenticated("This deployment answers only to the app itself.", reason="APP_CHECK_MISSING")
    if verdict == "unchecked":
        raise Unavailable("Apps cannot be checked right now. Try again.", reason="KEYS_UNAVAILABLE")
    raise Unauthenticated("The App Check token is not valid.", reason="APP_CHECK_INVALID")


def _verdict(token: str) -> Verdict:
    if not token:
        return "missing"
    import jwt
    from firebase_admin import app_check

    from shared.cloud import auth

    try:
        app_check.verify_token(token, auth.app())
    except jwt.PyJWKClientConnectionError as error:
        logs.log.warning("the keys of App Check cannot be fetched", error=str(error))
        return "unchecked"
    except (ValueError, jwt.PyJWKClientError):
        return "invalid"
    return "valid"
