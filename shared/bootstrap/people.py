"""People: their profiles and devices."""

from typing import TYPE_CHECKING

from shared.bootstrap.trips import trip_store
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.devices.service import DeviceService
    from shared.users.asking import Asker
    from shared.users.models import Profile
    from shared.users.service import UserService


@once
def users() -> "UserService":
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock
    from shared.users.service import UserService
    from shared.users.store import UserStore

    def introduce(profile: "Profile") -> None:
        trip_store().introduce(profile.uid, profile.name, profile.photo_url)

    return UserService(UserStore(firestore.client()), SystemClock(), introduce)


@once
def asker() -> "Asker":
    from shared.users.asking import Asker

    return Asker(users().preferences)


@once
def devices() -> "DeviceService":
    from shared.cloud import firestore
    from shared.devices.service import DeviceService
    from shared.devices.store import DeviceStore
    from shared.runtime.clock import SystemClock

    return DeviceService(DeviceStore(firestore.client()), SystemClock())
