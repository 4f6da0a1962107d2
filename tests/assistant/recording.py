"""A Firestore client that notes which documents were read and written."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client


class Paths:
    """Paths below the database. A query counts as a read of its collection."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.written: set[str] = set()
        self._guard = threading.Lock()

    def note(self, request: Any) -> None:
        with self._guard:
            self.read.update(_short(name) for name in getattr(request, "documents", ()))
            if hasattr(request, "structured_query"):
                collections = getattr(request.structured_query, "from")
                self.read.update(_short(f"{request.parent}/{one.collection_id}") for one in collections)
            self.written.update(_short(name) for name in _written(request))


def _written(request: Any) -> Iterator[str]:
    for write in getattr(request, "writes", ()):
        yield write.update.name or write.delete or write.transform.document


def _short(name: str) -> str:
    return name.partition("/documents")[2].lstrip("/")


class _Watch(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self._paths.note(request)
        return continuation(details, request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self._paths.note(request)
        return continuation(details, request)


class RecordingClient(Client):
    def __init__(self, project: str, address: str) -> None:
        self.paths = Paths()
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._address = address

    def _emulator_channel(self, _transport: Any) -> grpc.Channel:
        return grpc.intercept_channel(grpc.insecure_channel(self._address), _Watch(self.paths))
