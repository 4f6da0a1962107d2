"""What callers of the device functions send and get."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, StringConstraints

from shared.devices.models import Platform
from shared.runtime.models import Request, Response

DeviceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
PushToken = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{16,4096}$")]


class RegisterDeviceRequest(Request):
    """A device and its present push token. `deviceId` is the installation's own: sent again, it renews."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "deviceId": "ffXz2kQ8TnWq0sLd",
                    "token": "dGVzdC1pbnN0YW5jZQ:APA91bEexampleExampleExample",
                    "platform": "ios",
                    "appVersion": "2.4.1",
                }
            ]
        }
    )

    device_id: DeviceId
    token: PushToken
    platform: Platform
    app_version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.+-]{0,40}$")] = ""


class RemoveDeviceRequest(Request):
    model_config = ConfigDict(json_schema_extra={"examples": [{"deviceId": "ffXz2kQ8TnWq0sLd"}]})

    device_id: DeviceId


class DeviceResponse(Response):
    """A device as it is known now; the token is never told."""

    device_id: str
    platform: Platform
    seen_at: datetime


class DeviceRemovedResponse(Response):
    """Whether this call removed the device; it is gone in any case."""

    device_id: str
    removed: bool
