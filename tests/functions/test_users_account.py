"""Everything about a person as an archive, and the end of an account, through real HTTP and real jobs."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from firebase_admin import auth as firebase
from google.cloud.firestore import Client, FieldFilter

from clients.python.session import Session
from shared import bootstrap
from shared.cloud import auth, storage
from shared.runtime.settings import settings
from tests.support.people import make_trip, stop
from tests.support.refusals import outcome, refusal
from tests.support.waiting import eventually

People = Callable[..., Session]
DAY = "2027-04-02"


def done(database: Client, session: Session, job: Any) -> Any:
    """The job's document once it is done."""
    reference = database.document("users", session.uid, "jobs", job["jobId"])

    def ended() -> Any:
        told = reference.get().to_dict() or {}
        return told if told.get("state") in ("done", "failed") else None

    told = eventually(ended)
    assert told["state"] == "done", told
    return told


def download(session: Session, export_id: str) -> httpx.Response:
    return httpx.get(
        f"{session.backend.functions_url}/users-export-download",
        params={"export": export_id},
        headers={"Authorization": f"Bearer {session.id_token()}"},
    )


def busy_life(ana: Session, ben: Session) -> tuple[str, str]:
    """A trip of Ana's that Ben is in, and one that Ana left; something of Ana's everywhere."""
    trip_id = make_trip(ana, (ben, "editor"), currency="EUR")
    op = [{"p": ["stops", "s1"], "oi": stop(ana)}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone-1", seq=0, ops=[op])
    ana.call("comments-create", tripId=trip_id, on="stop", targetId="s1", text="Lovely", mentions=[ben.uid])
    ana.call("reactions-set", tripId=trip_id, stopId="s1", reaction="must")
    poll = ben.call(
        "polls-create", tripId=trip_id, title="Where?", kind="single", options=[{"text": "A"}, {"text": "B"}]
    )
    ana.call("polls-vote", tripId=trip_id, pollId=poll["pollId"], choices=["o0"])
    ben.call("expenses-add", tripId=trip_id, title="Tea", amount=500, currency="EUR", date=DAY)
    ana.call("proposals-create", tripId=trip_id, title="More", base=1, ops=[[{"p": ["stops", "s2"], "oi": stop(ana)}]])
    ana.call("users-register-device", deviceId="phone", token="t" * 40, platform="web")
    left = make_trip(ben, (ana, "voter"))
    ana.call("comments-create", tripId=left, on="trip", text="Bye")
    ana.call("trips-leave", tripId=left)
    return trip_id, left


def test_the_archive_has_everything_about_a_person(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    ana.call("auth-session")
    trip_id, left = busy_life(ana, ben)
    for who in (ana.uid, f"{ana.uid}_2"):
        database.document("quotas", f"user_{who}_2027-04-02").set({"used": {"ai": 1}})
    asked = ana.call("users-export-data", requestId="export-0001")
    assert ana.call("users-export-data", requestId="export-0001")["jobId"] == asked["jobId"]
    told = done(database, ana, asked)["result"]
    answer = download(ana, told["exportId"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "attachment" in answer.headers["content-disposition"]
    assert (hashlib.sha256(answer.content).hexdigest(), len(answer.content)) == (told["sha256"], told["size"])
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    here = {name.rpartition("/")[2] for name in files if name.startswith(f"trips/{trip_id}/")}
    wanted = {"trip", "edits", "proposals", "polls", "reactions", "comments", "expenses"}
    assert {f"{name}.json" for name in wanted} <= here
    assert json.loads(files[f"trips/{left}/comments.json"])[0]["text"] == "Bye"
    assert json.loads(files["profile.json"])["name"] == "Ana"
    assert (json.loads(files["devices.json"])[0]["id"], "t" * 40 in "".join(files.values())) == ("phone", False)
    assert json.loads(files[f"trips/{trip_id}/polls.json"])[0]["ballot"]["choices"] == ["o0"]
    assert [day["id"] for day in json.loads(files["usage.json"])] == [f"user_{ana.uid}_2027-04-02"]
    assert "README.txt" in files
    # Nothing that only others did.
    assert json.loads(files[f"trips/{trip_id}/edits.json"])[0]["uid"] == ana.uid
    assert ben.call("users-get")["email"] not in "".join(files.values())


def test_a_large_archive_comes_in_pieces_and_whole(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    texts = [random.Random(number).randbytes(350_000).hex() for number in range(3)]
    for number, text in enumerate(texts):
        database.document("trips", trip_id, "comments", f"long{number}").set({"by": ana.uid, "text": text})
    told = done(database, ana, ana.call("users-export-data"))["result"]
    pieces = database.collection("users", ana.uid, "exports", told["exportId"], "chunks")
    assert len(list(pieces.stream())) > 1
    with zipfile.ZipFile(io.BytesIO(download(ana, told["exportId"]).content)) as archive:
        comments = json.loads(archive.read(f"trips/{trip_id}/comments.json"))
    assert [comment["text"] for comment in comments] == texts


def test_an_archive_is_its_owners_alone_and_gone_after_a_week(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    made = done(database, ana, ana.call("users-export-data"))["result"]["exportId"]
    assert download(ben, made).status_code == 404
    assert download(ana, "../x").status_code == 400
    export = database.document("users", ana.uid, "exports", made)
    export.update({"expiresAt": datetime.now(UTC) - timedelta(seconds=1)})
    assert download(ana, made).json()["error"]["details"]["reason"] == "EXPORT_NOT_FOUND"
    bootstrap.archives().sweep()
    assert not export.get().exists
    assert not list(export.collection("chunks").stream())
    assert refusal(lambda: ben.call("users-job", jobId=made)).reason == "JOB_NOT_FOUND"
    assert ana.call("users-job", jobId=made)["state"] == "done"


def test_who_goes_leaves_the_trips_and_no_name_behind(person: People, database: Client) -> None:
    ana, ben, eve = person("Annabella"), person("Ben"), person("Eve")
    ana.call("auth-session")
    shared, left = busy_life(ana, ben)
    database.document("quotas", f"user_{ana.uid}_2027-04-02").set({"used": {"ai": 1}})
    alone = make_trip(ana)
    given = make_trip(ana, (ben, "editor"), (eve, "viewer"))
    doomed = make_trip(ana, (ben, "editor"))
    archived = make_trip(ben, (ana, "editor"))
    link = ana.call("trips-invite", tripId=given)["token"]
    ben.call("trips-delete", tripId=archived)
    wishes = [{"tripId": given, "fate": "handOver", "to": eve.uid}, {"tripId": doomed, "fate": "delete"}]
    before = ben.call("expenses-summary", tripId=shared)["settlements"]
    done(database, ana, ana.call("users-delete-account", trips=wishes, requestId="delete-0001"))

    for uid, trip_id, owner in [(ben, shared, ben.uid), (ben, given, eve.uid)]:
        assert uid.call("trips-get", tripId=trip_id)
        roles = database.document("trips", trip_id).get().get("roles")
        assert [one for one, role in roles.items() if role == "owner"] == [owner]
        assert ana.uid not in roles
    assert refusal(lambda: ben.call("trips-get", tripId=doomed)).reason == "TRIP_NOT_FOUND"
    assert ana.uid not in ben.call("trips-restore", tripId=archived)["guests"]
    assert ana.uid not in database.document("trips", archived).get().get("roles")
    assert ben.call("expenses-summary", tripId=shared)["settlements"] == before
    assert ben.call("plan-history", tripId=shared)["entries"][-1]["name"] == "Former traveller"
    assert refusal(lambda: eve.call("trips-join", token=link)).reason == "INVITATION_NOT_FOUND"
    with pytest.raises(firebase.UserNotFoundError):
        firebase.get_user(ana.uid, auth.app())
    assert not database.document("users", ana.uid).get().exists
    assert not database.document("quotas", f"user_{ana.uid}_2027-04-02").get().exists
    assert refusal(lambda: ana.call("users-get")).reason == "ACCOUNT_GONE"
    # What was on its way when the name was taken out is cleared up once no token is valid any more.
    due = {"dueAt": datetime.now(UTC) - timedelta(seconds=1)}
    eventually(
        lambda: (
            not list(database.collection("outbox").where(filter=FieldFilter("actor", "==", ana.uid)).limit(1).stream())
        )
    )
    database.document("deletions", ana.uid).update(due)
    bootstrap.deletions().sweep()
    bootstrap.trip_lifecycle().purge()
    assert not database.document("deletions", ana.uid).get().exists
    assert not list(database.document("users", ana.uid).collections())
    for trip_id in (alone, doomed):
        assert not database.document("trips", trip_id).get().exists
    kept = [
        one.to_dict()
        for trip_id in (shared, left, given, archived)
        for name in ("members", "audit", "activity", "presence", "comments", "polls", "expenses", "plan")
        for one in database.collection("trips", trip_id, name).stream()
    ]
    assert "Annabella" not in str(kept)
    assert "Former traveller" in str(kept)


def test_uploads_that_nobody_has_read_are_told_of_and_go_at_once(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    bucket = storage.client().bucket(settings().bucket)
    for name in (f"{ana.uid}/one", f"{ana.uid}/two", f"{ana.uid}2/one", f"{ben.uid}/one"):
        bucket.blob(f"uploads/{name}").upload_from_string(b"RIFF", content_type="audio/wav")
    told = done(database, ana, ana.call("users-export-data"))["result"]
    with zipfile.ZipFile(io.BytesIO(download(ana, told["exportId"]).content)) as archive:
        listed = json.loads(archive.read("uploads.json"))
    assert [(one["name"], one["size"]) for one in listed] == [
        (f"uploads/{ana.uid}/{name}", 4) for name in ("one", "two")
    ]
    done(database, ana, ana.call("users-delete-account"))
    left = {blob.name.split("/")[1] for blob in bucket.list_blobs(prefix="uploads/")}
    assert left & {ana.uid, f"{ana.uid}2", ben.uid} == {f"{ana.uid}2", ben.uid}


def test_an_archive_racing_the_end_of_the_account_leaves_nothing(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    ana.call("auth-session")
    busy_life(ana, ben)
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(outcome, ana, "users-export-data", requestId=f"export-000{number}") for number in range(2)]
        ending = pool.submit(ana.call, "users-delete-account", requestId="ending-0001")
    assert {one.result() for one in asked} <= {"done", "ACCOUNT_GONE", "TOKEN_REVOKED"}
    done(database, ana, ending.result())
    jobs = database.collection("users", ana.uid, "jobs")
    eventually(lambda: all(job.get("state") in ("done", "failed") for job in jobs.stream()))
    database.document("deletions", ana.uid).update({"dueAt": datetime.now(UTC)})
    bootstrap.deletions().sweep()
    assert not list(database.document("users", ana.uid).collections())


def test_only_somebody_who_has_just_signed_in_ends_an_account(person: People, database: Client) -> None:
    ana = person("Ana")
    answer = httpx.post(
        f"{ana.backend.functions_url}/users-delete-account",
        json={"data": {}},
        headers={"Authorization": f"Bearer {aged(ana.id_token())}"},
    )
    error = answer.json()["error"]
    assert (error["status"], error["details"]["reason"]) == ("UNAUTHENTICATED", "REAUTHENTICATE")


def aged(token: str) -> str:
    """An ID token of the same account whose sign-in was ten minutes ago; the Auth emulator signs none."""
    import base64

    header, claims, _ = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    told["auth_time"] -= 600
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip('=')}."


def test_a_wish_about_what_is_not_ones_own_is_refused(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    theirs, own = make_trip(ben, (ana, "editor")), make_trip(ana)
    for wish, reason in [
        ({"tripId": theirs, "fate": "delete"}, "NOT_OWNER"),
        ({"tripId": make_trip(eve), "fate": "delete"}, "TRIP_NOT_FOUND"),
        ({"tripId": own, "fate": "handOver", "to": eve.uid}, "MEMBER_NOT_FOUND"),
        ({"tripId": own, "fate": "handOver", "to": ana.uid}, "HEIR_IS_CALLER"),
    ]:
        assert refusal(lambda wish=wish: ana.call("users-delete-account", trips=[wish])).reason == reason
    assert ana.call("trips-get", tripId=own)["role"] == "owner"


def test_an_archive_whose_worker_died_is_made_by_another(person: People, database: Client) -> None:
    ana = person("Ana")
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    left = {
        "kind": "users-export-data",
        "state": "running",
        "by": ana.uid,
        "request": {},
        "createdAt": long_ago,
        "updatedAt": long_ago,
        "leaseHolder": "dead#0",
        "leaseUntil": long_ago,
        "attempts": 1,
    }
    # The reaper's tasks are named after the job, and names are not used twice.
    job_id = f"left-{ana.uid}"
    database.document("users", ana.uid, "jobs", job_id).set(left)
    bootstrap.jobs().reap()
    told = done(database, ana, {"jobId": job_id})["result"]
    assert download(ana, told["exportId"]).status_code == 200


def test_the_only_administrator_stays(person: People, database: Client) -> None:
    ana = person("Ana")
    for found in database.collection("admins").stream():
        found.reference.delete()
    bootstrap.admins().set_admin(ana.uid, ana.uid, admin=True)
    refused = refusal(lambda: ana.call("users-delete-account"))
    assert (refused.status, refused.reason) == ("FAILED_PRECONDITION", "LAST_ADMIN")
    database.document("admins", ana.uid).delete()
