"""Gemini."""

from google import genai
from google.genai import types

from shared.cloud.once import once
from shared.runtime.settings import SettingsError, settings

_TIMEOUT_MILLISECONDS = 120_000


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
