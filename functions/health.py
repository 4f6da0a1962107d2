"""Tells whether the suite is up, for load balancers and people on call."""

import flask

from shared.runtime.decorators import http_function
from shared.runtime.health import report


@http_function("health")
def health(request: flask.Request) -> flask.Response:
    """Version of the suite; with `?ready=1` also whether its database answers."""
    status = report(ready=request.args.get("ready") == "1")
    return flask.jsonify(status.model_dump(by_alias=True))
