"""What the world may see of a trip whose owner has published it."""

import flask

from shared import bootstrap
from shared.runtime.decorators import Limits, http_function
from shared.sharing.page import as_html, as_json


@http_function("public-trip", limits=Limits(per_address_per_minute=120))
def public_trip(request: flask.Request) -> flask.Response:
    """The public page of a trip, by `?name=`: HTML, or JSON for whoever accepts that or adds `&format=json`."""
    trip = bootstrap.publishing().show(request.args.get("name", ""))
    accepted = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    wants_json = request.args.get("format") == "json" or accepted == "application/json"
    body, headers = as_json(trip) if wants_json else as_html(trip)
    return flask.Response(body, headers=headers)
