"""A picture's way through the suite: what it costs, what is kept of it, and that dying on the way changes nothing."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clients.python.session import CallError
from emulator.layout import ROOT
from emulator.vision.testing import StandIn
from shared import bootstrap
from shared.assistant.store import AnswerStore
from shared.cloud import storage
from shared.jobs.models import JobState
from shared.jobs.store import JobStore
from shared.pictures.settings import MOST_UPLOADED_BYTES, VisionPrices
from shared.pictures.store import PictureStore
from shared.places.catalogue import CatalogueProvider
from shared.plan.store import PlanStore
from shared.quota.store import QuotaStore
from shared.runtime.caller import Role
from shared.runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument, NotFound, Unavailable
from tests.pictures.workers import Worker
from tests.support.deaths import Fate
from tests.support.people import make_trip, sign_in, stop
from tests.support.pictures import encoded, photo, taken_at
from tests.support.voices import in_base64
from tests.support.waiting import eventually

PRICE = VisionPrices().picture
CHANGE = ["BeginTransaction", "BatchGetDocuments", "Commit"]
LIST = {"fullTextAnnotation": {"text": "Kyoto\nFushimi Inari Taisha\nNishiki Market\nGrandma's tea house"}}


def spent(worker: Worker) -> tuple[int, int]:
    person, trip = worker.quotas.today(worker.session.uid, worker.trip_id)
    return person.costs.micro_usd, trip.costs.micro_usd


def held(worker: Worker) -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in worker.client.collection("trips", worker.trip_id, "pictures").stream()]


def test_killed_at_every_call_it_is_done_and_paid_once(
    worker: Worker, eye: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = worker.show(encoded(photo()))
    monkeypatch.setattr("shared.jobs.rules.MAX_ATTEMPTS", 100)
    fate = Fate(
        monkeypatch,
        (JobStore, "change"),
        (JobStore, "keep_stage_output"),
        (JobStore, "stage_output"),
        (PictureStore, "get"),
        (PictureStore, "drop"),
        (QuotaStore, "add_cost"),
        (AnswerStore, "get"),
        (AnswerStore, "put"),
    )

    def run(attempt: int) -> None:
        eye.answer(LIST)
        worker.run(job_id, attempt)

    assert fate.until_one_survives(run) > 9
    assert worker.job(job_id).state == JobState.DONE
    assert [one["name"] for one in worker.candidates(job_id)] == [
        "Fushimi Inari Taisha",
        "Nishiki Market",
        "Grandma's tea house",
    ]
    assert spent(worker) == (PRICE, PRICE)
    assert [one["jpeg"] for one in held(worker)] == [None]


def test_killed_while_adding_each_idea_is_there_once(
    worker: Worker, eye: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    eye.answer(LIST)
    job_id = worker.show(encoded(photo()))
    worker.run(job_id)
    wanted = [one["id"] for one in worker.candidates(job_id)]
    fate = Fate(
        monkeypatch, (PlanStore, "open_cold"), (PlanStore, "open_warm"), (PlanStore, "commit"), (JobStore, "get")
    )
    fate.until_one_survives(lambda _: worker.ideas.add(worker.access, job_id, wanted))
    version, stops = worker.ideas.add(worker.access, job_id, [*wanted, wanted[0]])
    assert version == 1 and sorted(stops.values()) == sorted(worker.stops())
    assert {stop["name"] for stop in worker.stops().values()} == {
        "Fushimi Inari Taisha",
        "Nishiki Market",
        "Grandma's tea house",
    }


def test_taps_at_the_same_time_add_each_idea_once(worker: Worker, eye: StandIn) -> None:
    eye.answer(LIST)
    job_id = worker.show(encoded(photo()))
    worker.run(job_id)
    a, b, c = (one["id"] for one in worker.candidates(job_id))
    others = [Worker(worker.client.project, worker.session, worker.trip_id) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for done in [
            pool.submit(one.ideas.add, one.access, job_id, pair)
            for one, pair in zip(others, [[a, b], [b, c]] * 2, strict=True)
        ]:
            done.result()
    assert sorted(stop["name"] for stop in worker.stops().values()) == [
        "Fushimi Inari Taisha",
        "Grandma's tea house",
        "Nishiki Market",
    ]


def test_what_it_costs(worker: Worker, eye: StandIn) -> None:
    picture = encoded(photo(), exif=taken_at(34.9671, 135.7727))
    with worker.client.counted() as calls:
        job_id = worker.show(picture, "counted-0001")
    # The trip, an earlier picture of this request; the picture and the job.
    assert calls.methods == ["BatchGetDocuments", "BatchGetDocuments", "Commit", "Commit"]
    eye.answer(LIST)
    with worker.client.counted() as calls:
        worker.service.run(worker.trip_id, job_id, "task#1")
    # The claim, two stages told, the end; a busy machine renews the lease in between.
    changes = calls.methods.count("BeginTransaction") * CHANGE
    assert len(changes) >= 4 * len(CHANGE)
    rest = [
        *("BatchGetDocuments", "BatchGetDocuments"),  # the trip and the picture
        *("BatchGetDocuments", "BatchGetDocuments", "Commit", "Commit", "Commit"),  # the stage, the answer, the cost
        "Commit",  # the picture is dropped
    ]
    assert sorted(calls.methods) == sorted([*changes, *rest])
    with worker.client.counted() as calls:
        worker.ideas.add(worker.access, job_id, [worker.candidates(job_id)[0]["id"]])
    assert len([method for method in calls.methods if method == "Commit"]) == 1
    assert calls.in_a_row <= 6


def test_the_same_picture_is_looked_at_once_a_trip(worker: Worker, eye: StandIn) -> None:
    eye.answer(LIST)
    first, second = worker.show(encoded(photo())), worker.show(encoded(photo()))
    for job_id in (first, second):
        assert worker.run(job_id).state == JobState.DONE
    assert worker.candidates(first) == worker.candidates(second)
    assert (len(eye.requests()), spent(worker)) == (1, (PRICE, PRICE))
    elsewhere = Worker(worker.client.project, worker.session, make_trip(worker.session))
    eye.answer({})
    job_id = elsewhere.show(encoded(photo()))
    assert elsewhere.run(job_id).result == {"candidates": [], "labels": []}
    assert len(eye.requests()) == 2, "what one trip was told is no other trip's"


def test_the_camera_s_position_is_neither_kept_nor_sent(worker: Worker, eye: StandIn) -> None:
    shrine = CatalogueProvider().get("kyoto/fushimi-inari")
    assert shrine
    picture = encoded(photo(), exif=taken_at(shrine.lat, shrine.lng))
    with_it, without = worker.show(picture), worker.show(picture, useLocation=False)
    kept = json.dumps(held(worker), default=str)
    assert str(shrine.lat)[:6] not in kept and b"Exif" not in b"".join(one["jpeg"] for one in held(worker))
    for job_id in (with_it, without):
        eye.answer({})
        worker.run(job_id)
    assert [one["placeId"] for one in worker.candidates(with_it)][:1] == [shrine.id]
    assert worker.candidates(without) == []
    assert [one for asked in eye.requests() for one in asked["exif"]] == [False]


def test_an_unsafe_picture_is_refused_and_deleted(worker: Worker, eye: StandIn) -> None:
    eye.record("unsafe")
    job_id = worker.show(encoded(photo()))
    job = worker.run(job_id)
    assert job.error and (job.state, job.error.code, job.error.reason) == (
        JobState.FAILED,
        "FAILED_PRECONDITION",
        "PICTURE_UNSAFE",
    )
    assert [one["jpeg"] for one in held(worker)] == [None]
    assert list(worker.client.collection("trips", worker.trip_id, "jobs", job_id, "stages").stream()) == []
    with pytest.raises(FailedPrecondition) as refused:
        worker.ideas.add(worker.access, job_id, ["3f0c2a9b71de"])
    assert refused.value.reason == "PICTURE_NOT_READY"


def test_a_failure_that_may_pass_is_tried_by_the_queue_and_paid_once(worker: Worker, eye: StandIn) -> None:
    job_id = worker.show(encoded(photo()))
    eye.order("unavailable", times=3)
    with pytest.raises(Unavailable):
        worker.run(job_id, 1)
    assert worker.job(job_id).state == JobState.RUNNING and spent(worker) == (0, 0)
    eye.answer(LIST)
    assert worker.run(job_id, 2).state == JobState.DONE
    assert spent(worker) == (PRICE, PRICE)


def test_a_cancelled_job_looks_at_nothing(worker: Worker, eye: StandIn) -> None:
    job_id = worker.show(encoded(photo()))
    worker.jobs.cancel(worker.access, job_id, Role.OWNER)
    assert worker.run(job_id).state == JobState.CANCELLED
    assert (eye.requests(), [one["jpeg"] for one in held(worker)]) == ([], [None])


def test_a_resend_is_the_same_job_and_another_picture_is_not(worker: Worker) -> None:
    first = worker.show(encoded(photo()), "resent-0001")
    assert worker.show(encoded(photo()), "resent-0001") == first
    with pytest.raises(AlreadyExists):
        worker.show(encoded(photo(colour="red")), "resent-0001")
    assert len(held(worker)) == 1


def test_an_upload_is_read_once_and_deleted(worker: Worker, eye: StandIn) -> None:
    address = worker.upload(encoded(photo()))
    job_id = worker.show(address, "uploaded-0001")
    assert list(storage.client().list_blobs(address.split("/")[2], prefix=f"uploads/{worker.session.uid}/")) == []
    assert worker.show(address, "uploaded-0001") == job_id, "a resend finds the job though the upload is gone"
    eye.answer(LIST)
    assert worker.run(job_id).state == JobState.DONE
    with pytest.raises(NotFound) as missing:
        worker.show(address, "uploaded-0002")
    assert (missing.value.reason, missing.value.metadata["field"]) == ("UPLOAD_NOT_FOUND", "upload")


@pytest.mark.parametrize(
    "address",
    [
        "gs://{bucket}/uploads/somebody-else/a.jpg",
        "gs://{bucket}/uploads/{uid}/../somebody-else/a.jpg",
        "gs://{bucket}/uploads/{uid}x/a.jpg",
        "gs://{bucket}/{uid}/a.jpg",
        "gs://another-bucket/uploads/{uid}/a.jpg",
        "https://storage.googleapis.com/{bucket}/uploads/{uid}/a.jpg",
        "file:///etc/passwd",
    ],
)
def test_nobody_shows_what_is_not_theirs(worker: Worker, address: str) -> None:
    mine = worker.upload(encoded(photo()))
    bucket, uid = mine.split("/")[2], worker.session.uid
    with pytest.raises(InvalidArgument) as refused:
        worker.show(address.format(bucket=bucket, uid=uid))
    assert (refused.value.reason, refused.value.metadata["field"]) == ("UPLOAD_FOREIGN", "upload")


def test_an_upload_that_is_too_large_is_not_read(worker: Worker) -> None:
    with pytest.raises(InvalidArgument) as refused:
        worker.show(worker.upload(b"\x00" * (MOST_UPLOADED_BYTES + 1)))
    assert refused.value.reason == "UPLOAD_TOO_LARGE"


INJECTIONS = json.loads((ROOT / "tests" / "assistant" / "injections" / "picture.json").read_text())["attempts"]


@pytest.mark.parametrize("attempt", INJECTIONS, ids=[one["id"] for one in INJECTIONS])
def test_what_a_picture_says_is_never_obeyed(worker: Worker, eye: StandIn, attempt: dict[str, Any]) -> None:
    eve = sign_in(worker.session.backend, "Eve")
    other = make_trip(eve)
    text = attempt["text"].replace("$EVE", eve.uid).replace("$OTHER", other)
    eye.answer({"fullTextAnnotation": {"text": text}, "landmarkAnnotations": [{"description": text, "score": 0.9}]})
    before = {found.id: found.to_dict() for found in worker.client.collection("trips").stream()}
    job_id = worker.show(encoded(photo()))
    assert worker.run(job_id).state == JobState.DONE
    found = worker.candidates(job_id)
    assert all(one["verified"] == bool(one["placeId"] or one["kind"] == "destination") for one in found)
    assert all(one["verified"] or "unverified" in one["reason"] or one["kind"] == "booking" for one in found)
    addable = [one["id"] for one in found if one["kind"] != "destination"]
    if addable:
        worker.ideas.add(worker.access, job_id, addable)
    told = json.dumps([found, worker.stops()])
    assert not any(sign in told.casefold() for sign in ("http", "evil.example", "](", "<script"))
    assert {found.id: found.to_dict() for found in worker.client.collection("trips").stream()} == before
    assert all(stop["by"] == worker.session.uid for stop in worker.stops().values())


def test_candidates_are_of_this_job_and_towns_are_no_stops(worker: Worker, eye: StandIn) -> None:
    eye.answer({"fullTextAnnotation": {"text": "Tokyo"}})
    job_id = worker.show(encoded(photo()))
    worker.run(job_id)
    (town,) = worker.candidates(job_id)
    for wrong, reason in ((town["id"], "CANDIDATE_IS_TOWN"), ("0" * 12, "CANDIDATE_UNKNOWN")):
        with pytest.raises(InvalidArgument) as refused:
            worker.ideas.add(worker.access, job_id, [wrong])
        assert (refused.value.reason, refused.value.metadata["field"]) == (reason, "candidates[0]")
    with pytest.raises(NotFound):
        worker.ideas.add(worker.access, "no-such-job", [town["id"]])


def test_a_place_that_the_plan_has_is_not_added_again(worker: Worker, eye: StandIn) -> None:
    for _ in range(2):
        eye.answer(LIST)
        job_id = worker.show(encoded(photo(colour="red" if worker.stops() else "blue")))
        worker.run(job_id)
        worker.ideas.add(worker.access, job_id, [worker.candidates(job_id)[0]["id"]])
    assert [stop["placeId"] for stop in worker.stops().values()] == ["kyoto/fushimi-inari"]


def test_pictures_are_in_a_person_s_archive_and_go_with_them(worker: Worker) -> None:
    worker.show(encoded(photo()))
    uid = worker.session.uid
    assert len(worker.store.of_person(worker.trip_id, uid)) == 1
    personal = bootstrap.personal_data()
    assert "pictures" in personal.in_trips
    for forget in personal.forget_in_trip:
        if getattr(forget, "__self__", None).__class__ is PictureStore:
            forget(worker.trip_id, uid)
    assert held(worker) == []


def test_pictures_over_the_day_s_quota_are_refused(worker: Worker) -> None:
    told = {"tripId": worker.trip_id, "picture": in_base64(encoded(photo(8, 8)))}
    today = time.strftime("%Y-%m-%d", time.gmtime())
    worker.client.document("quotas", f"user_{worker.session.uid}_{today}").set({"used": {"pictures": 60}})
    with pytest.raises(CallError) as refused:
        worker.session.call("ai-image", **told)
    assert (refused.value.status, refused.value.details["reason"]) == ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")
    assert refused.value.details["metadata"]["what"] == "pictures"


def test_progress_is_told_and_a_bad_picture_is_refused_at_the_door(worker: Worker, eye: StandIn) -> None:
    with pytest.raises(CallError) as refused:
        worker.session.call("ai-image", tripId=worker.trip_id, picture="no base64!")
    assert (refused.value.status, refused.value.details["metadata"]["field"]) == ("INVALID_ARGUMENT", "picture")
    with pytest.raises(CallError) as refused:
        worker.session.call("ai-image", tripId=worker.trip_id)
    assert refused.value.status == "INVALID_ARGUMENT"
    eye.order("slow:2")
    eye.answer(LIST)
    job_id = worker.session.call("ai-image", tripId=worker.trip_id, picture=in_base64(encoded(photo())), language="de")[
        "jobId"
    ]
    eventually(lambda: worker.job(job_id).message == "Ich sehe mir das Bild an")
    job = eventually(lambda: (found := worker.job(job_id)).state.ended and found)
    assert job.message == "Gefunden: Fushimi Inari Taisha, Nishiki Market, Grandma's tea house"


def test_the_towns_of_a_trip_that_names_none_are_those_of_its_plan(worker: Worker, eye: StandIn) -> None:
    ana = worker.session
    generated = Worker(worker.client.project, ana, make_trip(ana))
    day = {"p": ["days", "d1"], "oi": {"date": "2027-04-02", "order": "a0", "notes": ""}}
    market = {"p": ["stops", "s1"], "oi": stop(ana, dayId="d1", placeId="kyoto/nishiki-market")}
    ana.call("plan-submit", tripId=generated.trip_id, base=0, src="phone", seq=0, ops=[[day, market]])
    eye.answer({"fullTextAnnotation": {"text": "Kyoto"}})
    job_id = generated.show(encoded(photo()))
    assert generated.run(job_id).state == "done"
    assert generated.candidates(job_id) == [], "it goes to Kyoto already"
