"""What the SDKs of Cloud Storage for Firebase speak: uploads, metadata, content, deletion, all judged by the rules.

As @firebase/storage 0.14 sends it, and the emulator of firebase-tools answers it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.firestore.auth import AuthContext, from_authorization
from emulator.firestore.errors import StatusError
from emulator.storage.errors import ApiError, invalid
from emulator.storage.google import content, described
from emulator.storage.objects import Objects, PendingUpload
from emulator.storage.related import parts
from emulator.storage.rules import Guard, proposed


class FirebaseApi:
    """Handlers."""

    def __init__(self, objects: Objects, guard: Guard) -> None:
        self._objects = objects
        self._guard = guard

    async def one(self, request: Request) -> Response:
        """Metadata, content (`alt=media`), change or deletion of an object."""
        bucket, name = request.path_params["bucket"], unquote(request.path_params["name"])
        auth, before = _caller(request), self._objects.find(bucket, name)
        match request.method:
            case "DELETE":
                self._guard.check("delete", auth, bucket, name, before=before)
                self._objects.delete(bucket, name, {})
                return Response(status_code=204)
            case "PATCH":
                told = json.loads(await request.body() or b"{}")
                size = len(before.content) if before else 0
                self._check_write(auth, bucket, name, size, told)
                return JSONResponse(_described(request, self._objects.describe(bucket, name, told, {})))
            case _:
                self._guard.check("get", auth, bucket, name, before=before)
                found = self._objects.get(bucket, name)
                if request.query_params.get("alt") == "media":
                    return content(found, request.headers.get("range"))
                return JSONResponse(_described(request, found))

    async def upload(self, request: Request) -> Response:
        """An upload at once, or a step of a resumable one."""
        bucket = request.path_params["bucket"]
        steps = [step.strip() for step in request.headers.get("x-goog-upload-command", "").split(",")]
        if "upload_id" in request.query_params:
            return await self._step(request, request.query_params["upload_id"], steps)
        name = unquote(request.query_params.get("name", ""))
        if not name:
            raise invalid("name is missing.")
        if "start" in steps:
            return await self._begin(request, bucket, name)
        if request.headers.get("x-goog-upload-protocol") == "multipart":
            told, body = parts(await request.body(), request.headers.get("content-type", ""))
        else:
            told, body = {"contentType": request.headers.get("content-type")}, await request.body()
        self._check_write(_caller(request), bucket, name, len(body), told)
        return JSONResponse(_described(request, self._objects.put(bucket, name, body, told, {})))

    async def _begin(self, request: Request, bucket: str, name: str) -> Response:
        told = json.loads(await request.body() or b"{}")
        told.setdefault("contentType", request.headers.get("x-goog-upload-header-content-type"))
        announced = int(request.headers.get("x-goog-upload-header-content-length", "0"))
        self._check_write(_caller(request), bucket, name, announced, told)
        upload_id = self._objects.begin(PendingUpload(bucket, name, told, {}))
        headers = {
            "X-Goog-Upload-Status": "active",
            "X-Goog-Upload-Chunk-Granularity": "262144",
            "X-Goog-Upload-URL": f"{request.base_url}v0/b/{bucket}/o?name={name}&upload_id={upload_id}",
        }
        return JSONResponse({}, headers=headers)

    async def _step(self, request: Request, upload_id: str, steps: list[str]) -> Response:
        if "cancel" in steps:
            self._objects.cancel(upload_id)
            return JSONResponse({}, headers={"X-Goog-Upload-Status": "cancelled"})
        pending = self._objects.pending(upload_id)
        if "upload" in steps:
            offset = int(request.headers.get("x-goog-upload-offset", "0"))
            if offset != len(pending.content):
                raise invalid(f"The next byte is {len(pending.content)}, not {offset}.")
            pending.content += await request.body()
        if "finalize" not in steps:
            headers = {"X-Goog-Upload-Status": "active", "X-Goog-Upload-Size-Received": str(len(pending.content))}
            return JSONResponse({}, headers=headers)
        # Once more: more may have come than was announced.
        self._check_write(_caller(request), pending.bucket, pending.name, len(pending.content), pending.described)
        stored = self._objects.finish(upload_id)
        return JSONResponse(_described(request, stored), headers={"X-Goog-Upload-Status": "final"})

    def _check_write(self, auth: AuthContext, bucket: str, name: str, size: int, told: Mapping[str, Any]) -> None:
        before = self._objects.find(bucket, name)
        after = proposed(bucket, name, size, told.get("contentType"), told.get("metadata") or {})
        self._guard.check("update" if before else "create", auth, bucket, name, before=before, after=after)


def _described(request: Request, stored: Any) -> dict[str, Any]:
    return {**described(stored, request), "downloadTokens": ""}


def _caller(request: Request) -> AuthContext:
    """Of `Authorization: Firebase <token>` as the SDKs send it, or `Bearer <token>`. Raises ApiError: 401."""
    header = request.headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    try:
        return from_authorization(f"Bearer {token}" if scheme.lower() == "firebase" else header or None)
    except StatusError:
        raise ApiError(401, "authError", "Invalid Credentials") from None
