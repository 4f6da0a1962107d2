"""Devices in Firestore."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud import firestore
from google.cloud.firestore import Client, CollectionReference, DocumentSnapshot, FieldFilter, Transaction

from shared.devices.models import Device

T = TypeVar("T")
ATTEMPTS = 12
Place = tuple[str, str]
"""Whose device, and its id."""


class DeviceStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def transact(self, uid: str, token_hash: str, work: Callable[["DeviceTransaction"], T]) -> T:
        """Run `work` in one transaction that has read a person's devices, and where a token is; it may run again."""

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            own = {
                found.id: Device.from_stored(found.to_dict())
                for found in self._devices(uid).stream(transaction=transaction)
            }
            holders = self._client.collection_group("devices").where(filter=FieldFilter("tokenHash", "==", token_hash))
            taken = [
                (found.reference.parent.parent.id, found.id)
                for found in holders.select([]).stream(transaction=transaction)
            ]
            return work(DeviceTransaction(self, transaction, uid, own, taken))

        result: T = run(self._client.transaction(max_attempts=ATTEMPTS))
        return result

    def remove(self, uid: str, device_id: str) -> bool:
        """Delete a device; False if there is none. One round trip."""
        try:
            self._devices(uid).document(device_id).delete(option=self._client.write_option(exists=True))
        except (FailedPrecondition, NotFound):
            return False
        return True

    def remove_all(self, uid: str) -> None:
        """Delete a person's devices."""
        batch = self._client.batch()
        for found in self._devices(uid).select([]).stream():
            batch.delete(found.reference)
        batch.commit()

    def stale(self, before: datetime, limit: int) -> list[DocumentSnapshot[Any]]:
        """Devices last seen before a moment, the oldest first. One query."""
        query = self._client.collection_group("devices").where(filter=FieldFilter("seenAt", "<", before))
        return list(query.order_by("seenAt").select(["seenAt"]).limit(limit).stream())

    def remove_seen(self, seen: DocumentSnapshot[Any]) -> bool:
        """Delete a device as it was seen; False if it reported since."""
        try:
            seen.reference.delete(option=self._client.write_option(last_update_time=seen.update_time))
        except (FailedPrecondition, NotFound):
            return False
        return True

    def of_person(self, uid: str) -> list[dict[str, Any]]:
        """What is kept of a person's devices, but for the tokens, with which messages could be sent."""
        found = self._devices(uid).select(["platform", "appVersion", "createdAt", "seenAt"]).stream()
        return [{"id": device.id, **(device.to_dict() or {})} for device in found]

    def put(self, transaction: Transaction, uid: str, device_id: str, device: Device) -> None:
        transaction.set(self._devices(uid).document(device_id), device.to_stored())

    def delete(self, transaction: Transaction, uid: str, device_id: str) -> None:
        transaction.delete(self._devices(uid).document(device_id))

    def _devices(self, uid: str) -> CollectionReference:
        return self._client.collection("users", uid, "devices")


class DeviceTransaction:
    """What was read, `own` devices and where the token is `of_token`, and what may be written."""

    def __init__(
        self, store: DeviceStore, transaction: Transaction, uid: str, own: Mapping[str, Device], of_token: list[Place]
    ) -> None:
        self._store = store
        self._transaction = transaction
        self._uid = uid
        self.own = own
        self.of_token = of_token

    def put(self, device_id: str, device: Device) -> None:
        self._store.put(self._transaction, self._uid, device_id, device)

    def delete(self, uid: str, device_id: str) -> None:
        self._store.delete(self._transaction, uid, device_id)
