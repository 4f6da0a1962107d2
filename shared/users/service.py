"""Use cases of people: the session that starts the app, and the preferences that planning reads."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.accounts.access import account_being_deleted
from shared.runtime.caller import Caller
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted, NotFound
from shared.users.models import Preferences, Profile
from shared.users.store import UserStore


class UserService:
    """`introduce` tells fellow travellers what somebody is called and looks like now; it may be called again."""

    def __init__(
        self, store: UserStore, clock: Clock, introduce: Callable[[Profile], None] = lambda profile: None
    ) -> None:
        self._store = store
        self._clock = clock
        self._introduce = introduce

    def session(self, caller: Caller) -> tuple[Profile, bool]:
        """The caller's profile, made on the first sign-in, and whether this call made it.

        Name, e-mail address and picture follow the sign-in provider; a changed one costs a second write, and one for
        each trip if fellow travellers see it. Raises FailedPrecondition (ACCOUNT_BEING_DELETED).
        """
        now = self._clock.now()
        told = _from_provider(caller)
        known = self._store.get(caller.uid)
        if known is None:
            fresh = Profile(uid=caller.uid, created_at=now, updated_at=now, **told)
            if self._store.create(fresh):
                return fresh, True
            known = self._store.get(caller.uid)
            if known is None:
                raise account_being_deleted()
        changed = known.model_copy(update={**told, "updated_at": now, "version": known.version + 1})
        if changed.model_copy(update={"updated_at": known.updated_at, "version": known.version}) == known:
            return known, False
        if (changed.name, changed.photo_url) != (known.name, known.photo_url):
            # Before it is stored: if this dies, the next session finds the change again.
            self._introduce(changed)
        if not self._store.sync(changed):
            raise account_being_deleted()
        return changed, False

    def update(self, caller: Caller, version: int, fields: Mapping[str, Any]) -> Profile:
        """Change the preferences that are named, if the caller has seen the profile's present version.

        A resend of what has just been changed is answered as the first time. One transaction. Raises Aborted
        (PROFILE_CHANGED, with the `current` one), FailedPrecondition (ACCOUNT_BEING_DELETED).
        """
        now = self._clock.now()

        def decide(profile: Profile | None) -> Profile:
            if profile is None:
                raise NotFound("There is no profile yet", reason="PROFILE_NOT_FOUND")
            preferences = profile.preferences.model_copy(update=dict(fields))
            if profile.version == version + 1 and preferences == profile.preferences:
                return profile
            if profile.version != version:
                raise Aborted(
                    "Your profile was changed on another device; look again",
                    reason="PROFILE_CHANGED",
                    metadata={
                        "field": "version",
                        "version": profile.version,
                        "current": profile.preferences.model_dump(mode="json", by_alias=True),
                    },
                )
            return profile.model_copy(
                update={"preferences": preferences, "updated_at": now, "version": profile.version + 1}
            )

        try:
            return self._store.change(caller.uid, decide)
        except NotFound:
            self.session(caller)
            return self._store.change(caller.uid, decide)

    def preferences(self, uids: Sequence[str]) -> dict[str, Preferences]:
        """What each of these people prefers; who never told has an empty one. One round trip for all."""
        found = self._store.preferences(uids)
        return {uid: found.get(uid, Preferences()) for uid in uids}


def _from_provider(caller: Caller) -> dict[str, Any]:
    # A name is shown to fellow travellers; the part before the @ would leak an address.
    return {
        "name": caller.name or "Traveller",
        "email": caller.email,
        "email_verified": caller.email_verified,
        "photo_url": caller.picture,
    }
