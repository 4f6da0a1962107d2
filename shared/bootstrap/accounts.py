"""What happens to an account as a whole: signing out, its archive, its end, administrators."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import jobs, outbox
from shared.bootstrap.group import activity
from shared.bootstrap.people import devices
from shared.bootstrap.trips import departures, trip_store, trips
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.accounts.admins import AdminService
    from shared.accounts.archive import ArchiveService
    from shared.accounts.deletion import DeletionService
    from shared.accounts.personal import PersonalData
    from shared.accounts.service import AccountService


@once
def accounts() -> "AccountService":
    from shared.accounts.identities import Identities
    from shared.accounts.service import AccountService
    from shared.runtime.clock import SystemClock

    return AccountService(Identities(), devices(), SystemClock())


@once
def admins() -> "AdminService":
    from shared.accounts.admins import AdminService
    from shared.accounts.identities import Identities
    from shared.accounts.store import AdminStore
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return AdminService(AdminStore(firestore.client()), Identities(), SystemClock(), RandomIds())


@once
def personal_data() -> "PersonalData":
    """What each area has of a person; a new area that stores anything of people adds its part here."""
    from shared.accounts.personal import PersonalData
    from shared.activity.store import ActivityStore
    from shared.chat.store import ChatStore
    from shared.cloud import firestore, storage
    from shared.comments.store import CommentStore
    from shared.devices.store import DeviceStore
    from shared.expenses.store import ExpenseStore
    from shared.jobs.store import JobStore
    from shared.pictures.store import PictureStore
    from shared.plan.store import PlanStore
    from shared.polls.store import PollStore
    from shared.presence.store import PresenceStore
    from shared.proposals.store import ProposalStore
    from shared.quota.store import QuotaStore
    from shared.reactions.store import ReactionStore
    from shared.users.store import UserStore
    from shared.voice.store import VoiceStore

    client = firestore.client()
    polls, reactions, presence = PollStore(client, outbox()), ReactionStore(client), PresenceStore(client)
    expenses, chat = ExpenseStore(client, outbox()), ChatStore(client)
    return PersonalData(
        own={
            "profile": UserStore(client).of_person,
            "devices": DeviceStore(client).of_person,
            "invitations": trip_store().invitations_by,
            "jobs": JobStore(client).own,
            "usage": QuotaStore(client).of_person,
            "uploads": storage.uploads().of_person,
        },
        in_trips={
            "trip": trip_store().of_person,
            "edits": PlanStore(client).of_person,
            "proposals": ProposalStore(client).of_person,
            "polls": polls.of_person,
            "reactions": reactions.of_person,
            "comments": CommentStore(client, outbox()).of_person,
            "expenses": expenses.of_person,
            "costs": expenses.costs_of_person,
            "jobs": JobStore(client).of_person,
            "presence": presence.of_person,
            "pictures": PictureStore(client).of_person,
            "conversations": chat.threads_of_person,
            "questions": chat.of_person,
            "voices": VoiceStore(client).of_person,
            "activity": ActivityStore(client).of_person,
        },
        forget_in_trip=(
            departures().forget,
            activity().forget,
            polls.forget,
            reactions.forget,
            presence.forget,
            chat.forget,
            JobStore(client).forget,
            VoiceStore(client).forget,
            PictureStore(client).forget,
        ),
        forget_own=(QuotaStore(client).forget, admins().forget, storage.uploads().forget),
    )


@once
def archives() -> "ArchiveService":
    from shared.accounts.archive import ArchiveService
    from shared.accounts.store import ExportStore
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock

    return ArchiveService(ExportStore(firestore.client()), personal_data(), departures(), jobs(), SystemClock())


@once
def deletions() -> "DeletionService":
    from shared.accounts.deletion import DeletionService
    from shared.accounts.identities import Identities
    from shared.accounts.store import DeletionStore
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock
    from shared.users.store import UserStore

    client = firestore.client()
    return DeletionService(
        DeletionStore(client),
        UserStore(client),
        Identities(),
        admins(),
        trips(),
        departures(),
        personal_data(),
        jobs(),
        SystemClock(),
    )
