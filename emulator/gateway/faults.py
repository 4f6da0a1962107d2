"""Faults of the Gemini stand-in for one request to a function: the header `x-travvy-fault` orders them beforehand."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from emulator.common.faults import HEADER
from shared.runtime.errors import InvalidArgument
from shared.runtime.outcomes import error_body

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_VARIABLE: Final = f"HTTP_{HEADER.upper().replace('-', '_')}"
_SECONDS: Final = 5.0

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class FaultDoor:
    """A WSGI application before another. What a request does in the background is struck too: the fault waits in the
    stand-in's queue. An order that it does not understand is answered with its words."""

    def __init__(self, inner: Application, gemini_url: str) -> None:
        self._inner = inner
        self._url = f"{gemini_url}/emulator/faults"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get(_VARIABLE)
        refused = self._order(said) if said else None
        if refused is None:
            return self._inner(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")])
        return [json.dumps({"error": error_body(InvalidArgument(refused, reason="BAD_REQUEST"), "")}).encode()]

    def _order(self, fault: str) -> str | None:
        """Queue it; what to say if it cannot be."""
        body = json.dumps({"fault": fault}).encode()
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310 - ours
        opener: Any = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(request, timeout=_SECONDS).close()
        except urllib.error.HTTPError as error:
            return str(json.load(error)["error"]["message"])
        return None
