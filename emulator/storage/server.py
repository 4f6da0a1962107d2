"""Both APIs on one port. `DELETE /emulator` forgets everything."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from emulator.common.http import HttpServer
from emulator.storage.errors import ApiError
from emulator.storage.firebase import FirebaseApi
from emulator.storage.google import GoogleApi
from emulator.storage.objects import Objects
from emulator.storage.rules import Guard

_OBJECT: Final = ["GET", "PATCH", "DELETE"]
_UPLOAD: Final = ["POST", "PUT", "DELETE"]


def server(guard: Guard) -> HttpServer:
    """Serves HTTP. Everything is in memory, for as long as it runs."""
    return HttpServer(_application(guard))


def _application(guard: Guard) -> Starlette:
    objects = Objects()
    google, firebase = GoogleApi(objects), FirebaseApi(objects, guard)

    async def forget(request: Request) -> Response:
        objects.clear()
        return JSONResponse({})

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, ApiError)  # noqa: S101 - the only one that comes here
        return JSONResponse(error.body(), error.status)

    exposed = ["X-Goog-Upload-Status", "X-Goog-Upload-URL", "X-Goog-Upload-Size-Received", "X-Goog-Upload-Command"]
    cors = Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=exposed
    )
    return Starlette(
        routes=[
            Route("/emulator", forget, methods=["DELETE"]),
            Route("/upload/storage/v1/b/{bucket}/o", google.upload, methods=_UPLOAD),
            Route("/download/storage/v1/b/{bucket}/o/{name:path}", google.one, methods=["GET"]),
            Route("/storage/v1/b/{bucket}", google.bucket),
            Route("/storage/v1/b/{bucket}/o", google.list_objects),
            Route("/storage/v1/b/{bucket}/o/{name:path}", google.one, methods=_OBJECT, name="object"),
            Route("/v0/b/{bucket}/o", firebase.upload, methods=_UPLOAD),
            Route("/v0/b/{bucket}/o/{name:path}", firebase.one, methods=_OBJECT),
        ],
        middleware=[cors],
        exception_handlers={ApiError: refused},
    )
