"""Events as subscribers receive them."""

from datetime import datetime
from typing import Any

from pydantic import Field

from shared.events.models import Event
from shared.runtime import models


class TripEvent(models.Event):
    """An event of a trip from the topic `trip-events`."""

    event_id: str
    type: str
    trip_id: str
    actor: str
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict)

    def stored(self) -> Event:
        return Event(**self.model_dump(by_alias=False))
