"""Every text we store fits into its index, or has none: the longest of each field, written to Firestore."""

import importlib
import types
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client
from pydantic import BaseModel

from emulator.firestore.testing import running
from emulator.layout import ROOT
from shared.documents import Document
from shared.trips.requests import MAX_NAME

ANY_LENGTH = "x" * 10_000

COLLECTIONS = {
    "activity": ("shared.activity.models.Entry",),
    "audit": ("shared.events.models.Event", "shared.expenses.models.AuditEntry"),
    "calendarFeeds": ("shared.trips.models.CalendarFeed",),
    "comments": ("shared.comments.models.Comment",),
    "deletions": ("shared.accounts.models.Deletion",),
    "devices": ("shared.devices.models.Device",),
    "expenses": ("shared.expenses.models.Expense", "shared.expenses.models.People"),
    "exports": ("shared.accounts.models.Export",),
    "invitations": ("shared.trips.models.Invitation",),
    "jobs": ("shared.jobs.models.Job",),
    "members": ("shared.trips.models.Member",),
    "memory": ("shared.chat.models.Summary",),
    "messages": ("shared.chat.models.Message",),
    "moves": ("shared.trips.models.Move",),
    "ops": ("shared.plan.models.OpRecord",),
    "outbox": ("shared.events.models.Event",),
    "pictures": ("shared.pictures.models.Held",),
    "plan": ("shared.plan.models.Snapshot",),
    "polls": ("shared.polls.models.Poll",),
    "proposals": ("shared.proposals.models.Proposal",),
    "quotaReceipts": ("shared.quota.models.Receipt",),
    "quotas": ("shared.quota.models.Account",),
    "reactions": ("shared.reactions.models.StopReactions",),
    "rememberedAnswers": ("shared.assistant.models.RememberedAnswer",),
    "requests": ("shared.trips.resends.Made",),
    "snapshots": ("shared.plan.models.Snapshot",),
    "threads": ("shared.chat.models.Thread",),
    "trips": ("shared.trips.models.Trip",),
    "users": ("shared.users.models.Profile",),
    "voices": ("shared.voice.models.Voice",),
    "votes": ("shared.polls.models.Ballot",),
}
"""Which models are stored where, by collection id."""

_UID, _ID, _HASH, _CODE, _NAME = 128, 64, 64, 64, 4 * MAX_NAME
LONGEST = {
    **dict.fromkeys(
        ("about", "actor", "addedBy", "applyBy", "archivedBy", "by", "claimedBy", "closedBy", "createdBy"), _UID
    ),
    **dict.fromkeys(("members", "mentions", "resolvedBy", "to", "uid", "updatedBy"), _UID),
    **dict.fromkeys(("choices", "destinationId", "eventId", "guestId", "leaseHolder", "made", "src", "targetId"), _ID),
    **dict.fromkeys(("answers", "listener", "thread", "threadId", "tripId", "writer"), _ID),
    **dict.fromkeys(("emailHash", "fingerprint", "nameHash", "requestFingerprint", "sha256", "tokenHash"), _HASH),
    **dict.fromkeys(
        ("appVersion", "interests", "kind", "language", "languages", "sections", "stage", "timeZone", "type", "what"),
        _CODE,
    ),
    **dict.fromkeys(("currency", "date", "day", "endDate", "first", "last", "startDate"), 10),
    **dict.fromkeys(("groups", "guests", "name", "title"), _NAME),
    **dict.fromkeys(("email", "hint"), 254),
}
"""Bytes of the longest text that a field may have, by its name, wherever it is; the others must be exempt."""


def models() -> dict[str, type[Document]]:
    """All stored models of the project by their full names, and others that tests of this process have loaded."""
    for path in (ROOT / "shared").glob("**/models.py"):
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in (name for names in COLLECTIONS.values() for name in names):
        importlib.import_module(name.rpartition(".")[0])
    return {f"{model.__module__}.{model.__name__}": model for model in below(Document)}


def below(model: type[Document]) -> Iterator[type[Document]]:
    for found in model.__subclasses__():
        yield found
        yield from below(found)


def longest(annotation: Any, name: str, seen: set[str]) -> Any:
    """The longest value of a type, in a field of this name; `seen` collects the models it is made of."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is str or annotation is Any:
        return "x" * LONGEST[name] if name in LONGEST else ANY_LENGTH
    if origin is Annotated:
        return longest(arguments[0], name, seen)
    if origin in (Union, types.UnionType):
        return longest(next(each for each in arguments if each is not type(None)), name, seen)
    if origin is dict:
        return {"x" * _UID: longest(arguments[1], name, seen)}
    if origin in (tuple, list):
        return [longest(arguments[0], name, seen)]
    if origin is Literal:
        return max(map(str, arguments), key=len)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return max((str(member.value) for member in annotation), key=len)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        seen.add(f"{annotation.__module__}.{annotation.__name__}")
        return {
            field.alias or key: longest(field.annotation, field.alias or key, seen)
            for key, field in annotation.model_fields.items()
        }
    return 0


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(indexes=ROOT / "firestore.indexes.json") as emulator, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
        client = Client("demo-texts", credentials=AnonymousCredentials())
        yield client
        client.close()


@pytest.mark.parametrize(("group", "model"), [(group, name) for group, names in COLLECTIONS.items() for name in names])
def test_the_longest_texts_can_be_stored(client: Client, group: str, model: str) -> None:
    """A refusal names a field: exempt it in firestore.indexes.json, or say in LONGEST how long it gets."""
    client.collection(group).document().set(longest(models()[model], "", set()))


def test_every_stored_model_is_in_a_collection() -> None:
    known = models()
    placed = {name for names in COLLECTIONS.values() for name in names}
    inner: set[str] = set()
    for name in placed:
        longest(known[name], "", inner)
    stored = {name for name in known if name.rpartition(".")[0].endswith(".models")}
    assert stored - placed - inner == set()
