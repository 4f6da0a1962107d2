"""The JSON API of Cloud Storage, as far as its client libraries need it for objects. Whoever asks is an administrator.

https://cloud.google.com/storage/docs/json_api/v1
"""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.storage.errors import invalid
from emulator.storage.objects import Objects, PendingUpload, StoredObject
from emulator.storage.related import parts

_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")
_CONTENT_RANGE: Final = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


class GoogleApi:
    """Handlers; `bucket` and `name` come from the path, still quoted."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def bucket(self, request: Request) -> Response:
        """Every bucket exists."""
        bucket = request.path_params["bucket"]
        return JSONResponse({"kind": "storage#bucket", "id": bucket, "name": bucket, "location": "US"})

    async def list_objects(self, request: Request) -> Response:
        found = self._objects.of(request.path_params["bucket"], request.query_params.get("prefix", ""))
        return JSONResponse({"kind": "storage#objects", "items": [described(one, request) for one in found]})

    async def one(self, request: Request) -> Response:
        """Metadata, content (`alt=media`), change or deletion of an object."""
        bucket, name, query = request.path_params["bucket"], _name(request), dict(request.query_params)
        if request.method == "DELETE":
            self._objects.delete(bucket, name, query)
            return Response(status_code=204)
        if request.method == "PATCH":
            changed = self._objects.describe(bucket, name, json.loads(await request.body() or b"{}"), query)
            return JSONResponse(described(changed, request))
        found = self._objects.get(bucket, name, query)
        if query.get("alt") == "media":
            return content(found, request.headers.get("range"))
        return JSONResponse(described(found, request))

    async def upload(self, request: Request) -> Response:
        """A simple, a multipart or the beginning of a resumable upload; or a piece of the latter."""
        bucket, query = request.path_params["bucket"], dict(request.query_params)
        if "upload_id" in query:
            return await self._piece(request, query["upload_id"])
        match query.get("uploadType"):
            case "media":
                told: dict[str, Any] = {"contentType": request.headers.get("content-type")}
                stored = self._objects.put(bucket, query["name"], await request.body(), told, query)
            case "multipart":
                told, body = parts(await request.body(), request.headers.get("content-type", ""))
                stored = self._objects.put(bucket, _told_name(told, query), body, told, query)
            case "resumable":
                return await self._begin(request, bucket, query)
            case other:
                raise invalid(f"uploadType must be media, multipart or resumable, not {other!r}.")
        return JSONResponse(described(stored, request))

    async def _begin(self, request: Request, bucket: str, query: dict[str, str]) -> Response:
        told = json.loads(await request.body() or b"{}")
        told.setdefault("contentType", request.headers.get("x-upload-content-type"))
        upload_id = self._objects.begin(PendingUpload(bucket, _told_name(told, query), told, query))
        where = f"{request.base_url}upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={upload_id}"
        return Response(headers={"Location": where})

    async def _piece(self, request: Request, upload_id: str) -> Response:
        if request.method == "DELETE":
            self._objects.cancel(upload_id)
            return Response(status_code=499)
        pending = self._objects.pending(upload_id)
        found = _CONTENT_RANGE.fullmatch(request.headers.get("content-range", "bytes */*"))
        if found is None:
            raise invalid("Content-Range cannot be read.")
        if found[1] is not None:
            if int(found[1]) != len(pending.content):
                raise invalid(f"The next byte is {len(pending.content)}, not {found[1]}.")
            pending.content += await request.body()
        elif "content-range" not in request.headers:
            pending.content += await request.body()
        whole = found[3] != "*" and len(pending.content) >= int(found[3])
        if whole or "content-range" not in request.headers:
            return JSONResponse(described(self._objects.finish(upload_id), request))
        headers = {"Range": f"bytes=0-{len(pending.content) - 1}"} if pending.content else {}
        return Response(status_code=308, headers=headers)


def described(stored: StoredObject, request: Request) -> dict[str, Any]:
    """An object as the API describes it."""
    path = str(request.url_for("object", bucket=stored.bucket, name=stored.name))
    return {
        "kind": "storage#object",
        "id": f"{stored.bucket}/{stored.name}/{stored.generation}",
        "selfLink": path,
        "mediaLink": f"{path}?alt=media",
        "name": stored.name,
        "bucket": stored.bucket,
        "generation": str(stored.generation),
        "metageneration": str(stored.metageneration),
        "contentType": stored.content_type,
        "size": str(len(stored.content)),
        "md5Hash": stored.md5,
        "crc32c": stored.crc32c,
        "etag": f"{stored.generation}/{stored.metageneration}",
        "storageClass": "STANDARD",
        "timeCreated": stored.created.isoformat().replace("+00:00", "Z"),
        "updated": stored.updated.isoformat().replace("+00:00", "Z"),
        "metadata": dict(stored.metadata),
    }


def content(stored: StoredObject, wanted: str | None) -> Response:
    """An object's bytes, or the range that a header wants."""
    headers = {
        "X-Goog-Hash": f"crc32c={stored.crc32c},md5={stored.md5}",
        "X-Goog-Generation": str(stored.generation),
        "X-Goog-Metageneration": str(stored.metageneration),
        "X-Goog-Stored-Content-Length": str(len(stored.content)),
    }
    found = _RANGE.fullmatch(wanted or "")
    if found is None:
        return Response(stored.content, media_type=stored.content_type, headers=headers)
    size = len(stored.content)
    first, last = int(found[1]), min(int(found[2] or size), size - 1)
    if first >= size:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(stored.content[first : last + 1], 206, headers, stored.content_type)


def _name(request: Request) -> str:
    return unquote(request.path_params["name"])


def _told_name(told: dict[str, Any], query: dict[str, str]) -> str:
    name = told.get("name") or query.get("name")
    if not name:
        raise invalid("Required parameter: name")
    return str(name)
