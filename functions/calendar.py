"""What calendar programs fetch: they cannot sign in, so an unguessable name stands for a member."""

import flask

from shared import bootstrap
from shared.exports.answer import answer
from shared.runtime.decorators import http_function


@http_function("calendar-feed")
def calendar_feed(request: flask.Request) -> flask.Response:
    """A member's calendar of a trip, by `?name=`: it follows the plan, also in what is cancelled."""
    return answer(request, bootstrap.calendar_feeds().show(request.args.get("name", "")))
