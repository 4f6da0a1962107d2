"""Use cases of devices: register, remove, forget those that were not seen for long."""

import hashlib

from shared.devices.models import MOST, STALE_AFTER, Device
from shared.devices.requests import RegisterDeviceRequest
from shared.devices.store import DeviceStore, DeviceTransaction
from shared.runtime.clock import Clock

SWEEP_PAGE = 200


class DeviceService:
    def __init__(self, store: DeviceStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def register(self, uid: str, request: RegisterDeviceRequest) -> Device:
        """Have push messages for a person go to a device as well. One transaction.

        A token leads to one person: whoever signed in on the same device before gets nothing there any more. Beyond
        MOST devices, those not seen for longest are dropped.
        """
        now = self._clock.now()
        token_hash = hashlib.sha256(request.token.encode()).hexdigest()

        def work(transaction: DeviceTransaction) -> Device:
            own, taken = transaction.own, transaction.of_token
            earlier = own.get(request.device_id)
            device = Device(
                token=request.token,
                token_hash=token_hash,
                platform=request.platform,
                app_version=request.app_version,
                created_at=earlier.created_at if earlier else now,
                seen_at=now,
            )
            others = sorted(
                (known.seen_at, device_id) for device_id, known in own.items() if device_id != request.device_id
            )
            surplus = [(uid, device_id) for _, device_id in others[: max(0, len(others) - MOST + 1)]]
            transaction.put(request.device_id, device)
            for place in {*taken, *surplus} - {(uid, request.device_id)}:
                transaction.delete(*place)
            return device

        return self._store.transact(uid, token_hash, work)

    def remove(self, uid: str, device_id: str) -> bool:
        """Send nothing to a device any more, as after signing out; False if it was not registered."""
        return self._store.remove(uid, device_id)

    def remove_all(self, uid: str) -> None:
        """Send nothing to a person's devices any more."""
        self._store.remove_all(uid)

    def sweep(self) -> int:
        """Forget devices that were not seen for STALE_AFTER, unless they report at this moment; returns how many."""
        return sum(
            self._store.remove_seen(seen) for seen in self._store.stale(self._clock.now() - STALE_AFTER, SWEEP_PAGE)
        )
