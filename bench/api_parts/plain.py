"""A plain Flask handler, served by functions-framework as ours are: checks the ID token, makes the calls, answers.

BENCH_SCRIPTS names a folder with a JSON file for each path: whether to ask the Auth server too, and by uid what to ask
in each of the calls that take turns, what else to do in all of them, and the answer.
"""

import base64
import itertools
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import firebase_admin
import flask
import functions_framework
from firebase_admin import auth
from google.cloud.firestore import Client

from bench.api_parts.converting import reencoded
from bench.api_parts.replaying import Script
from shared.runtime.collecting import settle

APP = firebase_admin.initialize_app(options={"projectId": os.environ["GOOGLE_CLOUD_PROJECT"]})
CLIENT = Client(project=os.environ["GOOGLE_CLOUD_PROJECT"])


class Twin:
    """What to do for one person."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._scripts: Iterator[Script] = itertools.cycle([Script(CLIENT, steps) for steps in told["calls"]])
        self._picture = told["work"] == "picture"
        self._answer = told["answer"]

    def answer(self, data: dict[str, Any]) -> Any:
        if self._picture:
            reencoded(base64.b64decode(data["picture"]))
        next(self._scripts).run(data)
        return self._answer


@cache
def _told(path: str) -> tuple[dict[str, Twin], bool]:
    told = json.loads((Path(os.environ["BENCH_SCRIPTS"]) / f"{path}.json").read_text())
    return {uid: Twin(one) for uid, one in told["scripts"].items()}, told["fresh"]


@functions_framework.http
def plain(request: flask.Request) -> flask.Response:
    """Do what the recorded call did, with the garbage collector set as for ours."""
    settle()
    token = request.headers["Authorization"].removeprefix("Bearer ")
    twins, fresh = _told(request.path.strip("/"))
    uid = auth.verify_id_token(token, APP, check_revoked=fresh)["uid"]
    return flask.jsonify(twins[uid].answer(request.get_json()["data"]))
