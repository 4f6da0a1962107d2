"""The headers that every answer has unless its function says otherwise: nothing is guessed, framed, kept or told on."""

from typing import Final

import flask

from shared.runtime.settings import settings

_TWO_YEARS: Final = 63_072_000
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_DEPLOYED: Final = {**_HEADERS, "Strict-Transport-Security": f"max-age={_TWO_YEARS}; includeSubDomains"}


def protect(response: flask.Response) -> flask.Response:
    """Add what the response does not have yet; where the suite is deployed, also that only HTTPS leads here."""
    own = {name.lower() for name, _ in response.headers}
    for name, value in _HEADERS.items() if settings().emulator else _DEPLOYED.items():
        if name.lower() not in own:
            response.headers.add(name, value)
    return response
