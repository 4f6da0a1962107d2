"""A file that breaks off, as a functions-framework source file."""

from collections.abc import Iterator

import flask

from shared.exports.answer import answer
from shared.exports.files import File
from shared.runtime.decorators import http_function


@http_function("breaking-file")
def breaking_file(request: flask.Request) -> flask.Response:
    """A file that fails after `?pieces=` of 100 bytes."""
    return answer(request, File("plan.csv", "text/csv", "1", lambda: _pieces(int(request.args["pieces"]))))


def _pieces(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b"x" * 100
    raise ValueError("swordfish")
