"""Writes down what one call of a function asks of Firestore, Auth, Pub/Sub, Cloud Tasks and Speech-to-Text, to be done
again."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import flask
import grpc
from firebase_admin import auth
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

import main
from shared.cloud import firestore, pubsub, speech, tasks
from shared.cloud.once import Once

Step = dict[str, Any]

_APP = flask.Flask("here")
ACCOUNT_CALLS = ("get_user", "revoke_refresh_tokens", "set_custom_user_claims")


class Recorder(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Keeps the steps of the call in progress, in the order in which they began."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._guard = threading.Lock()

    def note(self, step: Step) -> None:
        with self._guard:
            self.steps.append(step)

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self.note(_step(details.method, request))
        return continuation(details, request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        self.note(_step(details.method, request))
        return continuation(details, request)


class RecordingClient(Client):
    """A Firestore client for an emulator that notes its calls."""

    def __init__(self, project: str, address: str, recorder: Recorder) -> None:
        self._recorder = recorder
        super().__init__(project=project, credentials=AnonymousCredentials())
        self._address = address

    def _emulator_channel(self, _transport: Any) -> grpc.Channel:
        return grpc.intercept_channel(grpc.insecure_channel(self._address), self._recorder)


class _Publisher:
    """A publisher that notes what it publishes."""

    def __init__(self, publisher: Any, recorder: Recorder) -> None:
        self._publisher = publisher
        self._recorder = recorder

    def publish(self, topic: str, data: bytes, **attributes: str) -> Any:
        self._recorder.note({"kind": "publish", "topic": topic, "data": _text(data), "attributes": attributes})
        return self._publisher.publish(topic, data, **attributes)


class _Speech:
    """A client of Speech-to-Text that notes what it asks, but for the sound."""

    def __init__(self, client: Any, recorder: Recorder) -> None:
        self._client = client
        self._recorder = recorder

    def recognize(self, request: Any, **options: Any) -> Any:
        message = type(request).pb(request)
        noted = type(message)(recognizer=message.recognizer, config=message.config)
        self._recorder.note({"kind": "speech", "request": _text(noted.SerializeToString())})
        return self._client.recognize(request, **options)


@contextmanager
def recording(project: str, address: str) -> Iterator[Recorder]:
    """For the length of the block, functions called in this process are written down."""
    recorder = Recorder()
    before = firestore.client, pubsub.publisher, speech.client, tasks.enqueue
    accounts = {name: getattr(auth, name) for name in ACCOUNT_CALLS}
    publisher: Any = _Publisher(pubsub.publisher(), recorder)
    recognising: Any = _Speech(speech.client(), recorder)

    def enqueue(queue: str, function: str, payload: Any, **options: Any) -> bool:
        recorder.note({"kind": "task", "queue": queue, "function": function})
        return before[-1](queue, function, payload, **options)

    def noting(name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            recorder.note({"kind": "account", "call": name, "arguments": arguments[:-1]})
            return accounts[name](*arguments)

        return call

    for name in ACCOUNT_CALLS:
        setattr(auth, name, noting(name))
    firestore.client = Once(lambda: RecordingClient(project, address, recorder))
    pubsub.publisher = Once(lambda: publisher)
    speech.client = Once(lambda: recognising)
    tasks.enqueue = enqueue
    try:
        yield recorder
    finally:
        firestore.client, pubsub.publisher, speech.client, tasks.enqueue = before
        for name, call in accounts.items():
            setattr(auth, name, call)


def call_here(function: str, token: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The answer of a function called in this process. Raises RuntimeError if it is not a result."""
    handler = _handler(function)
    headers = {"Authorization": f"Bearer {token}"}
    with _APP.test_request_context("/", method="POST", json={"data": payload}, headers=headers):
        answer = json.loads(handler(flask.request).get_data())
    if "result" not in answer:
        raise RuntimeError(f"{function} answered {answer}")
    return dict(answer)


@cache
def _handler(function: str) -> Callable[[flask.Request], flask.Response]:
    served: Callable[[flask.Request], flask.Response] = getattr(main, function.replace("-", "_"))
    return served


def _step(method: str, request: Any) -> Step:
    name = method.rpartition("/")[2]
    message = type(request).pb(request) if hasattr(type(request), "pb") else request
    kind = type(message).__name__.removesuffix("Request")
    if kind == "BatchGetDocuments":
        return {
            "kind": "get",
            "paths": [_path(name) for name in message.documents],
            "inside": bool(message.transaction),
        }
    if kind == "RunQuery":
        parent = _path(message.parent) if "/documents/" in message.parent else ""
        query = _text(message.structured_query.SerializeToString())
        return {"kind": "query", "parent": parent, "query": query, "inside": bool(message.transaction)}
    if kind == "BeginTransaction":
        return {"kind": "begin"}
    if kind == "Commit":
        writes = [_text(write.SerializeToString()) for write in message.writes]
        return {"kind": "commit", "writes": writes, "inside": bool(message.transaction)}
    return {"kind": name}


def _path(name: str) -> str:
    return name.partition("/documents/")[2]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
