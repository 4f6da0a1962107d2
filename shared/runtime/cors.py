"""Which web pages may call, and how long a browser remembers that."""

from typing import Final

import flask

from shared.runtime.security import protect
from shared.runtime.settings import settings

_MAX_AGE_SECONDS: Final = "7200"
_EXPOSED: Final = "Retry-After, X-Trace-Id"
_USUAL_HEADERS: Final = "authorization, content-type, x-firebase-appcheck, firebase-instance-id-token"


def preflight(request: flask.Request, methods: tuple[str, ...]) -> flask.Response:
    """The answer to OPTIONS: everything a Firebase SDK may send is allowed, and remembered for two hours."""
    response = flask.Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = request.headers.get(
        "Access-Control-Request-Headers", _USUAL_HEADERS
    )
    response.headers["Access-Control-Max-Age"] = _MAX_AGE_SECONDS
    return allow(request, protect(response))


def allow(request: flask.Request, response: flask.Response) -> flask.Response:
    """Add the headers that let the page that called read the answer; never those that would let it send cookies."""
    origins = settings().cors_origins
    origin = request.headers.get("Origin")
    if "*" in origins:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.headers.add("Vary", "Origin")
        if origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
    if "Access-Control-Allow-Origin" in response.headers:
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
    return response
