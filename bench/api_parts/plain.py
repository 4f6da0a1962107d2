"""A plain Flask handler, served by functions-framework as ours are: checks the ID token, makes the calls, answers.

BENCH_SCRIPTS names a JSON file: by uid, the calls to make and the answer to give.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import firebase_admin
import flask
import functions_framework
from firebase_admin import auth
from google.cloud.firestore import Client

from bench.api_parts.replaying import Script

APP = firebase_admin.initialize_app(options={"projectId": os.environ["GOOGLE_CLOUD_PROJECT"]})
CLIENT = Client(project=os.environ["GOOGLE_CLOUD_PROJECT"])


@cache
def _scripts() -> dict[str, tuple[Script, Any]]:
    told = json.loads(Path(os.environ["BENCH_SCRIPTS"]).read_text())
    return {uid: (Script(CLIENT, one["steps"]), one["answer"]) for uid, one in told.items()}


@functions_framework.http
def plain(request: flask.Request) -> flask.Response:
    """Do what the recorded call did."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    uid = auth.verify_id_token(token, APP)["uid"]
    request.get_json()
    script, answer = _scripts()[uid]
    script.run()
    return flask.jsonify(answer)
