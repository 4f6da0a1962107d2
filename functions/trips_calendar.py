"""A calendar to subscribe to, for each member of a trip."""

from shared import bootstrap
from shared.exports.requests import CalendarRequest, CalendarResponse, CalendarRevokeRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function


@callable_function("trips-calendar", role=Role.VIEWER)
def trips_calendar(request: CalendarRequest, access: TripAccess) -> CalendarResponse:
    """Make the address under which one's calendar follows a trip. It is shown once."""
    return bootstrap.calendar_feeds().make(access, request)


@callable_function("trips-calendar-revoke", role=Role.VIEWER)
def trips_calendar_revoke(request: CalendarRevokeRequest, access: TripAccess) -> CalendarResponse:
    """End one's calendar feed of a trip; its address leads nowhere ever after."""
    return bootstrap.calendar_feeds().revoke(access)
