"""Which part answers which path, and what lets pages of any origin ask (CORS)."""

from emulator.firestore.http import rest, webchannel
from emulator.firestore.http.management import Management
from emulator.firestore.http.messages import Request, Response
from emulator.firestore.service import FirestoreService

_METHODS = "DELETE, GET, HEAD, PATCH, POST, PUT"
_PREFLIGHT_SECONDS = "3600"


class Application:
    """Everything that is served over HTTP/1.1 for one service."""

    def __init__(self, service: FirestoreService) -> None:
        self._rest = rest.Rest(service)
        self._channels = webchannel.Channels(service)
        self._management = Management(service)

    async def answer(self, request: Request) -> Response:
        """Answers any request; refusals are responses too."""
        if request.method == "OPTIONS":
            return Response(headers=_cors(request))
        if request.path.startswith(rest.PREFIX):
            response = await self._rest.answer(request)
        elif request.path.startswith(webchannel.PREFIX):
            response = await self._channels.answer(request)
        else:
            response = self._management.answer(request)
        return response.with_headers(_cors(request))


def _cors(request: Request) -> tuple[tuple[str, str], ...]:
    origin = request.headers.get("origin")
    if origin is None:
        return ()
    headers = [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    ]
    if request.method == "OPTIONS":
        headers += [
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Allow-Headers", request.headers.get("access-control-request-headers", "")),
            ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
        ]
    return tuple(headers)
