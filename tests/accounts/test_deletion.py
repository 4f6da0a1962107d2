"""The end of an account: killed anywhere it ends at the next attempt, and every trip that lives has one owner."""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from firebase_admin import auth as firebase
from google.cloud.firestore import Client

from clients.python.session import Session
from shared import bootstrap
from shared.accounts.models import TOKEN_LIFE, Deletion, TripFate
from shared.accounts.store import DeletionStore
from shared.cloud import auth
from shared.runtime.errors import NotFound, Unavailable
from shared.sharing.departures import Wish
from tests.support.people import make_trip
from tests.support.refusals import outcome
from tests.support.waiting import eventually

People = Callable[..., Session]
ENDS = ("trip.handed_over.v1", "trip.member_left.v1", "trip.deleted.v1")
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(hours=1)


def owners(database: Client, trip_id: str) -> list[str]:
    """The owners of a trip that lives, after checking that roles, members and their documents agree."""
    trip = database.document("trips", trip_id).get()
    if not trip.exists or trip.get("deletedAt"):
        return ["nobody needs to"]
    roles: dict[str, str] = trip.get("roles")
    documents = {one.id: one.get("role") for one in trip.reference.collection("members").stream()}
    assert documents == roles
    assert sorted(trip.get("members")) == sorted(roles)
    return [uid for uid, role in roles.items() if role == "owner"]


def queued(database: Client, session: Session, **fates: Any) -> str:
    """A deletion job that no queue knows of; this process runs it."""
    fields = {
        "kind": "users-delete-account",
        "state": "queued",
        "by": session.uid,
        "request": {"trips": fates, "others": {"fate": "handOver"}},
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        # Out of the reaper's sight.
        "leaseUntil": NOW + timedelta(hours=1),
        "attempts": 0,
    }
    database.document("users", session.uid, "jobs", "ending").set(fields)
    return "ending"


def leaving(database: Client, uid: str) -> None:
    """Mark an account as on its way out, as the job does first."""
    mark = Deletion(others=TripFate(), started_at=NOW, due_at=NOW + TOKEN_LIFE)
    database.document("deletions", uid).set(mark.to_stored())


def sessions_since(uid: str) -> float:
    """From when on sign-ins of an account count, in milliseconds; never, if there is none."""
    try:
        return float(firebase.get_user(uid, auth.app()).tokens_valid_after_timestamp)
    except firebase.UserNotFoundError:
        return float("inf")


def test_killed_at_every_commit_it_ends_at_the_next_attempt(
    person: People, database: Client, killed_after: Callable[[int], Any]
) -> None:
    ana, ben, eve = person("Annabella"), person("Ben"), person("Eve")
    ana.call("auth-session")
    shared = make_trip(ana, (ben, "editor"), (eve, "viewer"))
    others, doomed = make_trip(ben, (ana, "editor")), make_trip(ana, (ben, "editor"))
    ana.call("trips-publish", tripId=doomed, sections=["plan"])
    ana.call("users-register-device", deviceId="phone", token="t" * 40, platform="web")
    trips = [shared, others, doomed]
    job_id = queued(database, ana, **{doomed: {"fate": "delete"}})
    job = database.document("users", ana.uid, "jobs", job_id)
    signed_in = sessions_since(ana.uid)
    eventually(lambda: time.time() * 1000 > signed_in + 1000)
    # Every attempt gets one commit further; what was done before costs it fewer.
    commits, died = 0, True
    while died:
        job.update({"attempts": 0})
        with killed_after(commits) as dead:
            bootstrap.deletions().run(ana.uid, job_id, f"task#{commits}")
        died = dead[0]
        commits += 1
        if ana.uid not in database.document("trips", shared).get().get("roles"):
            assert sessions_since(ana.uid) > signed_in, "who is taken out of trips is signed out by then"
        assert [len(owners(database, trip_id)) for trip_id in trips] == [1] * 3, f"killed at commit {commits}"
        assert commits < 100
    assert commits > 10
    assert (job.get().to_dict() or {})["state"] == "done"
    assert owners(database, shared) == [ben.uid]
    assert ana.uid not in database.document("trips", others).get().get("roles")
    with pytest.raises(firebase.UserNotFoundError):
        firebase.get_user(ana.uid, auth.app())
    assert not database.document("users", ana.uid).get().exists
    assert not list(database.collection("users", ana.uid, "devices").stream())
    kept = [
        entry.to_dict()
        for trip_id in (shared, others)
        for name in ("members", "audit", "activity")
        for entry in database.collection("trips", trip_id, name).stream()
        if (entry.to_dict() or {}).get("actor") == ana.uid
    ]
    assert "Annabella" not in str(kept)


def test_pieces_of_an_archive_that_is_never_finished_expire(
    person: People, database: Client, killed_after: Callable[[int], Any]
) -> None:
    ana = person()
    ana.call("auth-session")
    job_id = queued(database, ana)
    exports = database.collection("users", ana.uid, "exports")
    pieces = exports.document(job_id).collection("chunks")
    for commits in range(2, 20):
        database.document("users", ana.uid, "jobs", job_id).update({"kind": "users-export-data", "attempts": 0})
        with killed_after(commits) as dead:
            bootstrap.archives().run(ana.uid, job_id, f"task#{commits}")
        if list(pieces.stream()):
            break
    assert dead[0] and list(pieces.stream()), "killed between the first piece and the end"
    with pytest.raises(NotFound):
        bootstrap.archives().fetch(ana.uid, job_id)
    exports.document(job_id).update({"expiresAt": LONG_AGO})
    bootstrap.archives().sweep()
    assert not list(pieces.stream())


def test_what_a_dead_worker_sent_late_spoils_no_archive(
    person: People, database: Client, killed_after: Callable[[int], Any]
) -> None:
    ana = person()
    ana.call("auth-session")
    job_id = queued(database, ana)
    pieces = database.collection("users", ana.uid, "exports", job_id, "chunks")
    late: list[Any] = []
    for commits in range(2, 20):
        database.document("users", ana.uid, "jobs", job_id).update({"kind": "users-export-data", "attempts": 0})
        with killed_after(commits):
            bootstrap.archives().run(ana.uid, job_id, f"task#{commits}")
        if late := list(pieces.stream()):
            break
    bootstrap.archives().run(ana.uid, job_id, "task#20")
    for piece in late:
        piece.reference.set(piece.to_dict())
    export, stored = bootstrap.archives().fetch(ana.uid, job_id)
    content = b"".join(stored)
    assert late and (len(content), hashlib.sha256(content).hexdigest()) == (export.size, export.sha256)


def test_an_account_that_cannot_be_cleared_up_yet_is_in_nobodys_way(
    person: People, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, ben = person("Ana"), person("Ben")
    for number, session in enumerate((ana, ben)):
        leaving(database, session.uid)
        due = LONG_AGO - timedelta(days=365) + timedelta(seconds=number)
        database.document("deletions", session.uid).update({"dueAt": due})
    forget = DeletionStore.forget_person

    def away(store: DeletionStore, uid: str, *, but_jobs: bool) -> None:
        if uid == ana.uid:
            raise Unavailable("Not now", reason="STORAGE_UNAVAILABLE")
        forget(store, uid, but_jobs=but_jobs)

    monkeypatch.setattr("shared.accounts.deletion.SWEEP_PAGE", 1)
    monkeypatch.setattr(DeletionStore, "forget_person", away)
    assert (bootstrap.deletions().sweep(), bootstrap.deletions().sweep()) == (0, 1)
    marks = [database.document("deletions", session.uid).get().exists for session in (ana, ben)]
    assert marks == [True, False]
    database.document("deletions", ana.uid).delete()


def test_who_goes_is_taken_in_by_nothing_new(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ben, (ana, "editor"))
    other = make_trip(ben)
    token = ben.call("trips-invite", tripId=other)["token"]
    leaving(database, ana.uid)
    assert outcome(ana, "trips-join", token=token) == "ACCOUNT_BEING_DELETED"
    assert outcome(ben, "trips-hand-over", tripId=trip_id, uid=ana.uid) == "ACCOUNT_BEING_DELETED"
    assert outcome(ana, "trips-create", name="Once more") == "ACCOUNT_BEING_DELETED"
    assert outcome(ana, "trips-duplicate", tripId=trip_id, requestId="copy-0001") == "ACCOUNT_BEING_DELETED"
    assert outcome(ana, "users-get") == "ACCOUNT_BEING_DELETED"
    assert owners(database, other) == [ben.uid]
    database.document("deletions", ana.uid).delete()
    assert outcome(ana, "trips-join", token=token) == "done"


def test_joins_hand_overs_and_departures_at_once_keep_one_owner(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    for _ in range(4):
        trip_id = make_trip(ana, (ben, "editor"), (eve, "viewer"))
        token = ana.call("trips-invite", tripId=trip_id)["token"]
        leaving(database, ana.uid)
        leaving(database, ben.uid)
        wish = Wish("handOver")
        with ThreadPoolExecutor(5) as pool:
            racing = [
                pool.submit(bootstrap.departures().depart, trip_id, ana.uid, wish),
                pool.submit(bootstrap.departures().depart, trip_id, ben.uid, wish),
                pool.submit(outcome, ana, "trips-hand-over", tripId=trip_id, uid=ben.uid),
                pool.submit(outcome, ana, "trips-hand-over", tripId=trip_id, uid=eve.uid),
                pool.submit(outcome, ben, "trips-join", token=token),
            ]
            for one in racing:
                one.result()
        assert owners(database, trip_id) == [eve.uid]
        for uid in (ana.uid, ben.uid):
            database.document("deletions", uid).delete()


@pytest.mark.parametrize(
    ("others", "wish", "heir"),
    [
        ([("Vic", "voter"), ("Eva", "editor"), ("Zoe", "editor")], Wish("handOver"), "Eva"),
        ([("Val", "viewer"), ("Vic", "voter")], Wish("handOver"), "Vic"),
        ([("Eva", "editor"), ("Val", "viewer")], Wish("handOver", "Val"), "Val"),
        ([("Eva", "editor")], Wish("handOver", "somebody who left"), "Eva"),
        ([("Eva", "editor")], Wish("delete"), None),
        ([], Wish("handOver"), None),
    ],
)
def test_who_gets_a_trip(
    person: People, database: Client, others: list[tuple[str, str]], wish: Wish, heir: str | None
) -> None:
    ana = person("Ana")
    people = {name: (person(name), role) for name, role in others}
    trip_id = make_trip(ana, *people.values())
    named = people[wish.to][0].uid if wish.to in people else wish.to
    for _ in range(2):
        bootstrap.departures().depart(trip_id, ana.uid, Wish(wish.fate, named))
        assert owners(database, trip_id) == ([people[heir][0].uid] if heir else ["nobody needs to"])
    audit = [one.to_dict() or {} for one in database.collection("trips", trip_id, "audit").order_by("at").stream()]
    last = [(one["type"], one["actor"], one["data"]["name"]) for one in audit if one["type"] in ENDS]
    kinds = ("trip.handed_over.v1", "trip.member_left.v1") if heir else ("trip.deleted.v1",)
    assert last == [(kind, ana.uid, "Former traveller") for kind in kinds]
    if heir is None:
        assert outcome(ana, "trips-restore", tripId=trip_id) == "TRIP_NOT_FOUND"
        bootstrap.trip_lifecycle().purge()
        assert not database.document("trips", trip_id).get().exists


def test_nobody_gets_a_trip_who_is_going_as_well(person: People, database: Client) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id, last = make_trip(ana, (ben, "editor"), (eve, "viewer")), make_trip(ana, (ben, "editor"))
    leaving(database, ben.uid)
    bootstrap.departures().depart(trip_id, ana.uid, Wish("handOver", ben.uid))
    bootstrap.departures().depart(trip_id, ben.uid, Wish("delete"))
    assert owners(database, trip_id) == [eve.uid], "what becomes of Ben's own trips is no matter of this one"
    bootstrap.departures().depart(last, ana.uid, Wish("handOver"))
    assert database.document("trips", last).get().get("deletedAt")


def test_a_guest_who_became_somebody_loses_the_name_with_them(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    guest_id = ana.call("trips-add-guest", tripId=trip_id, name="Benjamin")["guestId"]
    ben.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, guestId=guest_id)["token"])
    bootstrap.departures().depart(trip_id, ben.uid, Wish("handOver"))
    assert ana.call("trips-get", tripId=trip_id)["guests"][guest_id] == {
        "name": "Former traveller",
        "claimedBy": ben.uid,
    }


def test_what_gave_up_is_finished_by_the_sweep(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    ana.call("auth-session")
    trip_id = make_trip(ana, (ben, "viewer"))
    leaving(database, ana.uid)
    bootstrap.deletions().sweep()
    assert owners(database, trip_id) == [ana.uid]
    database.document("deletions", ana.uid).update({"dueAt": NOW})
    bootstrap.deletions().sweep()
    assert owners(database, trip_id) == [ben.uid]
    assert outcome(ana, "auth-session") == "ACCOUNT_GONE"
    assert not database.document("deletions", ana.uid).get().exists


def test_who_comes_back_keeps_the_invitations_made_since(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    email = ana.call("auth-session")["email"]
    before, since = make_trip(ben), make_trip(ben)
    ben.call("trips-invite-email", tripId=before, email=email)
    bootstrap.deletions().run(ana.uid, queued(database, ana), "worker#1")
    ben.call("trips-invite-email", tripId=since, email=email)
    database.document("deletions", ana.uid).update({"dueAt": NOW})
    bootstrap.deletions().sweep()
    invited = [len(ben.call("trips-invitations", tripId=one)["invitations"]) for one in (before, since)]
    assert invited == [0, 1]
