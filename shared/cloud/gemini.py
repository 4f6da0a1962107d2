"""Gemini."""

from typing import Any

from google import genai
from google.genai import types

from shared.cloud.breaker import Breaker
from shared.cloud.once import once
from shared.runtime import trace
from shared.runtime.settings import SettingsError, settings

_TIMEOUT_MILLISECONDS = 120_000
_FAILURES = 8
"""Failed calls in a row: those of about three conversations."""


@once
def client() -> genai.Client:
    """The client of this process: the real service with a GEMINI_API_KEY, the local stand-in otherwise.

    Raises SettingsError if there is neither.
    """
    key, url = settings().gemini_api_key, settings().gemini_url
    if key is None and url is None:
        raise SettingsError("set GEMINI_API_KEY, or TRAVVY_GEMINI_URL to use a stand-in")
    if key is not None:
        return genai.Client(api_key=key, http_options=types.HttpOptions(timeout=_TIMEOUT_MILLISECONDS))
    # The trace goes along, by which the stand-in tells whose call it is.
    traced = {"event_hooks": {"request": [_add_trace]}}
    options = types.HttpOptions(base_url=url, timeout=_TIMEOUT_MILLISECONDS, client_args=traced)
    return genai.Client(api_key="local", http_options=options)


@once
def breaker() -> Breaker:
    """What stands before the service, for everybody in this process."""
    return Breaker("The assistant", failures=_FAILURES)


def _add_trace(request: Any) -> None:
    request.headers["traceparent"] = trace.current().traceparent
