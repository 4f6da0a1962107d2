"""What tools ask of the emulator itself: rules, clearing, and the hub that tells where the emulators are."""

import re
from urllib.parse import unquote

from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.http.codec import load
from emulator.firestore.http.messages import Request, Response, error_body, http_status, json_response
from emulator.firestore.rules.errors import RulesError
from emulator.firestore.service import FirestoreService

_RULES = re.compile(r"/emulator/v1/projects/([^/:]+):securityRules\Z")
_DOCUMENTS = re.compile(r"/emulator/v1/(projects/[^/]+/databases/[^/]+)/documents\Z")


class Management:
    """Answers the requests of `@firebase/rules-unit-testing` and of developers; asks nobody who they are."""

    def __init__(self, service: FirestoreService) -> None:
        self._service = service

    def answer(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except StatusError as error:
            return json_response(error_body(error), http_status(error))

    def _answer(self, request: Request) -> Response:
        path = unquote(request.path)
        if request.method in ("GET", "HEAD") and path == "/":
            return Response(body=b"Ok\n")
        if request.method == "POST" and path == "/reset":
            self._service.clear()
            return Response(body=b"Ok\n")
        if request.method == "GET" and path == "/emulators":
            return json_response(_emulators(request))
        if request.method == "DELETE" and (match := _DOCUMENTS.match(path)):
            self._service.clear(match[1])
            return json_response({})
        if request.method == "PUT" and (match := _RULES.match(path)):
            return self._load_rules(match[1], request)
        return Response(404, b"Not Found\n")

    def _load_rules(self, project: str, request: Request) -> Response:
        try:
            text = load(request.body)["rules"]["files"][0]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise invalid_argument('Expected {"rules": {"files": [{"content": "..."}]}}.') from error
        if not isinstance(text, str):
            raise invalid_argument("The content of a rules file must be a string.")
        try:
            self._service.reload_rules(text, project)
        except RulesError as error:
            raise invalid_argument(f"L{error.line}:{error.column} {error.message}") from error
        return json_response({})


def _emulators(request: Request) -> dict[str, object]:
    host, port = request.address
    here = {"host": host, "port": port, "listen": [{"address": host, "port": port}]}
    return {name: {"name": name, **here} for name in ("hub", "firestore")}
