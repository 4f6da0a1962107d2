"""What each function is to be asked so that nothing but the caller's rights can be in the way.

Most take the example of their request, with the ids in it replaced by those of things that are there. `RECIPES` is for
the others: a recipe gets the scene and that example, and returns what to send, after it has prepared what that needs.
"""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from google.cloud.firestore import Client

from clients.python.session import Session
from deploy.openapi import pages
from deploy.roles import Who
from shared.runtime.registry import FunctionSpec
from tests.matrix.cast import TRIP, Cast, Template
from tests.support.people import stop
from tests.support.pictures import looked_at
from tests.support.voices import in_base64, recording
from tests.support.waiting import eventually

Data: TypeAlias = dict[str, Any]


@dataclass
class Scene:
    """Somebody about to call a function on a trip of which `template` is the original."""

    cast: Cast
    template: Template
    database: Client
    who: Who
    trip_id: str
    stand_in: Session | None = None

    @property
    def session(self) -> Session:
        return self.stand_in or self.cast.people[self.who]

    @property
    def owner(self) -> Session:
        return self.cast.people[Who.OWNER]

    def invited(self) -> str:
        """The token of a new invitation."""
        token: str = self.owner.call("trips-invite", tripId=self.trip_id, role="viewer")["token"]
        return token

    def commented(self) -> str:
        """The id of a new comment of whoever calls."""
        made: str = self.session.call("comments-create", tripId=self.trip_id, on="trip", text="Hm")["commentId"]
        return made

    def edit(self, seq: int, *components: Data) -> Data:
        """What plan-submit takes for an edit of whoever calls."""
        return {"tripId": self.trip_id, "base": 1, "src": "matrix", "seq": seq, "ops": [list(components)]}

    def version(self, path: str) -> int:
        """The version of a stored document."""
        found: int = self.database.document(path).get().get("version")
        return found


def usual(spec: FunctionSpec, scene: Scene) -> Data | None:
    """The example of a function's request, about things that are there; None if it brings none."""
    example = _example(spec)
    if example is None:
        return None
    text = json.dumps(example)
    for known, there in {**scene.template.ids, TRIP: scene.trip_id}.items():
        text = text.replace(known, there)
    data: Data = json.loads(text)
    if "requestId" in data:
        data["requestId"] = uuid.uuid4().hex
    return data


def _example(spec: FunctionSpec) -> Any:
    if spec.kind == "http":
        return {parameter["name"]: parameter["example"] for parameter in pages.of(spec.name).parameters}
    extra = spec.request.model_config.get("json_schema_extra") if spec.request else None
    examples = extra.get("examples") if isinstance(extra, Mapping) else None
    return examples[0] if isinstance(examples, list) and examples else None


def _submit(scene: Scene, data: Data) -> Data:
    return scene.edit(0, {"p": ["stops", "new"], "oi": stop(scene.session)})


def _undo(scene: Scene, data: Data) -> Data:
    scene.session.call("plan-submit", **_submit(scene, data))
    return data


def _redo(scene: Scene, data: Data) -> Data:
    scene.session.call("plan-undo", **{**_undo(scene, data), "src": "matrix", "seq": 1})
    return data


def _own_comment(scene: Scene, data: Data) -> Data:
    return {**data, "commentId": scene.commented()}


def _revoke(scene: Scene, data: Data) -> Data:
    return {**data, "invitationId": hashlib.sha256(scene.invited().encode()).hexdigest()}


def _feed(scene: Scene, data: Data) -> Data:
    url = scene.owner.call("trips-calendar", tripId=scene.trip_id)["url"]
    return {"name": url.rpartition("name=")[2]}


def _page(scene: Scene, data: Data) -> Data:
    return {"name": scene.owner.call("trips-publish", tripId=scene.trip_id, sections=["dates"])["name"]}


def _profile(scene: Scene, data: Data) -> Data:
    scene.session.call("users-get")
    return {**data, "version": scene.version(f"users/{scene.session.uid}")}


def _answer(scene: Scene, state: str, *, stop: bool = False) -> Data:
    """A private answer of whoever calls, in a state."""

    def made() -> Data | None:
        asked = scene.session.call("ai-chat", tripId=scene.trip_id, text="Two days in Kyoto", private=True)
        about = {"tripId": scene.trip_id, "threadId": asked["threadId"], "messageId": asked["messageId"]}
        path = f"trips/{scene.trip_id}/threads/{about['threadId']}/messages/{about['messageId']}"
        if stop:
            # It may be answered before it is cancelled; then another one is asked.
            return about if scene.session.call("ai-cancel", **about)["state"] == state else None
        eventually(lambda: scene.database.document(path).get().get("state") == state)
        return about

    return eventually(made) or {}


def _archive_job(scene: Scene) -> str:
    job: str = scene.session.call("users-export-data", requestId=uuid.uuid4().hex)["jobId"]
    return job


def _archive(scene: Scene, data: Data) -> Data:
    job = _archive_job(scene)
    eventually(lambda: scene.session.call("users-job", jobId=job)["state"] == "done", pause=0.25)
    return {"export": job}


RECIPES: Final[Mapping[str, Callable[[Scene, Data], Data]]] = {
    "ai-cancel": lambda scene, data: _answer(scene, "done"),
    "ai-image-add": lambda scene, data: {
        **data,
        "jobId": looked_at(scene.database, scene.trip_id, scene.owner.uid, data["candidates"][0]),
    },
    "ai-regenerate": lambda scene, data: {**data, **_answer(scene, "done")},
    "ai-retry": lambda scene, data: {**data, **_answer(scene, "cancelled", stop=True)},
    "ai-voice": lambda scene, data: {**data, "audio": in_base64(recording("en-spent"))},
    "calendar-feed": _feed,
    "comments-delete": _own_comment,
    "comments-edit": _own_comment,
    "expenses-remove": lambda scene, data: {**data, "version": 1},
    "plan-redo": _redo,
    "plan-submit": _submit,
    "plan-undo": _undo,
    "public-trip": _page,
    "trips-invitation-revoke": _revoke,
    "trips-join": lambda scene, data: {"token": scene.invited()},
    "trips-update": lambda scene, data: {**data, "version": scene.version(f"trips/{scene.trip_id}")},
    "users-delete-account": lambda scene, data: {"requestId": data["requestId"]},
    "users-export-download": _archive,
    "users-job": lambda scene, data: {"jobId": _archive_job(scene)},
    "users-update": _profile,
}

STAND_INS: Final = frozenset(
    {
        "users-delete-account",
        "users-export-data",
        "users-export-download",
        "users-job",
        "users-sign-out-everywhere",
    }
)
"""Whoever may call these is played by somebody new each time: they end sessions, or take long for whoever has many
trips, as the cast has.
"""
