"""The one place that builds what a use case needs, from the settings and the clients of this process.

Imports are inside: a function loads only what it uses.
"""

from typing import TYPE_CHECKING

from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.accounts.admins import AdminService
    from shared.accounts.archive import ArchiveService
    from shared.accounts.deletion import DeletionService
    from shared.accounts.personal import PersonalData
    from shared.accounts.service import AccountService
    from shared.activity.service import ActivityService
    from shared.chat.answering import Answering
    from shared.chat.following import Following
    from shared.chat.service import ChatService
    from shared.chat.store import ChatStore
    from shared.comments.service import CommentService
    from shared.devices.service import DeviceService
    from shared.events.outbox import Outbox
    from shared.expenses.service import ExpenseService
    from shared.expenses.summary import SummaryService
    from shared.exports.feeds import CalendarFeeds
    from shared.exports.service import ExportService
    from shared.generation.asking import GenerationAsking
    from shared.generation.service import GenerationService
    from shared.jobs.service import JobService
    from shared.places.catalogue import CatalogueProvider
    from shared.places.finding import PlaceSearch
    from shared.places.google import GooglePlaces
    from shared.places.provider import PlaceProvider
    from shared.plan.history import HistoryService
    from shared.plan.service import PlanService
    from shared.planning.asking import PlanningAsking
    from shared.planning.service import PlanningService
    from shared.polls.closing import PollClosing
    from shared.polls.service import PollService
    from shared.presence.service import PresenceService
    from shared.proposals.service import ProposalService
    from shared.quota.service import Quotas
    from shared.reactions.service import ReactionService
    from shared.reactions.wishes import GroupWishes
    from shared.routes.asking import RouteAsking
    from shared.routes.problem import ProblemMaker
    from shared.routes.service import RouteService
    from shared.sharing.departures import Departures
    from shared.sharing.guests import Guests
    from shared.sharing.invitations import Invitations
    from shared.sharing.members import Members
    from shared.sharing.publishing import Publishing
    from shared.travel.times import TravelTimes
    from shared.trips.changes import TripChanges
    from shared.trips.copying import TripCopying
    from shared.trips.lifecycle import TripLifecycle
    from shared.trips.service import TripService
    from shared.trips.settings import TripSettings
    from shared.trips.store import TripStore
    from shared.users.service import UserService


@once
def outbox() -> "Outbox":
    from shared.cloud import firestore
    from shared.events.outbox import Outbox
    from shared.runtime.clock import SystemClock

    return Outbox(firestore.client(), SystemClock())


@once
def users() -> "UserService":
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock
    from shared.users.service import UserService
    from shared.users.store import UserStore

    return UserService(UserStore(firestore.client()), SystemClock())


@once
def devices() -> "DeviceService":
    from shared.cloud import firestore
    from shared.devices.service import DeviceService
    from shared.devices.store import DeviceStore
    from shared.runtime.clock import SystemClock

    return DeviceService(DeviceStore(firestore.client()), SystemClock())


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
def departures() -> "Departures":
    from shared.sharing.departures import Departures

    return Departures(trip_store(), trip_changes())


@once
def personal_data() -> "PersonalData":
    """What each area has of a person; a new area that stores anything of people adds its part here."""
    from shared.accounts.personal import PersonalData
    from shared.activity.store import ActivityStore
    from shared.chat.store import ChatStore
    from shared.cloud import firestore
    from shared.comments.store import CommentStore
    from shared.devices.store import DeviceStore
    from shared.expenses.store import ExpenseStore
    from shared.jobs.store import JobStore
    from shared.plan.store import PlanStore
    from shared.polls.store import PollStore
    from shared.presence.store import PresenceStore
    from shared.proposals.store import ProposalStore
    from shared.quota.store import QuotaStore
    from shared.reactions.store import ReactionStore
    from shared.users.store import UserStore

    client = firestore.client()
    polls, reactions, presence = PollStore(client, outbox()), ReactionStore(client), PresenceStore(client)
    return PersonalData(
        own={
            "profile": UserStore(client).of_person,
            "devices": DeviceStore(client).of_person,
            "invitations": trip_store().invitations_by,
            "jobs": JobStore(client).own,
            "usage": QuotaStore(client).of_person,
        },
        in_trips={
            "trip": trip_store().of_person,
            "edits": PlanStore(client).of_person,
            "proposals": ProposalStore(client).of_person,
            "polls": polls.of_person,
            "reactions": reactions.of_person,
            "comments": CommentStore(client, outbox()).of_person,
            "expenses": ExpenseStore(client, outbox()).of_person,
            "jobs": JobStore(client).of_person,
            "presence": presence.of_person,
            "questions": ChatStore(client).of_person,
            "activity": ActivityStore(client).of_person,
        },
        forget_in_trip=(
            departures().forget,
            activity().forget,
            polls.forget,
            reactions.forget,
            presence.forget,
            ChatStore(client).forget,
        ),
        forget_own=(QuotaStore(client).forget, admins().forget),
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


@once
def catalogue() -> "CatalogueProvider":
    from shared.places.catalogue import CatalogueProvider

    return CatalogueProvider()


@once
def google_places() -> "GooglePlaces":
    """Only with a key (`shared.cloud.maps.enabled`)."""
    from shared.cloud import maps
    from shared.cloud.breaker import Breaker
    from shared.maps.asking import Asking
    from shared.maps.pace import Pace
    from shared.places.google import GooglePlaces

    asking = Asking("places", Breaker("places"), Pace(300))
    return GooglePlaces(maps.places(), maps.metadata, asking, catalogue())


@once
def places() -> "PlaceProvider":
    """For plans: the catalogue, and by its id what people have chosen of Google."""
    from shared.cloud import maps

    if not maps.enabled():
        return catalogue()
    from shared.places.wider import KnownPlaces

    return KnownPlaces(catalogue(), google_places())


@once
def place_search() -> "PlaceSearch":
    """For people who search: the catalogue first, then Google if there is a key."""
    from shared.cloud import maps
    from shared.places.finding import PlaceSearch

    if not maps.enabled():
        return PlaceSearch(catalogue(), trips().get)
    from shared.places.wider import WiderPlaces

    return PlaceSearch(WiderPlaces(catalogue(), google_places()), trips().get)


@once
def travel_times() -> "TravelTimes":
    """Google's with a key, else estimates."""
    from shared.cloud import maps
    from shared.travel.builtin import EstimatedTravelTimes

    if not maps.enabled():
        return EstimatedTravelTimes()
    from shared.cloud.breaker import Breaker
    from shared.maps.asking import Asking
    from shared.maps.pace import Pace
    from shared.runtime.clock import SystemClock
    from shared.travel.google import GoogleTravelTimes

    # Half of a project's usual quota of elements a minute: several instances share it.
    asking = Asking("routes", Breaker("routes"), Pace(1_500))
    return GoogleTravelTimes(maps.routes(), maps.metadata, asking, SystemClock())


@once
def trip_store() -> "TripStore":
    from shared.cloud import firestore
    from shared.trips.store import TripStore

    return TripStore(firestore.client(), outbox())


@once
def trip_changes() -> "TripChanges":
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds
    from shared.trips.changes import TripChanges

    return TripChanges(trip_store(), outbox(), SystemClock(), RandomIds())


@once
def trips() -> "TripService":
    from shared.runtime.ids import RandomIds
    from shared.trips.service import TripService

    return TripService(trip_store(), trip_changes(), outbox(), RandomIds(), catalogue())


@once
def trip_settings() -> "TripSettings":
    from shared.trips.settings import TripSettings

    return TripSettings(trip_store(), trip_changes(), trips(), plans())


@once
def trip_lifecycle() -> "TripLifecycle":
    from shared.trips.lifecycle import TripLifecycle

    return TripLifecycle(trip_store(), trip_changes())


@once
def trip_copying() -> "TripCopying":
    from shared.trips.copying import TripCopying

    return TripCopying(trip_changes(), trips(), trip_settings(), plans())


@once
def members() -> "Members":
    from shared.sharing.members import Members

    return Members(trip_changes())


@once
def guests() -> "Guests":
    from shared.runtime.ids import RandomIds
    from shared.sharing.guests import Guests

    return Guests(trip_changes(), RandomIds())


@once
def invitations() -> "Invitations":
    from shared.sharing.invitations import Invitations

    return Invitations(trip_store(), trip_changes(), trips())


@once
def publishing() -> "Publishing":
    from shared.sharing.publishing import Publishing

    return Publishing(trip_store(), trip_changes(), plans())


@once
def plans() -> "PlanService":
    from shared.cloud import firestore, tasks
    from shared.plan.requests import FlushTask
    from shared.plan.service import PlanService
    from shared.plan.store import PlanStore
    from shared.runtime.clock import SystemClock

    clock = SystemClock()

    def schedule_flush(trip_id: str, delay_seconds: int) -> None:
        # One task for every trip and delay window; the edits in between share it.
        window = int(clock.now().timestamp()) // delay_seconds
        tasks.enqueue(
            "plan-flush",
            "plan-flush",
            FlushTask(trip_id=trip_id),
            task_id=f"{trip_id}-{window}",
            delay_seconds=2 * delay_seconds,
        )

    return PlanService(PlanStore(firestore.client()), clock, schedule_flush)


@once
def history() -> "HistoryService":
    from functools import partial

    from shared.cloud import firestore
    from shared.plan.history import HistoryService
    from shared.plan.store import PlanStore
    from shared.trips.access import member_names

    return HistoryService(PlanStore(firestore.client()), plans(), partial(member_names, firestore.client()))


@once
def proposals() -> "ProposalService":
    from shared.cloud import firestore
    from shared.proposals.service import ProposalService
    from shared.proposals.store import ProposalStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return ProposalService(ProposalStore(firestore.client()), plans(), SystemClock(), RandomIds())


@once
def jobs() -> "JobService":
    from shared.cloud import firestore, tasks
    from shared.jobs.models import JobOwner
    from shared.jobs.requests import JobRequest, PersonJobTask
    from shared.jobs.service import JobService
    from shared.jobs.store import JobStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    def enqueue(kind: str, owner: JobOwner, job_id: str, task_id: str) -> None:
        of_trip = owner.collection == "trips"
        payload = JobRequest(trip_id=owner.id, job_id=job_id) if of_trip else PersonJobTask(uid=owner.id, job_id=job_id)
        tasks.enqueue("jobs", f"{kind}-run", payload, task_id=task_id)

    return JobService(JobStore(firestore.client()), SystemClock(), RandomIds(), enqueue)


@once
def quotas() -> "Quotas":
    from shared.cloud import firestore
    from shared.quota.service import Quotas
    from shared.quota.store import QuotaStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    return Quotas(QuotaStore(firestore.client()), SystemClock(), costs=settings().daily_cost, limits=settings().quotas)


@once
def generation_asking() -> "GenerationAsking":
    from shared.generation.asking import GenerationAsking

    return GenerationAsking(trips(), jobs())


@once
def generation() -> "GenerationService":
    from shared.assistant.generate import Generation
    from shared.assistant.model import Model
    from shared.assistant.settings import ModelSettings
    from shared.cloud import gemini
    from shared.generation.service import GenerationService
    from shared.money import reference_rates
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    def make() -> Generation:
        # A model counts what it was used for, so every job gets its own.
        model = Model(gemini.client(), ModelSettings(name=settings().gemini_model))
        return Generation(model, places(), SystemClock(), reference_rates())

    return GenerationService(make, trips(), plans(), group_wishes(), jobs())


@once
def chat_store() -> "ChatStore":
    from shared.chat.store import ChatStore
    from shared.cloud import firestore

    return ChatStore(firestore.client())


@once
def chat() -> "ChatService":
    from shared.chat.service import ChatService
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return ChatService(chat_store(), trips(), jobs(), SystemClock(), RandomIds())


@once
def following() -> "Following":
    from shared.chat.following import Following

    return Following(chat_store())


@once
def answering() -> "Answering":
    from shared.assistant.model import Model
    from shared.assistant.settings import LoopLimits, ModelSettings
    from shared.chat.answering import Answering
    from shared.cloud import gemini
    from shared.money import reference_rates
    from shared.places.catalogue import CatalogueProvider
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    def make() -> Model:
        # A model counts what it was used for, so every answer gets its own.
        return Model(gemini.client(), ModelSettings(name=settings().gemini_model))

    limits = LoopLimits(turns=8, calls=24, seconds=120.0, tokens=120_000)
    return Answering(
        make,
        chat_store(),
        chat(),
        trips(),
        plans(),
        CatalogueProvider(),
        proposals(),
        reference_rates(),
        quotas(),
        jobs(),
        SystemClock(),
        limits,
    )


@once
def planning_asking() -> "PlanningAsking":
    from shared.planning.asking import PlanningAsking

    return PlanningAsking(trips(), jobs())


@once
def planning() -> "PlanningService":
    from functools import partial

    from shared.assistant.settings import SearchEffort
    from shared.money import reference_rates
    from shared.planning.service import Areas, PlanningService
    from shared.planning.solving import Solver
    from shared.runtime.clock import SystemClock

    provider = places()
    effort = SearchEffort(iterations=3_000, seconds=2.5)
    solver = partial(Solver, provider, reference_rates(), effort, travel=travel_times())
    areas = Areas(trips(), plans(), proposals(), group_wishes(), jobs())
    return PlanningService(areas, provider, SystemClock(), solver)


@once
def route_maker() -> "ProblemMaker":
    from shared.money import reference_rates
    from shared.routes.problem import ProblemMaker

    return ProblemMaker(catalogue(), reference_rates())


@once
def route_asking() -> "RouteAsking":
    from shared.routes.asking import RouteAsking

    return RouteAsking(trips(), jobs(), route_maker())


@once
def routes() -> "RouteService":
    from shared.routes.service import RouteService

    return RouteService(trips(), plans(), proposals(), jobs(), route_maker(), seconds=20.0)


@once
def activity() -> "ActivityService":
    from shared.activity.service import ActivityService
    from shared.activity.store import ActivityStore
    from shared.cloud import firestore

    return ActivityService(ActivityStore(firestore.client()))


@once
def polls() -> "PollService":
    from datetime import datetime

    from shared.cloud import firestore, tasks
    from shared.polls.requests import PollRequest
    from shared.polls.service import PollService
    from shared.polls.store import PollStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    clock = SystemClock()

    def schedule(trip_id: str, poll_id: str, deadline: datetime) -> None:
        tasks.enqueue(
            "polls",
            "polls-deadline",
            PollRequest(trip_id=trip_id, poll_id=poll_id),
            task_id=f"{poll_id}-{int(deadline.timestamp())}",
            delay_seconds=(deadline - clock.now()).total_seconds(),
        )

    return PollService(PollStore(firestore.client(), outbox()), plans(), outbox(), clock, RandomIds(), schedule)


@once
def poll_closing() -> "PollClosing":
    from shared.cloud import firestore
    from shared.polls.closing import PollClosing
    from shared.polls.store import PollStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return PollClosing(PollStore(firestore.client(), outbox()), plans(), outbox(), SystemClock(), RandomIds())


@once
def reactions() -> "ReactionService":
    from shared.cloud import firestore
    from shared.reactions.service import ReactionService
    from shared.reactions.store import ReactionStore
    from shared.runtime.clock import SystemClock

    return ReactionService(ReactionStore(firestore.client()), plans(), SystemClock())


@once
def group_wishes() -> "GroupWishes":
    from functools import partial

    from shared.cloud import firestore
    from shared.reactions.wishes import GroupWishes
    from shared.trips.access import member_names

    return GroupWishes(reactions(), partial(member_names, firestore.client()), users().preferences)


@once
def comments() -> "CommentService":
    from shared.cloud import firestore
    from shared.comments.service import CommentService
    from shared.comments.store import CommentStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    store = CommentStore(firestore.client(), outbox())
    return CommentService(store, plans(), outbox(), SystemClock(), RandomIds())


@once
def presence() -> "PresenceService":
    from shared.cloud import firestore
    from shared.presence.service import PresenceService
    from shared.presence.store import PresenceStore
    from shared.runtime.clock import SystemClock

    return PresenceService(PresenceStore(firestore.client()), SystemClock())


@once
def expenses() -> "ExpenseService":
    from shared.cloud import firestore
    from shared.expenses.service import ExpenseService
    from shared.expenses.store import ExpenseStore
    from shared.money import reference_rates
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    store = ExpenseStore(firestore.client(), outbox())
    return ExpenseService(store, outbox(), SystemClock(), RandomIds(), reference_rates())


@once
def expense_summary() -> "SummaryService":
    from shared.cloud import firestore
    from shared.expenses.store import ExpenseStore
    from shared.expenses.summary import SummaryService
    from shared.money import reference_rates

    return SummaryService(ExpenseStore(firestore.client(), outbox()), plans(), reference_rates())


@once
def exports() -> "ExportService":
    from shared.cloud import firestore
    from shared.exports.service import ExportService
    from shared.plan.store import PlanStore
    from shared.runtime.settings import settings

    log = PlanStore(firestore.client()).ops_after
    return ExportService(trip_store(), plans(), log, catalogue().destination, settings().version)


@once
def calendar_feeds() -> "CalendarFeeds":
    from shared.exports.feeds import CalendarFeeds
    from shared.runtime.settings import settings

    def address(name: str) -> str:
        return f"{settings().function_url('calendar-feed')}?name={name}"

    return CalendarFeeds(trip_store(), trip_changes(), exports(), address)
