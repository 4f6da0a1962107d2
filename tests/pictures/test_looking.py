"""Asking Cloud Vision through Google's client library: what is asked, and one outcome for every way it can fail."""

import pytest
from google.cloud.vision_v1 import Feature

from emulator.vision.testing import StandIn
from shared.cloud.breaker import Breaker, State
from shared.cloud.google_calls import GoogleCalls
from shared.cloud.patience import Patience
from shared.pictures.facts import Facts
from shared.pictures.looking import FEATURES, Looking
from shared.pictures.settings import VisionPrices
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, InvalidArgument, TravvyError, Unavailable
from tests.support.moving_time import MovingTime
from tests.support.pictures import encoded, photo

JPEG = encoded(photo())


def looking(vision: StandIn, time: MovingTime, **patience: float) -> Looking:
    breaker = Breaker("vision", monotonic=time)
    calls = GoogleCalls("vision", breaker, Patience(**patience), time.pause, time, title="Looking")
    return Looking(vision.client, calls, VisionPrices())


@pytest.fixture
def time() -> MovingTime:
    return MovingTime()


def test_one_call_asks_for_everything(vision: StandIn, time: MovingTime) -> None:
    vision.record("alhambra")
    facts = Facts.model_validate(looking(vision, time).look(JPEG))
    assert [(one.name, one.score) for one in facts.landmarks] == [("Alhambra", 0.9312)]
    assert [one.name for one in facts.web] == ["Alhambra", "Granada"], "an entity without a name is left out"
    assert facts.labels == ["Sky", "Fortification", "Architecture"]
    (asked,) = vision.requests()
    wanted = (
        "LANDMARK_DETECTION",
        "LABEL_DETECTION",
        "DOCUMENT_TEXT_DETECTION",
        "WEB_DETECTION",
        "SAFE_SEARCH_DETECTION",
    )
    assert asked["features"] == [[int(Feature.Type[name]) for name in wanted]] == [[int(one) for one in FEATURES]]


def test_the_price_is_that_of_all_features() -> None:
    assert VisionPrices().picture == 8_000, "0.8 cents"


@pytest.mark.parametrize(
    "likelihood, refused", [("UNKNOWN", False), ("POSSIBLE", False), ("LIKELY", True), ("VERY_LIKELY", True)]
)
@pytest.mark.parametrize("what", ["adult", "violence"])
def test_what_is_not_for_everybody_is_refused(
    vision: StandIn, time: MovingTime, what: str, likelihood: str, refused: bool
) -> None:
    vision.answer({"safeSearchAnnotation": {what: likelihood}})
    if not refused:
        assert looking(vision, time).look(JPEG) == Facts().model_dump()
        return
    with pytest.raises(FailedPrecondition) as failed:
        looking(vision, time).look(JPEG)
    assert failed.value.reason == "PICTURE_UNSAFE"


@pytest.mark.parametrize("fault", ["unavailable", "internal", "exhausted", "exhausted:2"])
def test_what_passes_is_tried_again(vision: StandIn, time: MovingTime, fault: str) -> None:
    vision.order(fault, times=2)
    vision.record("alhambra")
    assert looking(vision, time).look(JPEG)["landmarks"]
    assert len(vision.requests()) == 3


@pytest.mark.parametrize(
    "fault, kind, reason, retry_after, asked",
    [
        ("unavailable", Unavailable, "SERVICE_UNAVAILABLE", None, 3),
        ("internal", Unavailable, "SERVICE_UNAVAILABLE", None, 3),
        ("exhausted:60", Unavailable, "SERVICE_BUSY", 60.0, 1),
        ("denied", FailedPrecondition, "SERVICE_MISCONFIGURED", None, 1),
        ("image:14", Unavailable, "SERVICE_UNAVAILABLE", None, 1),
        ("image:3", InvalidArgument, "PICTURE_UNREADABLE", None, 1),
    ],
)
def test_what_does_not_pass_is_one_error(
    vision: StandIn,
    time: MovingTime,
    fault: str,
    kind: type[TravvyError],
    reason: str,
    retry_after: float | None,
    asked: int,
) -> None:
    vision.order(fault, times=10)
    with pytest.raises(kind) as failed:
        looking(vision, time).look(JPEG)
    assert (failed.value.reason, failed.value.retry_after, len(vision.requests())) == (reason, retry_after, asked)


def test_a_slow_answer_ends(vision: StandIn, time: MovingTime) -> None:
    vision.order("slow:30", times=3)
    with pytest.raises(DeadlineExceeded) as failed:
        looking(vision, time, attempt=0.3).look(JPEG)
    assert (failed.value.reason, len(vision.requests())) == ("SERVICE_TIMEOUT", 3)


def test_a_service_that_is_down_is_left_in_peace(vision: StandIn, time: MovingTime) -> None:
    eye = looking(vision, time, attempts=1)
    vision.order("unavailable", times=6)
    for _ in range(5):
        with pytest.raises(Unavailable, match="busy"):
            eye.look(JPEG)
    with pytest.raises(Unavailable) as resting:
        eye.look(JPEG)
    assert (resting.value.reason, len(vision.requests()), eye.calls.breaker.state) == ("SERVICE_RESTING", 5, State.OPEN)
    assert resting.value.retry_after and resting.value.retry_after <= 5
    time.pause(resting.value.retry_after)
    with pytest.raises(Unavailable, match="busy"):
        eye.look(JPEG)
    time.pause(10)
    assert eye.look(JPEG) and eye.calls.breaker.state is State.CLOSED


def test_a_bad_picture_does_not_count_against_the_service(vision: StandIn, time: MovingTime) -> None:
    eye = looking(vision, time)
    vision.order("image:3", times=20)
    for _ in range(20):
        with pytest.raises(InvalidArgument):
            eye.look(JPEG)
    assert eye.calls.breaker.state is State.CLOSED


def test_what_is_read_is_clean_and_bounded(vision: StandIn, time: MovingTime) -> None:
    lines = [
        "\u202eevil\u202c \u200bname",
        "see https://evil.example/x?a=1 now",
        "www.evil.example",
        "x" * 500,
        *["line"] * 500,
    ]
    vision.answer(
        {
            "fullTextAnnotation": {"text": "\n".join(lines)},
            "landmarkAnnotations": [{"description": "a\nb", "score": 0.5}],
        }
    )
    facts = Facts.model_validate(looking(vision, time).look(JPEG))
    assert facts.lines[:3] == ["evil name", "see  now", "x" * 200]
    assert len(facts.lines) < 120 and facts.landmarks[0].name == "a b"
