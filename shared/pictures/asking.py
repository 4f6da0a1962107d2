"""Showing a picture: decoded at the door, held until a job has looked at it. Loads nothing of Cloud Vision."""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Protocol

from shared.cloud.storage import Upload
from shared.jobs.models import Job
from shared.jobs.service import JobService
from shared.pictures.decoding import Prepared, prepare
from shared.pictures.models import KIND, Held, Nearby
from shared.pictures.requests import PictureRequest
from shared.pictures.settings import HELD_FOR, MOST_INLINE_BYTES, MOST_UPLOADED_BYTES
from shared.pictures.store import PictureStore
from shared.pictures.surroundings import surroundings
from shared.places.provider import PlaceProvider
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists, InvalidArgument
from shared.runtime.ids import Ids
from shared.trips.service import TripService


class Uploads(Protocol):
    """Files that people have uploaded; `shared.cloud.storage.Uploads` in Cloud Storage."""

    def own(self, uri: str, uid: str, field: str) -> Upload: ...

    def read(self, upload: Upload, most_bytes: int) -> bytes: ...

    def delete(self, upload: Upload) -> None: ...


class PictureAsking:
    """Starts picture jobs."""

    def __init__(
        self,
        trips: TripService,
        jobs: JobService,
        store: PictureStore,
        uploads: Uploads,
        places: PlaceProvider,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._trips = trips
        self._jobs = jobs
        self._store = store
        self._uploads = uploads
        self._places = places
        self._clock = clock
        self._ids = ids

    def ask(self, access: TripAccess, request: PictureRequest) -> tuple[str, Job]:
        """Hold the picture and start a job that looks at it; an upload is deleted once it is held.

        A resend by `requestId` answers with the first one's job, also when the upload is gone by then. Raises
        InvalidArgument naming the field (PICTURE_UNREADABLE, PICTURE_TOO_LARGE, PICTURE_TOO_MANY_PIXELS,
        PICTURE_ANIMATED, UPLOAD_FOREIGN), NotFound (UPLOAD_NOT_FOUND), AlreadyExists (REQUEST_ID_REUSED), and what
        trips.get and jobs.start raise.
        """
        self._trips.get(access)
        uid, trip_id = access.caller.uid, access.trip_id
        told = request.model_dump_json(exclude={"request_id"})
        fingerprint = hashlib.sha256(told.encode()).hexdigest()
        upload = self._uploads.own(request.upload, uid, "upload") if request.upload else None
        picture_id = _digest(uid, trip_id, request.request_id) if request.request_id else self._ids.new()
        held = self._store.get(trip_id, picture_id) if request.request_id else None
        if held is None:
            content = self._uploads.read(upload, MOST_UPLOADED_BYTES) if upload else _decoded(request.picture or "")
            prepared = prepare(content, "upload" if upload else "picture")
            self._store.hold(trip_id, picture_id, self._held(uid, fingerprint, prepared, request, self._clock.now()))
        elif held.fingerprint != fingerprint:
            raise AlreadyExists(
                "This requestId was used for a different picture; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId"},
            )
        work = {"pictureId": picture_id, "fingerprint": fingerprint, "language": request.language}
        started = self._jobs.start(access, KIND, work, request.request_id, language=request.language)
        if upload:
            self._uploads.delete(upload)
        return started

    def _held(self, uid: str, fingerprint: str, prepared: Prepared, request: PictureRequest, now: datetime) -> Held:
        here = prepared.taken_at if request.use_location else None
        around = surroundings(here, self._places) if here else None
        return Held(
            by=uid,
            fingerprint=fingerprint,
            sha256=hashlib.sha256(prepared.jpeg).hexdigest(),
            jpeg=prepared.jpeg,
            near=tuple(Nearby(place_id=place, confidence=sure) for place, sure in around.places) if around else (),
            towns=around.towns if around else (),
            created_at=now,
            expires_at=now + HELD_FOR,
        )


def _decoded(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidArgument(
            "picture must be base64", reason="PICTURE_UNREADABLE", metadata={"field": "picture"}
        ) from None
    if len(content) > MOST_INLINE_BYTES:
        raise InvalidArgument(
            f"The picture has {len(content)} bytes; at most {MOST_INLINE_BYTES} are allowed. Upload it instead",
            reason="PICTURE_TOO_LARGE",
            metadata={"field": "picture", "limit": MOST_INLINE_BYTES, "actual": len(content)},
        )
    return content


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join((KIND, *parts)).encode()).hexdigest()[:20]
