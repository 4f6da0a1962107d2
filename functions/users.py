"""People, for themselves: profile, preferences, devices, signing out everywhere."""

from shared import bootstrap
from shared.accounts.requests import SignedOutResponse
from shared.devices.requests import (
    DeviceRemovedResponse,
    DeviceResponse,
    RegisterDeviceRequest,
    RemoveDeviceRequest,
)
from shared.runtime.caller import Caller
from shared.runtime.decorators import callable_function
from shared.runtime.models import Empty
from shared.users.requests import UpdateUserRequest, UserResponse


@callable_function("users-get", fresh=True)
def users_get(request: Empty, caller: Caller) -> UserResponse:
    """The caller's profile and preferences."""
    return UserResponse.of(bootstrap.users().session(caller)[0])


@callable_function("users-update", fresh=True)
def users_update(request: UpdateUserRequest, caller: Caller) -> UserResponse:
    """Change what planning knows of the caller: language, pace, interests, diet and the like."""
    return UserResponse.of(bootstrap.users().update(caller, request.version, request.changes))


@callable_function("users-register-device", fresh=True)
def users_register_device(request: RegisterDeviceRequest, caller: Caller) -> DeviceResponse:
    """Have push messages for the caller go to a device, or renew its token."""
    device = bootstrap.devices().register(caller.uid, request)
    return DeviceResponse(device_id=request.device_id, platform=device.platform, seen_at=device.seen_at)


@callable_function("users-remove-device")
def users_remove_device(request: RemoveDeviceRequest, caller: Caller) -> DeviceRemovedResponse:
    """Send nothing to a device any more, as when signing out on it."""
    removed = bootstrap.devices().remove(caller.uid, request.device_id)
    return DeviceRemovedResponse(device_id=request.device_id, removed=removed)


@callable_function("users-sign-out-everywhere", fresh=True)
def users_sign_out_everywhere(request: Empty, caller: Caller) -> SignedOutResponse:
    """End every session of the caller on every device, this one included."""
    return SignedOutResponse(signed_out_at=bootstrap.accounts().sign_out_everywhere(caller.uid))
