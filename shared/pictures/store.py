"""Pictures in Firestore, for as long as it takes to look at them."""

from typing import Any

from google.api_core.exceptions import AlreadyExists, NotFound
from google.cloud.firestore import Client, DocumentReference, FieldFilter

from shared.cloud.documents import in_batches
from shared.pictures.models import Held


class PictureStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, trip_id: str, picture_id: str) -> Held | None:
        found = self._picture(trip_id, picture_id).get()
        return Held.from_stored(found.to_dict()) if found.exists else None

    def hold(self, trip_id: str, picture_id: str, held: Held) -> None:
        """Store a picture; one of this id that is there already stays."""
        try:
            self._picture(trip_id, picture_id).create(held.to_stored())
        except AlreadyExists:
            return

    def drop(self, trip_id: str, picture_id: str) -> None:
        """Delete the picture itself. One write; twice is as good as once."""
        try:
            self._picture(trip_id, picture_id).update({"jpeg": None})
        except NotFound:
            return

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """When somebody has shown pictures, for their archive: the pictures themselves go once they are looked at."""
        return [{"id": found.id, **(found.to_dict() or {})} for found in self._of(trip_id, uid)]

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete the pictures of somebody who is gone for good."""
        in_batches(self._client, self._of(trip_id, uid), lambda batch, found: batch.delete(found.reference))

    def _of(self, trip_id: str, uid: str) -> list[Any]:
        pictures = self._client.collection("trips", trip_id, "pictures")
        mine = pictures.where(filter=FieldFilter("by", "==", uid))
        return list(mine.select(["createdAt"]).stream())

    def _picture(self, trip_id: str, picture_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "pictures", picture_id)
