"""Running the suite, for its administrators."""

from shared import bootstrap
from shared.accounts.requests import AdminClaimsResponse, SetClaimsRequest
from shared.runtime.caller import Caller
from shared.runtime.decorators import callable_function


@callable_function("admin-set-claims", caller="admin", fresh=True)
def admin_set_claims(request: SetClaimsRequest, caller: Caller) -> AdminClaimsResponse:
    """Make somebody an administrator, or take that from them."""
    bootstrap.admins().set_admin(caller.uid, request.uid, admin=request.admin)
    return AdminClaimsResponse(uid=request.uid, admin=request.admin)
