"""The API description and a page to read it and try it out on: `/openapi.json`, `/docs/`.

The page is Swagger UI from node_modules; nothing is loaded from elsewhere.
"""

from __future__ import annotations

import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from emulator.layout import ROOT
from shared.runtime.settings import settings

_OWN: Final = Path(__file__).parent
_SWAGGER: Final = ROOT / "node_modules" / "swagger-ui-dist"
_FILES: Final = {
    "/docs": _OWN / "page.html",
    "/docs/": _OWN / "page.html",
    "/docs/page.js": _OWN / "page.js",
    "/docs/swagger-ui.css": _SWAGGER / "swagger-ui.css",
    "/docs/swagger-ui-bundle.js": _SWAGGER / "swagger-ui-bundle.js",
    "/docs/favicon.png": _SWAGGER / "favicon-32x32.png",
}


class Body(NamedTuple):
    """What is served: its media type and bytes."""

    kind: str
    content: bytes


def find(path: str, functions_url: str) -> Body | None:
    """What is to be read at a path; None if nothing is. The functions are said to answer at `functions_url`."""
    if path == "/openapi.json":
        return Body("application/json", _description(functions_url))
    if path == "/docs/local.json":
        return Body("application/json", json.dumps({"auth": settings().auth_emulator}).encode())
    file = _FILES.get(path)
    if file is None or not file.is_file():
        return None
    return Body(mimetypes.guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())


@cache
def _description(functions_url: str) -> bytes:
    # Reads all source files, which only those who ask for the description should wait for.
    from deploy.openapi.document import document

    here = {"url": functions_url, "description": "On this machine"}
    described = document()
    return json.dumps({**described, "servers": [here, *described["servers"][1:]]}).encode()
