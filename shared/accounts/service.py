"""Use case of accounts: sign out everywhere."""

from datetime import datetime

from shared.accounts.identities import Identities
from shared.devices.service import DeviceService
from shared.runtime.clock import Clock


class AccountService:
    def __init__(self, identities: Identities, devices: DeviceService, clock: Clock) -> None:
        self._identities = identities
        self._devices = devices
        self._clock = clock

    def sign_out_everywhere(self, uid: str) -> datetime:
        """Void every sign-in of a person so far, and send nothing more to their devices; returns since when.

        Functions that check revocation refuse earlier tokens at once, the others and listeners until these expire.
        """
        self._identities.sign_out(uid)
        self._devices.remove_all(uid)
        return self._clock.now()
