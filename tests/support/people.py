"""Travellers for tests: real accounts of the Auth emulator, calling real functions over HTTP."""

import itertools
import json
from typing import Any

from clients.python.backend import Backend
from clients.python.session import Session

_numbers = itertools.count(1)


def sign_in(backend: Backend, name: str = "Ana") -> Session:
    """A new person, signed in with Google."""
    return Session.with_google(backend, google_token(name))


def google_token(name: str) -> str:
    """What the Auth emulator takes for the ID token of a new Google account."""
    number = next(_numbers)
    told = {
        "sub": f"{name.lower()}-{number}",
        "email": f"{name.lower()}{number}@example.com",
        "email_verified": True,
        "name": name,
    }
    return json.dumps(told)


def make_trip(owner: Session, *others: tuple[Session, str], **fields: Any) -> str:
    """A trip of `owner`; the others join with their roles."""
    trip_id: str = owner.call("trips-create", **{"name": "A trip", **fields})["tripId"]
    for session, role in others:
        token = owner.call("trips-invite", tripId=trip_id, role=role)["token"]
        session.call("trips-join", token=token)
    return trip_id


def stop(by: Session | str, name: str = "Nishiki Market", **fields: Any) -> dict[str, Any]:
    """A stop as a client adds it."""
    uid = by if isinstance(by, str) else by.uid
    plain = {"dayId": None, "order": "a0", "name": name, "kind": "sight", "minutes": 60, "by": uid, "notes": ""}
    return {**plain, **fields}


def edit_plan(by: Session, trip_id: str, *op: dict[str, Any]) -> None:
    """Commit an operation on the plan as it is now."""
    version = by.call("plan-get", tripId=trip_id)["version"]
    by.call("plan-submit", tripId=trip_id, base=version, src="phone", seq=version, ops=[list(op)])
