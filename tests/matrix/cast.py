"""The people of the matrix, and the trips that they are in or not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from google.cloud.firestore import Client, DocumentReference

from clients.python.backend import Backend
from clients.python.session import Session
from deploy.roles import Who
from shared.jobs.models import Job, JobState
from tests.support.people import make_trip, sign_in, stop

TRIP: Final = "Kq3vTz81mNcY5dRw0pLs"
"""These ids stand in the examples of the requests; in a world, each is replaced by that of a thing that is there."""
ANA: Final = "a1Xw9Lr4TzPq7sVn2bKc8dYfGh03"
BEN: Final = "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50"
JOB: Final = "j2Vb7Xr5NqTz9wLc3KpY"


@dataclass
class Cast:
    """One signed-in person for each `Who`, and `other`, who owns the foreign trip."""

    people: dict[Who, Session]
    other: Session

    @classmethod
    def assemble(cls, backend: Backend) -> "Cast":
        people = {who: sign_in(backend, who.capitalize()) for who in Who if who is not Who.SIGNED_OUT}
        _make_admin(backend, people[Who.ADMIN])
        return cls(people, sign_in(backend, "Other"))

    def token(self, who: Who) -> str | None:
        return None if who is Who.SIGNED_OUT else self.people[who].id_token()


@dataclass
class Template:
    """A trip with something of everything in it, as the functions made it, to be copied."""

    trip_id: str
    ids: Mapping[str, str]
    documents: Mapping[str, dict[str, Any]] = field(repr=False)

    @classmethod
    def make(cls, cast: Cast, database: Client) -> "Template":
        owner, editor, voter = (cast.people[who] for who in (Who.OWNER, Who.EDITOR, Who.VOTER))
        members = [(cast.people[who], who.value) for who in (Who.EDITOR, Who.VOTER, Who.VIEWER)]
        gone = [(cast.people[who], "editor") for who in (Who.REMOVED, Who.DELETED)]
        dates = {"startDate": "2027-04-02", "endDate": "2027-04-05"}
        trip_id = make_trip(owner, *members, *gone, destinations=["Kyoto"], **dates)
        owner.call("trips-member-remove", tripId=trip_id, uid=cast.people[Who.REMOVED].uid)
        cast.people[Who.DELETED].call("trips-leave", tripId=trip_id)
        ids = {ANA: owner.uid, BEN: editor.uid, JOB: JOB, **_fill(trip_id, owner, editor, voter)}
        _put_job(database, trip_id, owner.uid)
        return cls(trip_id, ids, _read(database.document(f"trips/{trip_id}")))

    def copy(self, database: Client, trip_id: str) -> None:
        """Write the trip again under another id."""
        batch = database.batch()
        for path, document in self.documents.items():
            written = _renamed(document, self.trip_id, trip_id)
            batch.set(database.document(path.replace(self.trip_id, trip_id)), written)
        batch.commit()


def delete_account(backend: Backend, person: Session) -> None:
    """Delete an account at the Auth server alone; the person keeps the token that they have."""
    answer = httpx.post(
        f"{backend.auth_url}/projects/{backend.project}/accounts:delete",
        json={"localId": person.uid},
        headers={"Authorization": "Bearer owner"},
    )
    answer.raise_for_status()


def _make_admin(backend: Backend, person: Session) -> None:
    answer = httpx.post(
        f"{backend.auth_url}/projects/{backend.project}/accounts:update",
        json={"localId": person.uid, "customAttributes": json.dumps({"admin": True})},
        headers={"Authorization": "Bearer owner"},
    )
    answer.raise_for_status()
    person.renew()


def _fill(trip_id: str, owner: Session, editor: Session, voter: Session) -> dict[str, str]:
    """Put something of everything into a trip; returns what stands for the ids of the examples."""
    op = [
        {"p": ["days", "d1"], "oi": {"date": "2027-04-02", "order": "a0", "notes": ""}},
        {"p": ["stops", "inari"], "oi": stop(owner, "Fushimi Inari", lat=34.967, lng=135.773)},
        {"p": ["stops", "ginkaku"], "oi": stop(owner, "Ginkaku-ji", dayId="d1", lat=35.027, lng=135.798)},
    ]
    owner.call("plan-submit", tripId=trip_id, base=0, src="template", seq=0, ops=[op])
    options = [{"text": "Ramen"}, {"text": "Kaiseki"}]
    poll = owner.call("polls-create", tripId=trip_id, title="Dinner?", kind="approval", options=options)
    comment = voter.call("comments-create", tripId=trip_id, on="trip", text="Let us go")
    longer = [{"p": ["stops", "inari", "minutes"], "na": 30}]
    proposal = voter.call("proposals-create", tripId=trip_id, title="Longer", base=1, ops=[longer])
    cost = {"title": "Ramen", "amount": 4800, "currency": "JPY", "date": "2027-04-02"}
    expense = editor.call("expenses-add", tripId=trip_id, **cost)
    guests = [owner.call("trips-add-guest", tripId=trip_id, name=name)["guestId"] for name in ("Rosa", "Mia")]
    return {
        "p4Ws8Nz2KvTr6xLc1YbQ": poll["pollId"],
        "c9Fk3Bv7TnXw1zQr5LpY": comment["commentId"],
        "r6Lm1Xc9VzTq4wNs8KpB": proposal["proposalId"],
        "e5Hn8Qv2XtLw4zRc7YpB": expense["expenseId"],
        "guest:Jw5Rt8LkQzXc3VbN7mYp": guests[0],
        "guest:mia": guests[1],
    }


def _put_job(database: Client, trip_id: str, uid: str) -> None:
    """A job that nobody works on, so that it stays as it is."""
    now = datetime.now(UTC)
    job = Job(
        kind="ai-generate",
        state=JobState.RUNNING,
        by=uid,
        request={},
        created_at=now,
        updated_at=now,
        lease_holder="nobody",
        lease_until=now + timedelta(hours=1),
    )
    database.document(f"trips/{trip_id}/jobs/{JOB}").set(job.to_stored())


def _read(reference: DocumentReference) -> dict[str, dict[str, Any]]:
    """A document and everything under it, by path."""
    found = {reference.path: reference.get().to_dict() or {}}
    for collection in reference.collections():
        for below in collection.list_documents():
            found |= _read(below)
    return {path: document for path, document in found.items() if document}


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {_renamed(key, old, new): _renamed(item, old, new) for key, item in value.items()}
    return [_renamed(item, old, new) for item in value] if isinstance(value, list) else value
