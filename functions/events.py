"""What happened to trips: the sweep of the outbox, and the activity feed."""

from shared import bootstrap
from shared.events.models import TRIP_EVENTS
from shared.events.requests import TripEvent
from shared.runtime.context import MessageContext, ScheduleContext
from shared.runtime.decorators import message_function, scheduled_function


@scheduled_function("events-sweep", cron="* * * * *")
def events_sweep(context: ScheduleContext) -> None:
    """Publish events whose publisher died between the commit and the publication."""
    bootstrap.outbox().sweep()


@message_function("events-record", topic=TRIP_EVENTS)
def events_record(event: TripEvent, context: MessageContext) -> None:
    """Add an event to its trip's activity feed."""
    bootstrap.activity().record(event.stored())
