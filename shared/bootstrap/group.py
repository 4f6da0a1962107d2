"""How a group decides and talks."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import outbox
from shared.bootstrap.people import users
from shared.bootstrap.plan import plans
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.activity.service import ActivityService
    from shared.comments.service import CommentService
    from shared.polls.closing import PollClosing
    from shared.polls.service import PollService
    from shared.presence.service import PresenceService
    from shared.reactions.service import ReactionService
    from shared.reactions.wishes import GroupWishes


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
