"""People, for themselves: profile, preferences, devices, signing out everywhere."""

import flask

from shared import bootstrap
from shared.accounts.requests import DeleteAccountRequest, ExportDataRequest, SignedOutResponse
from shared.devices.requests import (
    DeviceRemovedResponse,
    DeviceResponse,
    RegisterDeviceRequest,
    RemoveDeviceRequest,
)
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import PersonJobRequest, PersonJobResponse, PersonJobTask
from shared.runtime.caller import Caller
from shared.runtime.context import ScheduleContext, TaskContext
from shared.runtime.decorators import (
    Limits,
    Resources,
    callable_function,
    http_function,
    scheduled_function,
    task_function,
)
from shared.runtime.models import Empty
from shared.runtime.validation import parse
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


@callable_function("users-job", fresh=True)
def users_job(request: PersonJobRequest, caller: Caller) -> PersonJobResponse:
    """A job of the caller's own as it stands now; listeners follow it more cheaply."""
    return PersonJobResponse.of(request.job_id, bootstrap.jobs().get_own(caller.uid, request.job_id))


@callable_function("users-export-data", fresh=True, limits=Limits(per_caller_per_minute=5))
def users_export_data(request: ExportDataRequest, caller: Caller) -> PersonJobResponse:
    """Ask for an archive of everything about the caller; the job's result says which one to download."""
    return PersonJobResponse.of(*bootstrap.archives().ask(caller.uid, request.request_id))


@task_function(
    "users-export-data-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=600),
    preload=bootstrap.archives,
)
def users_export_data_run(payload: PersonJobTask, context: TaskContext) -> None:
    """Make a person's archive: the work of a users-export-data job."""
    bootstrap.archives().run(payload.uid, payload.job_id, f"{context.task_name}#{context.attempt}")


@http_function("users-export-download", caller="user", fresh=True, limits=Limits(per_caller_per_minute=30))
def users_export_download(request: flask.Request, caller: Caller) -> flask.Response:
    """The caller's archive, by `?export=`, as a zip file; for seven days after it was made."""
    export_id = parse(PersonJobRequest, {"jobId": request.args.get("export", "")}).job_id
    export, pieces = bootstrap.archives().fetch(caller.uid, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="travvy-{export.created_at:%Y-%m-%d}.zip"',
        "Content-Length": str(export.size),
        "Cache-Control": "private, no-store",
        "ETag": f'"{export.sha256}"',
    }
    return flask.Response(pieces, headers=headers, content_type="application/zip")


@callable_function("users-delete-account", fresh=True, limits=Limits(per_caller_per_minute=5))
def users_delete_account(request: DeleteAccountRequest, caller: Caller) -> PersonJobResponse:
    """Delete the caller's account and everything about them; others keep what they share, without a name."""
    return PersonJobResponse.of(*bootstrap.deletions().ask(caller, request))


@task_function(
    "users-delete-account-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(timeout_seconds=600),
    preload=bootstrap.deletions,
)
def users_delete_account_run(payload: PersonJobTask, context: TaskContext) -> None:
    """Delete an account: the work of a users-delete-account job."""
    bootstrap.deletions().run(payload.uid, payload.job_id, f"{context.task_name}#{context.attempt}")


@scheduled_function("users-sweep", cron="*/10 * * * *", resources=Resources(timeout_seconds=300))
def users_sweep(context: ScheduleContext) -> None:
    """Forget stale devices and old archives, and clear up behind deleted accounts."""
    bootstrap.devices().sweep()
    bootstrap.archives().sweep()
    bootstrap.deletions().sweep()
