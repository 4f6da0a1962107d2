"""Bodies of multipart/related: a description in JSON, and the content (RFC 2387)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from emulator.storage.errors import invalid

_BOUNDARY: Final = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)


def parts(body: bytes, content_type: str) -> tuple[dict[str, Any], bytes]:
    """The description, with the content's own type if it names none, and the content. Raises ApiError: 400."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise invalid("multipart/related needs a boundary.")
    boundary = b"--" + (found[1] or found[2]).encode()
    pieces = (b"\r\n" + body).split(b"\r\n" + boundary)[1:-1]
    if len(pieces) != 2:
        raise invalid("multipart/related needs a description and a content.")
    (_, told), (headers, content) = (_split(piece) for piece in pieces)
    try:
        described: dict[str, Any] = json.loads(told or b"{}")
    except ValueError:
        raise invalid("The description is not JSON.") from None
    described.setdefault("contentType", headers.get("content-type"))
    return described, content


def _split(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    lines = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines}, content
