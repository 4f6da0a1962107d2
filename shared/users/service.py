"""Use cases of people: the session that starts the app."""

from shared.runtime.caller import Caller
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted
from shared.users.models import Profile
from shared.users.store import UserStore


class UserService:
    def __init__(self, store: UserStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def session(self, caller: Caller) -> tuple[Profile, bool]:
        """The caller's profile, made on the first sign-in, and whether this call made it.

        Name, e-mail address and picture follow the sign-in provider; a changed one costs a second write.
        """
        known = self._store.get(caller.uid)
        if known is None:
            now = self._clock.now()
            blank = Profile(uid=caller.uid, name="", created_at=now, updated_at=now)
            fresh = blank.model_copy(update=_from_provider(caller))
            if self._store.create(fresh):
                return fresh, True
            known = self._store.get(caller.uid)
            if known is None:
                raise Aborted("Your profile was removed while you signed in; sign in again", reason="PROFILE_GONE")
        told = _from_provider(caller)
        if {field: getattr(known, field) for field in told} == told:
            return known, False
        changed = known.model_copy(update={**told, "updated_at": self._clock.now(), "version": known.version + 1})
        self._store.replace(changed)
        return changed, False


def _from_provider(caller: Caller) -> dict[str, str | None]:
    # A name is shown to fellow travellers; the part before the @ would leak an address.
    return {"name": caller.name or "Traveller", "email": caller.email, "photo_url": caller.picture}
