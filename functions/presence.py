"""Presence: clients write it themselves; this clears up behind them."""

from shared import bootstrap
from shared.runtime.context import ScheduleContext
from shared.runtime.decorators import scheduled_function


@scheduled_function("presence-sweep", cron="* * * * *")
def presence_sweep(context: ScheduleContext) -> None:
    """Delete presences that nobody renewed in time."""
    bootstrap.presence().sweep()
