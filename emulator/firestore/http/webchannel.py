"""WebChannel, the protocol over which the browser SDK listens and writes.

`POST .../channel` without a session opens one; with `SID` it carries messages. `GET` with `SID` is the back channel.
Answers are chunks of a length (in UTF-16 units; all JSON here is ASCII) and JSON. Source: the open-source client,
`goog.labs.net.webChannel` of the Closure library, version 8 of the protocol.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qsl

from emulator.firestore import protos
from emulator.firestore.auth import from_authorization
from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.http.messages import Request, Response, error_body, http_status, json_response
from emulator.firestore.http.session import KEEP_ALIVE_SECONDS, Session
from emulator.firestore.service import FirestoreService

PREFIX = "/google.firestore.v1.Firestore/"

_VERSION = 8
_SERVER_VERSION = 12
_MAX_FORM_FIELDS = 5000
_MAX_NUMBER = 2**53
_HEADERS = (("Cache-Control", "no-cache, no-store"), ("X-Content-Type-Options", "nosniff"))


class Channels:
    """The WebChannel sessions of one service."""

    def __init__(self, service: FirestoreService) -> None:
        self._streams = {
            f"{PREFIX}Listen/channel": (service.listen, protos.ListenRequest),
            f"{PREFIX}Write/channel": (service.write, protos.WriteRequest),
        }
        self._sessions: dict[str, Session] = {}

    async def answer(self, request: Request) -> Response:
        stream = self._streams.get(request.path)
        if stream is None or request.method not in ("GET", "POST"):
            return Response(404, b"Not Found\n")
        try:
            return self._answer(request, *stream)
        except StatusError as error:
            return json_response(error_body(error), http_status(error))

    def _answer(self, request: Request, stream: Any, message_type: Any) -> Response:
        session_id = request.parameter("SID")
        if session_id is None:
            if request.method != "POST":
                raise invalid_argument("A session is opened with POST.")
            return self._open(request, stream, message_type)
        session = self._sessions.get(session_id)
        if request.parameter("TYPE") == "terminate":
            if session is not None:
                session.close()
            return Response(headers=_HEADERS)
        if session is None:
            return Response(400, b"Unknown SID", headers=_HEADERS)
        session.acknowledge(_integer(request.parameter("AID"), "AID"))
        if request.method == "POST":
            return self._forward(session, request)
        streaming = request.parameter("CI") != "1"
        patience = _integer(request.parameter("TO"), "TO") / 1000 or KEEP_ALIVE_SECONDS
        chunks = _chunks(session.back_channel(min(patience, KEEP_ALIVE_SECONDS), streaming=streaming))
        return Response(body=chunks, headers=_HEADERS)

    def _open(self, request: Request, stream: Any, message_type: Any) -> Response:
        form = _form(request)
        # The client may not set headers without a preflight, so it sends them in the form, or, if older, in the URL.
        sent = form.get("headers") or request.parameter("$httpHeaders") or ""
        headers = dict(_header_line(line) for line in sent.splitlines())
        auth = from_authorization(headers.get("authorization") or request.headers.get("authorization"))
        session = Session(stream, message_type, auth, lambda ended: self._sessions.pop(ended.id, None))
        self._sessions[session.id] = session
        session.receive(*_messages(form))
        hello = ["c", session.id, "", _VERSION, _SERVER_VERSION, int(KEEP_ALIVE_SECONDS * 1000)]
        return Response(body=_chunk(json.dumps([[0, hello]])), headers=_HEADERS)

    def _forward(self, session: Session, request: Request) -> Response:
        session.receive(*_messages(_form(request)))
        state = [int(session.has_back_channel), session.last_array, session.outstanding_bytes]
        return Response(body=_chunk(json.dumps(state)), headers=_HEADERS)


def _chunk(text: str) -> bytes:
    return f"{len(text)}\n{text}".encode("ascii")


async def _chunks(batches: AsyncGenerator[str, None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(batches) as source:
        async for batch in source:
            yield _chunk(batch)


def _form(request: Request) -> dict[str, str]:
    try:
        return dict(parse_qsl(request.body.decode(), keep_blank_values=True, max_num_fields=_MAX_FORM_FIELDS))
    except ValueError as error:
        raise invalid_argument("The body is not a form.") from error


def _messages(form: dict[str, str]) -> tuple[int, list[str]]:
    """The number of the first message, and the messages."""
    count = _integer(form.get("count"), "count")
    try:
        return _integer(form.get("ofs"), "ofs"), [form[f"req{index}___data__"] for index in range(count)]
    except KeyError as error:
        raise invalid_argument(f"The form has no {error}.") from error


def _header_line(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _integer(text: str | None, name: str) -> int:
    try:
        number = int(text or "0")
    except ValueError as error:
        raise invalid_argument(f"{name} must be a number.") from error
    if not 0 <= number <= _MAX_NUMBER:
        raise invalid_argument(f"{name} is out of range.")
    return number
