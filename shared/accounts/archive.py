"""Use cases of a person's archive: ask for it, make it, fetch it, and forget it after a week."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any, Final

from shared.accounts.models import EXPORT_LIFE, Export
from shared.accounts.personal import PersonalData
from shared.accounts.store import ExportStore
from shared.jobs.models import Job
from shared.jobs.service import JobService, RunningJob
from shared.runtime.clock import Clock
from shared.runtime.errors import NotFound, ResourceExhausted
from shared.sharing.departures import Departures

KIND: Final = "users-export-data"
CHUNK_BYTES: Final = 900_000
"""A document takes 1 MiB."""
MOST_CHUNKS: Final = 300
IN_MEMORY_BYTES: Final = 16 * 1024 * 1024
SWEEP_PAGE: Final = 20
README: Final = """Everything that Travvy keeps about you, as JSON (UTF-8, times in UTC, amounts in cents or the like).

profile.json      your profile and preferences
devices.json      devices that get push messages, without the tokens
invitations.json  invitations that you made; their secrets are not stored
jobs.json         long work that you asked for, such as this archive
usage.json        what you used of the assistant, by day
uploads.json      files that you uploaded and that nobody has read yet; each is deleted within a day
trips/<id>/       one folder for each trip that you belong or belonged to: trip.json says what it is and what you did to
                  it; the other files hold what you wrote, voted, spent and asked for in it, each only if there is any
"""


class ArchiveService:
    def __init__(
        self, store: ExportStore, personal: PersonalData, departures: Departures, jobs: JobService, clock: Clock
    ) -> None:
        self._store = store
        self._personal = personal
        self._departures = departures
        self._jobs = jobs
        self._clock = clock

    def ask(self, uid: str, request_id: str | None) -> tuple[str, Job]:
        """Start a job that makes the archive; its result says how to fetch it."""
        return self._jobs.start_own(uid, KIND, {}, request_id)

    def run(self, uid: str, job_id: str, holder: str) -> None:
        """Make the archive; an attempt after one that died makes it again, over what that one left."""
        self._jobs.run_own(uid, job_id, holder, self._work)

    def fetch(self, uid: str, export_id: str) -> tuple[Export, Iterator[bytes]]:
        """An archive and its bytes, a piece at a time. Raises NotFound (EXPORT_NOT_FOUND), also once it has expired."""
        export = self._store.get(uid, export_id)
        if export is None or not export.chunks or export.expires_at <= self._clock.now():
            raise NotFound("There is no such archive; ask for a new one", reason="EXPORT_NOT_FOUND")
        return export, self._store.chunks(uid, export_id, export.chunks)

    def sweep(self) -> int:
        """Delete archives that are past their time; returns how many."""
        expired = self._store.expired(self._clock.now(), SWEEP_PAGE)
        for export in expired:
            self._store.delete(export)
        return len(expired)

    def _work(self, running: RunningJob) -> None:
        uid, now = running.owner.id, self._clock.now()
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as archive:
            self._write(archive, running, uid, now)
            export = self._keep(archive, running, uid, now)
        result = {
            "exportId": running.job_id,
            "size": export.size,
            "sha256": export.sha256,
            "expiresAt": export.expires_at.isoformat(),
        }
        running.finish(result, "Your archive is ready")

    def _write(self, archive: IO[bytes], running: RunningJob, uid: str, now: datetime) -> None:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:

            def add(name: str, text: str) -> None:
                files.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), text, zipfile.ZIP_DEFLATED)

            add("README.txt", README)
            for name, told in self._personal.own.items():
                add(f"{name}.json", _json(told(uid)))
            trips = self._departures.trips_of(uid)
            for number, trip_id in enumerate(trips):
                running.progress("collect", 0.9 * number / len(trips), f"Trip {number + 1} of {len(trips)}")
                for name, told_in in self._personal.in_trips.items():
                    if content := told_in(trip_id, uid):
                        add(f"trips/{trip_id}/{name}.json", _json(content))

    def _keep(self, archive: IO[bytes], running: RunningJob, uid: str, now: datetime) -> Export:
        archive.seek(0)
        digest, size = hashlib.sha256(), 0
        chunks: list[str] = []
        # First of all when it expires: the pieces of an archive that is never finished are swept up as others are.
        begun = Export(size=0, sha256="", chunks=(), created_at=now, expires_at=now + EXPORT_LIFE)
        self._store.put(uid, running.job_id, begun)
        while piece := archive.read(CHUNK_BYTES):
            if len(chunks) == MOST_CHUNKS:
                raise ResourceExhausted(
                    "There is too much about you for one archive; ask us for it", reason="EXPORT_TOO_LARGE"
                )
            running.progress("store", 0.9, "Packing")
            chunks.append(hashlib.sha256(piece).hexdigest())
            self._store.put_chunk(uid, running.job_id, chunks[-1], piece)
            digest.update(piece)
            size += len(piece)
        export = begun.model_copy(update={"size": size, "sha256": digest.hexdigest(), "chunks": tuple(chunks)})
        self._store.put(uid, running.job_id, export)
        return export


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a stored {type(value).__name__} has no place in an archive")
