"""Whatever any function stores of its caller is in their archive, and nothing of it has their name after they are gone.

Somebody calls every function of the suite; then the whole database is searched for them. A new collection that has
something of people fails these tests until it is told here what becomes of it.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.backend import Backend
from clients.python.session import Session
from deploy import roles
from deploy.roles import Trip, Who
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.jobs.models import JobState
from shared.runtime.registry import FunctionSpec
from tests.emulator.test_stored_texts import COLLECTIONS, models
from tests.matrix.asking import ask, outcome
from tests.matrix.cast import JOB, Cast, Template
from tests.matrix.conftest import World
from tests.matrix.recipes import RECIPES, Scene, usual
from tests.support.people import make_trip, sign_in
from tests.support.stored import everything, kind
from tests.support.waiting import eventually

NAME: Final = "Annabella"

TOLD: Final[Mapping[str, str]] = {
    "invitations": "invitations",
    "quotas": "usage",
    "trips": "trip",
    "trips/activity": "activity",
    "trips/audit": "trip",
    "trips/calendarFeeds": "trip",
    "trips/comments": "comments",
    "trips/expenses": "expenses",
    "trips/expenses/audit": "expenses",
    "trips/jobs": "jobs",
    "trips/members": "trip",
    "trips/pictures": "pictures",
    "trips/plan/ops": "edits",
    "trips/polls": "polls",
    "trips/polls/votes": "polls",
    "trips/presence": "presence",
    "trips/proposals": "proposals",
    "trips/reactions": "reactions",
    "trips/settings": "costs",
    "trips/threads": "conversations",
    "trips/threads/messages": "questions",
    "trips/voices": "voices",
    "users": "profile",
    "users/devices": "devices",
    "users/jobs": "jobs",
}
"""What somebody is in, and the file of their archive that tells of it."""

UNTOLD: Final[Mapping[str, str]] = {
    "admins": "that somebody is an administrator is in their token; the record goes with the account",
    "audit": "who made whom an administrator; kept for the house",
    "deletions": "there only while the account is on its way out",
    "outbox": "on its way to the activity feed and the audit log",
    "quotaReceipts": "what the usage is made of; gone after three days",
    "trips/jobs/stages": "what a job has worked out so far; its result is told",
    "trips/moves": "operations that move the plan along with the trip's dates; gone once they did",
    "trips/plan": "made of the edits",
    "trips/plan/snapshots": "made of the edits",
    "users/exports": "the archive itself",
    "users/exports/chunks": "the archive itself",
}
"""What else somebody may be in, and why their archive does not tell of it."""

MARKS: Final[Mapping[str, str]] = {
    "quotas": '"used"',
    "trips": '"role": "owner"',
    "trips/calendarFeeds": "calendarFeedSince",
    "trips/expenses/audit": '"action"',
    "trips/members": '"joinedAt"',
    "trips/settings": '"groups"',
    "users": '"preferences"',
}
"""What in the file shows that a document is told of, where its id does not."""

PEOPLE: Final = frozenset(
    ("about", "actor", "addedBy", "archivedBy", "by", "byUid", "claimedBy", "closedBy", "createdBy", "members")
) | {"mentions", "owed", "paid", "participants", "resolvedBy", "roles", "uid", "updatedBy"}
"""Fields that hold the ids of people."""

OTHERS_TOO: Final = frozenset({"trips/comments", "trips/expenses/audit", "trips/proposals"})
"""What others did and that names somebody: only their own is in their archive."""

ENDS: Final = frozenset({"users-delete-account", "users-remove-device", "users-sign-out-everywhere"})
"""They would take away what is to be looked for."""


@dataclass
class Life:
    """Somebody who has called everything there is, and what they were told."""

    person: Session
    archive: Mapping[str, str]
    before: Mapping[str, Mapping[str, Any]]
    others: frozenset[str]
    refused: Mapping[str, str]


@pytest.fixture(scope="module")
def life(running_cloud: LocalCloud) -> Iterator[Life]:
    with pytest.MonkeyPatch.context() as patch, httpx.Client(timeout=60) as http:
        patch.setenv("FIRESTORE_EMULATOR_HOST", running_cloud.address("firestore"))
        database = Client(running_cloud.project)
        yield lived(Backend.local(running_cloud.environment()), database, http)


def lived(backend: Backend, database: Client, http: httpx.Client) -> Life:
    others = frozenset(unsettled(database))
    cast = Cast.assemble(backend)
    person = cast.people[Who.OWNER] = sign_in(backend, NAME)
    person.call("auth-session")
    template = Template.make(cast, database)
    world = World(backend, database, cast, template, http, foreign=make_trip(cast.other))
    writing = [spec for spec in roles.clients_functions() if spec.kind == "callable" and spec.name not in ENDS]
    answers = [(spec.name, done(world, spec)) for spec in writing if spec.caller != "admin"]
    presence = {"uid": person.uid, "device": "phone", "place": "stops/inari"}
    database.document("trips", template.trip_id, "presence", f"{person.uid}_phone").set(presence)
    eventually(lambda: not unsettled(database) - others, pause=0.25)
    job = person.call("users-export-data")["jobId"]
    eventually(lambda: person.call("users-job", jobId=job)["state"] == "done", pause=0.25)
    return Life(person, archive(person, job), everything(database), others, {name: why for name, why in answers if why})


def done(world: World, spec: FunctionSpec) -> str:
    """Have the owner call a function on a trip of its own; the answer, if it was not as expected."""
    deleted = spec.name == "trips-restore"
    trip_id = world.new_trip(deleted=deleted)
    scene = Scene(world.cast, world.template, world.database, Who.OWNER, trip_id)
    data = usual(spec, scene) or {}
    response = ask(world, spec, RECIPES.get(spec.name, lambda _, same: same)(scene, data), scene.owner.id_token())
    wanted = roles.expected(spec, Who.OWNER, Trip.DELETED if deleted else Trip.OWN)
    return "" if outcome(response) == wanted else response.text


def unsettled(database: Client) -> set[str]:
    """What is still at work, also of what other tests left so."""
    going = (JobState.QUEUED, JobState.RUNNING)
    return {
        path
        for path, document in everything(database).items()
        if path.startswith("outbox/")
        or (kind(path) in ("trips/jobs", "users/jobs") and document["state"] in going and not path.endswith(JOB))
    }


def archive(person: Session, export: str) -> dict[str, str]:
    answer = httpx.get(
        f"{person.backend.functions_url}/users-export-download",
        params={"export": export},
        headers={"Authorization": f"Bearer {person.id_token()}"},
        timeout=60,
    )
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        return {name: files.read(name).decode() for name in files.namelist()}


def concerning(uid: str, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The documents that somebody is in or below, as text, by path."""
    return {path: str(document) for path, document in documents.items() if uid in path or uid in str(document)}


@pytest.mark.timeout(400)
def test_every_function_was_called(life: Life) -> None:
    assert life.refused == {}


def test_what_is_stored_of_a_person_is_in_their_archive(life: Life) -> None:
    uid = life.person.uid
    mine = concerning(uid, life.before)
    kinds = {kind(path) for path in mine}
    assert kinds <= TOLD.keys() | UNTOLD.keys(), "say here what becomes of it; docs/people.md says where it goes"
    assert len(kinds) > 20
    missing = []
    for path in mine:
        *_, above, _, name = ["", *path.split("/")]
        named = TOLD.get(kind(path))
        if named is None or (kind(path) in OTHERS_TOO and life.before[path]["by"] != uid):
            continue
        folder = f"trips/{path.split('/')[1]}/" if path.startswith("trips/") else ""
        told = life.archive.get(f"{folder}{named}.json", "")
        if MARKS.get(kind(path), above if name == uid else name) not in told:
            missing.append(path)
    assert missing == []


def test_a_stored_model_that_has_people_in_it_has_its_place_in_the_archive() -> None:
    known = models()
    with_people = {
        group
        for group, names in COLLECTIONS.items()
        for name in names
        if {field.alias or key for key, field in known[name].model_fields.items()} & PEOPLE
    }
    placed = {one.rpartition("/")[2] for one in TOLD.keys() | UNTOLD.keys()}
    assert {"comments", "polls", "threads"} <= with_people
    assert with_people <= placed


def test_nothing_has_their_name_or_address_when_they_are_gone(
    life: Life, database: Client, eventually_settled: Callable[[], None]
) -> None:
    person = life.person
    email = person.call("users-get")["email"]
    job = person.call("users-delete-account", requestId="ending-0001")["jobId"]
    reference = database.document("users", person.uid, "jobs", job)
    eventually(lambda: (reference.get().to_dict() or {"state": "done"})["state"] == "done", pause=0.25)
    eventually_settled()
    database.document("deletions", person.uid).update({"dueAt": datetime.now(UTC)})
    bootstrap.deletions().sweep()
    after = everything(database)
    assert {path: text for path, text in concerning(NAME, after).items() if NAME in text} == {}
    assert concerning(email, after) == {}
    # What stays names them by an id that leads nowhere.
    left = {kind(path) for path in concerning(person.uid, after)}
    assert not left & {"users", "users/devices", "users/jobs", "trips/members", "trips/presence", "trips/polls/votes"}
    assert not left & {
        "invitations",
        "quotas",
        "trips/reactions",
        "trips/pictures",
        "trips/voices",
        "trips/calendarFeeds",
    }


@pytest.fixture
def eventually_settled(database: Client, life: Life) -> Callable[[], None]:
    return lambda: eventually(lambda: not unsettled(database) - life.others, pause=0.25)
