"""Use cases of the end of an account: ask for it, carry it out, and clear up once every token has expired."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from google.api_core.exceptions import GoogleAPICallError

from shared.accounts.admins import AdminService
from shared.accounts.identities import Identities
from shared.accounts.models import TOKEN_LIFE, Deletion, TripFate
from shared.accounts.personal import PersonalData
from shared.accounts.requests import DeleteAccountRequest
from shared.accounts.rules import check_fates, check_recent
from shared.accounts.store import DeletionStore
from shared.jobs.models import Job
from shared.jobs.service import JobService, RunningJob
from shared.runtime.caller import Caller
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError
from shared.runtime.logs import log
from shared.sharing.addresses import address_hash
from shared.sharing.departures import Departures, Wish
from shared.trips.service import TripService
from shared.users.store import UserStore

KIND: Final = "users-delete-account"
SWEEP_PAGE: Final = 10
AGAIN_AFTER: Final = timedelta(minutes=30)
"""When the sweep comes back to an account that it could not clear up: until then it is in no other's way."""

Report = Callable[[float, str], None]


class DeletionService:
    """Everything that is done here may be done again: whoever is killed is followed by one who begins anew.

    The account at the provider goes last, so that until then its owner can ask once more.
    """

    def __init__(
        self,
        store: DeletionStore,
        users: UserStore,
        identities: Identities,
        admins: AdminService,
        trips: TripService,
        departures: Departures,
        personal: PersonalData,
        jobs: JobService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._users = users
        self._identities = identities
        self._admins = admins
        self._trips = trips
        self._departures = departures
        self._personal = personal
        self._jobs = jobs
        self._clock = clock

    def ask(self, caller: Caller, request: DeleteAccountRequest) -> tuple[str, Job]:
        """Start the job that deletes the caller's account.

        Raises Unauthenticated (REAUTHENTICATE) if they signed in more than five minutes ago, NotFound (TRIP_NOT_FOUND,
        MEMBER_NOT_FOUND) and PermissionDenied for a wish about a trip that is not theirs to decide, FailedPrecondition
        (LAST_ADMIN), AlreadyExists (REQUEST_ID_REUSED).
        """
        check_recent(caller, self._clock.now())
        self._admins.check_may_go(caller.uid)
        check_fates(request.fates, {trip_id: self._trips.find(trip_id) for trip_id in request.fates}, caller)
        wishes: dict[str, Any] = {
            "trips": {trip_id: fate.model_dump() for trip_id, fate in request.fates.items()},
            "others": {"fate": request.other_trips},
        }
        return self._jobs.start_own(caller.uid, KIND, wishes, request.request_id)

    def run(self, uid: str, job_id: str, holder: str) -> None:
        """Do the job's work."""
        self._jobs.run_own(uid, job_id, holder, self._work)

    def sweep(self) -> int:
        """Finish what gave up, and clear up what came in before the last token expired; returns how many accounts."""
        done = 0
        for uid, deletion in self._store.due(self._clock.now(), SWEEP_PAGE):
            try:
                self._forget(uid, deletion, lambda fraction, message: None)
                self._identities.delete(uid)
                self._store.forget_person(uid, but_jobs=False)
                self._store.end(uid)
                done += 1
            except (TravvyError, GoogleAPICallError) as error:
                log.warning("account not cleared up", uid=uid, error=str(error))
                self._store.postpone(uid, self._clock.now() + AGAIN_AFTER)
        return done

    def _work(self, running: RunningJob) -> None:
        uid = running.owner.id
        deletion = self._store.begin(uid, self._begun(uid, running.job.request))
        self._identities.sign_out(uid)
        self._forget(uid, deletion, lambda fraction, message: running.progress("forget", fraction, message))
        self._identities.delete(uid)
        running.finish({}, "The account is deleted")

    def _begun(self, uid: str, wishes: dict[str, Any]) -> Deletion:
        now, profile = self._clock.now(), self._users.get(uid)
        return Deletion(
            trips={trip_id: TripFate(**fate) for trip_id, fate in wishes["trips"].items()},
            others=TripFate(**wishes["others"]),
            email_hash=_hash_of(profile.email if profile else None),
            started_at=now,
            due_at=now + TOKEN_LIFE,
        )

    def _forget(self, uid: str, deletion: Deletion, report: Report) -> None:
        trips = self._departures.trips_of(uid)
        for number, trip_id in enumerate(trips):
            report(0.9 * number / len(trips), f"Trip {number + 1} of {len(trips)}")
            fate = deletion.trips.get(trip_id, deletion.others)
            self._departures.depart(trip_id, uid, Wish(fate.fate, fate.to))
            for forget in self._personal.forget_in_trip:
                forget(trip_id, uid)
        report(0.9, "Your profile")
        self._trips.forget_invitations(uid, deletion.email_hash, deletion.started_at)
        for forget_own in self._personal.forget_own:
            forget_own(uid)
        self._store.forget_person(uid, but_jobs=True)


def _hash_of(email: str | None) -> str | None:
    try:
        return address_hash(email) if email else None
    except ValueError:
        return None
