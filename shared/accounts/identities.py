"""Accounts at the sign-in provider, Firebase Auth."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from firebase_admin import auth as firebase
from firebase_admin import exceptions

from shared.cloud import auth
from shared.runtime.errors import NotFound, Unavailable

T = TypeVar("T")


class Identities:
    """Each method raises Unavailable (AUTH_UNAVAILABLE) while the provider is away."""

    def sign_out(self, uid: str) -> bool:
        """Void every sign-in so far; False if there is no such account. Again is as good as once."""
        return self._if_known(lambda: firebase.revoke_refresh_tokens(uid, auth.app()))

    def delete(self, uid: str) -> bool:
        """Delete the account; False if there is none."""
        return self._if_known(lambda: firebase.delete_user(uid, auth.app()))

    def uid_of(self, email: str) -> str:
        """Whose address it is. Raises NotFound (USER_NOT_FOUND)."""
        return str(self._known(lambda: firebase.get_user_by_email(email, auth.app())).uid)

    def claims(self, uid: str) -> Mapping[str, Any]:
        """What an account's tokens say besides who it is. Raises NotFound (USER_NOT_FOUND)."""
        return self._known(lambda: firebase.get_user(uid, auth.app())).custom_claims or {}

    def set_admin(self, uid: str, known: Mapping[str, Any], *, admin: bool) -> None:
        """Have the next tokens of an account that has these claims say that it is an administrator's, or not.

        Raises NotFound (USER_NOT_FOUND).
        """
        claims = {name: value for name, value in known.items() if name != "admin"} | ({"admin": True} if admin else {})
        if claims != known:
            self._known(lambda: firebase.set_custom_user_claims(uid, claims or None, auth.app()))

    def _known(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except firebase.UserNotFoundError:
            raise NotFound("There is no such account", reason="USER_NOT_FOUND", metadata={"field": "uid"}) from None
        except exceptions.FirebaseError as error:
            raise Unavailable("Accounts cannot be changed right now. Try again.", reason="AUTH_UNAVAILABLE") from error

    def _if_known(self, call: Callable[[], object]) -> bool:
        try:
            self._known(call)
        except NotFound:
            return False
        return True
