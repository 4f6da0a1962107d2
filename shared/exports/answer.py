"""A file as an HTTP answer: streamed, private, and not sent again to whoever has it (RFC 9110)."""

from collections.abc import Iterator

import flask

from shared.exports.files import File
from shared.runtime.logs import log
from shared.words.languages import LANGUAGES, Language, known


def language_for(request: flask.Request, asked: str | None) -> Language:
    """The language that is asked for, else the first of ours that the caller accepts (RFC 9110, 12.5.4)."""
    accepted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return known(asked or next((tag for tag in accepted if tag in LANGUAGES), None))


class _Streamed(flask.Response):
    """Its length is known only when it has been written."""

    automatically_set_content_length = False


def answer(request: flask.Request, file: File) -> flask.Response:
    """200 with the file, or its headers alone for HEAD, or 304 if the caller has this version."""
    response = _Streamed(iter(()), content_type=file.content_type)
    response.headers["Content-Disposition"] = file.disposition
    # Kept by nobody but the caller, who asks each time whether it still holds: access may have ended.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Accept-Language"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.set_etag(file.version)
    response.make_conditional(request)
    if response.status_code == 200 and request.method != "HEAD":
        response.response = _begun(file)
    return response


def _begun(file: File) -> Iterator[bytes]:
    """The pieces of a file, of which the first is there: until then a failure can still be answered."""
    pieces = file.open()
    return _unbroken(next(pieces, b""), pieces)


def _unbroken(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """All pieces. A failure on the way is logged and raised: the server then cuts the connection without the mark that
    ends an answer (RFC 9112, 7.1), so that nobody takes what came for the whole."""
    yield first
    try:
        yield from pieces
    except Exception as error:
        log.exception(f"A file broke off: {type(error).__name__}", error)
        raise
