"""A plain Flask handler, served by functions-framework as ours are: checks the ID token, makes the calls, answers.

BENCH_SCRIPTS names a folder with a JSON file for each path: whether to ask the Auth server too, and by uid the calls to
make and the answer.
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
def _told(path: str) -> tuple[dict[str, tuple[Script, Any]], bool]:
    told = json.loads((Path(os.environ["BENCH_SCRIPTS"]) / f"{path}.json").read_text())
    scripts = {uid: (Script(CLIENT, one["steps"]), one["answer"]) for uid, one in told["scripts"].items()}
    return scripts, told["fresh"]


@functions_framework.http
def plain(request: flask.Request) -> flask.Response:
    """Do what the recorded call did."""
    token = request.headers["Authorization"].removeprefix("Bearer ")
    scripts, fresh = _told(request.path.strip("/"))
    uid = auth.verify_id_token(token, APP, check_revoked=fresh)["uid"]
    request.get_json()
    script, answer = scripts[uid]
    script.run()
    return flask.jsonify(answer)
