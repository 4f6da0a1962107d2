"""Cloud Storage: files that people upload, under a prefix of their own, and that we delete once they are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shared.cloud.once import once
from shared.runtime.errors import InvalidArgument, NotFound, Unavailable
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from google.cloud.storage import Blob, Bucket, Client

_URI: Final = re.compile(r"gs://(?P<bucket>[a-z0-9._-]{3,222})/(?P<name>uploads/(?P<uid>[^/]{1,128})/[^/]{1,200})")
_SECONDS: Final = 30.0


@once
def client() -> "Client":
    """The client of this process; thread-safe. STORAGE_EMULATOR_HOST, which the library reads, redirects it."""
    from google.cloud.storage import Client

    return Client(project=settings().project)


@dataclass(frozen=True)
class Upload:
    """A file that somebody has uploaded; `field` is what a refusal of it names."""

    name: str
    field: str


class Uploads:
    """Files under `uploads/{uid}/` of our bucket, which storage.rules let nobody but that person write."""

    def __init__(self, client: Callable[[], "Client"], bucket: str) -> None:
        """`client` is asked for when a file is first touched: most calls touch none."""
        self._client = client
        self._bucket_name = bucket

    def own(self, uri: str, uid: str, field: str) -> Upload:
        """The upload of that address (`gs://bucket/uploads/{uid}/name`), if it can only be the caller's.

        Raises InvalidArgument (UPLOAD_FOREIGN), naming the field. No round trip.
        """
        found = _URI.fullmatch(uri)
        if found is None or found["bucket"] != self._bucket_name or found["uid"] != uid:
            raise InvalidArgument(
                f"{field} must be gs://{self._bucket_name}/uploads/{{your uid}}/{{name}}",
                reason="UPLOAD_FOREIGN",
                metadata={"field": field},
            )
        return Upload(found["name"], field)

    def read(self, upload: Upload, most_bytes: int) -> bytes:
        """The whole file. Two round trips; nothing is read of one that is too large.

        Raises NotFound (UPLOAD_NOT_FOUND), InvalidArgument (UPLOAD_TOO_LARGE), Unavailable (UPLOAD_UNAVAILABLE).
        """
        from google.api_core.exceptions import GoogleAPICallError
        from google.api_core.exceptions import NotFound as MissingError
        from requests.exceptions import RequestException

        try:
            found = self._bucket().get_blob(upload.name, timeout=_SECONDS)
            if found is None:
                raise _missing(upload)
            if (found.size or 0) > most_bytes:
                raise InvalidArgument(
                    f"The file has {found.size} bytes; at most {most_bytes} are allowed",
                    reason="UPLOAD_TOO_LARGE",
                    metadata={"field": upload.field, "limit": most_bytes, "actual": found.size or 0},
                )
            content: bytes = found.download_as_bytes(if_generation_match=found.generation, timeout=_SECONDS)
        except MissingError:
            raise _missing(upload) from None
        except (GoogleAPICallError, RequestException) as error:
            raise _away() from error
        return content

    def delete(self, upload: Upload) -> None:
        """Delete the file; one that is gone already, or cannot be deleted now, is left to the bucket's lifecycle."""
        from google.api_core.exceptions import GoogleAPICallError
        from requests.exceptions import RequestException

        from shared.runtime.logs import log

        try:
            self._bucket().blob(upload.name).delete(timeout=_SECONDS)
        except (GoogleAPICallError, RequestException) as error:
            log.info("upload not deleted", error=type(error).__name__)

    def of_person(self, uid: str) -> list[dict[str, Any]]:
        """What somebody has uploaded and nobody has read yet, for their archive. Raises Unavailable."""
        return [
            {"name": one.name, "size": one.size, "contentType": one.content_type, "createdAt": one.time_created}
            for one in self._all_of(uid)
        ]

    def forget(self, uid: str) -> None:
        """Delete all that somebody has uploaded, a round trip for each. Raises Unavailable (UPLOAD_UNAVAILABLE)."""
        from google.api_core.exceptions import GoogleAPICallError
        from google.api_core.exceptions import NotFound as MissingError
        from requests.exceptions import RequestException

        for one in self._all_of(uid):
            try:
                one.delete(timeout=_SECONDS)
            except MissingError:
                continue
            except (GoogleAPICallError, RequestException) as error:
                raise _away() from error

    def _all_of(self, uid: str) -> list["Blob"]:
        from google.api_core.exceptions import GoogleAPICallError
        from google.api_core.exceptions import NotFound as MissingError
        from requests.exceptions import RequestException

        try:
            return list(self._client().list_blobs(self._bucket_name, prefix=f"uploads/{uid}/", timeout=_SECONDS))
        except MissingError:
            # A project without a bucket has no uploads.
            return []
        except (GoogleAPICallError, RequestException) as error:
            raise _away() from error

    def _bucket(self) -> "Bucket":
        return self._client().bucket(self._bucket_name)


@once
def uploads() -> Uploads:
    """Those of this deployment's bucket."""
    return Uploads(client, settings().bucket)


def _away() -> Unavailable:
    return Unavailable("Uploaded files cannot be read at the moment. Try again soon", reason="UPLOAD_UNAVAILABLE")


def _missing(upload: Upload) -> NotFound:
    return NotFound(
        "There is no such upload; it may have been read already",
        reason="UPLOAD_NOT_FOUND",
        metadata={"field": upload.field},
    )
