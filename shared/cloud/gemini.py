"""Gemini."""

from google import genai
from google.genai import types

from shared.cloud.breaker import Breaker
from shared.cloud.once import once
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
    options = types.HttpOptions(base_url=None if key else url, timeout=_TIMEOUT_MILLISECONDS)
    return genai.Client(api_key=key or "local", http_options=options)


@once
def breaker() -> Breaker:
    """What stands before the service, for everybody in this process."""
    return Breaker("The assistant", failures=_FAILURES)
