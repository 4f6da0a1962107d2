"""A trip's plan as a file, for travellers who take it along in another program or on paper."""

import flask

from shared import bootstrap
from shared.exports.answer import answer, language_for
from shared.exports.requests import ExportQuery
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.decorators import Limits, Resources, http_function
from shared.runtime.validation import parse


@http_function(
    "trips-export",
    caller="user",
    limits=Limits(per_caller_per_minute=60),
    resources=Resources(memory_mb=512, concurrency=8),
)
def trips_export(request: flask.Request, caller: Caller) -> flask.Response:
    """The plan of a trip as iCalendar, GeoJSON, GPX, CSV or PDF: `?tripId=...&format=ics|geojson|gpx|csv|pdf`."""
    query = parse(ExportQuery, request.args.to_dict())
    access = TripAccess(caller, query.trip_id, Role.VIEWER)
    return answer(request, bootstrap.exports().export(access, query.format, language_for(request, query.language)))
