"""The stand-in, asked by Google's client library: what it finds, what it refuses, and how it fails on order."""

from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from google.api_core import exceptions
from google.cloud.vision_v1 import AnnotateImageRequest, AnnotateImageResponse, Feature, Image, Likelihood
from google.rpc import code_pb2, error_details_pb2

from emulator.common.testing import program
from emulator.vision.images import MOST_BYTES
from emulator.vision.testing import StandIn
from shared.places.catalogue import CatalogueProvider
from tests.support.pictures import encoded, page, photo, taken_at

TYPE = Feature.Type


def ask(
    vision: StandIn, content: bytes, *features: int, metadata: tuple[tuple[str, str], ...] = (), timeout: float = 60
) -> AnnotateImageResponse:
    wanted = [Feature(type_=feature) for feature in features]
    request = AnnotateImageRequest(image=Image(content=content), features=wanted)
    answer = vision.client.batch_annotate_images(requests=[request], metadata=metadata, retry=None, timeout=timeout)
    return answer.responses[0]


def test_a_landmark_is_the_nearest_place_of_the_catalogue(vision: StandIn) -> None:
    shrine = CatalogueProvider().get("kyoto/fushimi-inari")
    assert shrine
    on_the_spot = encoded(photo(), exif=taken_at(shrine.lat, shrine.lng))
    answer = ask(vision, on_the_spot, TYPE.LANDMARK_DETECTION)
    best = answer.landmark_annotations[0]
    assert (best.description, best.score > 0.97) == (shrine.name, True)
    assert best.locations[0].lat_lng.latitude == shrine.lat
    beside = encoded(photo(), exif=taken_at(shrine.lat + 0.001, shrine.lng))
    further = ask(vision, beside, TYPE.LANDMARK_DETECTION).landmark_annotations[0]
    assert 0.5 < further.score < 0.9


@pytest.mark.parametrize("lat, lng", [(-33.8568, 151.2153), (0.0, -30.0)], ids=["a town unknown", "at sea"])
def test_where_nothing_is_known_there_is_no_landmark(vision: StandIn, lat: float, lng: float) -> None:
    answer = ask(vision, encoded(photo(), exif=taken_at(lat, lng)), TYPE.LANDMARK_DETECTION)
    assert all(abs(found.locations[0].lat_lng.latitude - lat) < 0.01 for found in answer.landmark_annotations)
    assert lat or not answer.landmark_annotations


def test_a_picture_without_position_has_no_landmark(vision: StandIn) -> None:
    assert not ask(vision, encoded(photo()), TYPE.LANDMARK_DETECTION).landmark_annotations


def test_text_is_read_in_latin_and_east_asian_scripts(vision: StandIn) -> None:
    lines = ["Fushimi Inari Taisha", "Schloss Schönbrunn", "京都の旅", "伏見稲荷大社"]
    picture = page(lines)
    answer = ask(vision, encoded(picture, "PNG"), TYPE.DOCUMENT_TEXT_DETECTION)
    assert answer.full_text_annotation.text.split("\n")[:-1] == lines
    assert answer.text_annotations[0].description.split("\n") == lines
    first = answer.full_text_annotation.pages[0].blocks[0].paragraphs[0].words[0]
    assert "".join(symbol.text for symbol in first.symbols) == "Fushimi"
    assert all(0 <= corner.x <= picture.width and 0 <= corner.y < 120 for corner in first.bounding_box.vertices)
    assert not ask(vision, encoded(photo()), TYPE.TEXT_DETECTION).text_annotations


def test_labels_are_colours(vision: StandIn) -> None:
    answer = ask(vision, encoded(photo()), TYPE.LABEL_DETECTION, TYPE.IMAGE_PROPERTIES)
    assert [label.description for label in answer.label_annotations] == ["Blue", "Green"]
    assert answer.label_annotations[0].score == pytest.approx(2 / 3, abs=0.05)
    assert answer.image_properties_annotation.dominant_colors.colors[0].color.blue > 150


def test_what_it_cannot_do_it_says(vision: StandIn) -> None:
    answer = ask(vision, encoded(photo()), TYPE.FACE_DETECTION)
    assert (answer.error.code, answer.error.message) == (code_pb2.UNIMPLEMENTED, "The stand-in cannot find faces.")
    answer = ask(vision, encoded(photo()), TYPE.SAFE_SEARCH_DETECTION, TYPE.WEB_DETECTION)
    assert answer.safe_search_annotation.adult == Likelihood.UNKNOWN
    assert not answer.web_detection.web_entities


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: b"", "empty"),
        (lambda: b"no picture", "Bad image data."),
        (lambda: encoded(photo())[:600], "Bad image data."),
        (lambda: bytes(MOST_BYTES + 1), "exceeds the limit"),
        (lambda: encoded(photo().convert("1").resize((10_000, 7_600)), "PNG"), "75000000 pixels"),
    ],
    ids=["empty", "no picture", "truncated", "over 20 MB", "over 75 million pixels"],
)
def test_a_bad_picture_is_its_answers_error(vision: StandIn, make: Callable[[], bytes], message: str) -> None:
    answer = ask(vision, make(), TYPE.LABEL_DETECTION)
    assert (answer.error.code, message in answer.error.message) == (code_pb2.INVALID_ARGUMENT, True)


def test_at_most_sixteen_pictures_at_once(vision: StandIn) -> None:
    request = AnnotateImageRequest(
        image=Image(content=encoded(photo(8, 8))), features=[Feature(type_=TYPE.LABEL_DETECTION)]
    )
    assert len(vision.client.batch_annotate_images(requests=[request] * 16).responses) == 16
    with pytest.raises(exceptions.InvalidArgument, match="limit to 16"):
        vision.client.batch_annotate_images(requests=[request] * 17)


@pytest.mark.parametrize(
    "fault, raised",
    [
        ("unavailable", exceptions.ServiceUnavailable),
        ("internal", exceptions.InternalServerError),
        ("unknown", exceptions.Unknown),
        ("late", exceptions.DeadlineExceeded),
        ("denied", exceptions.PermissionDenied),
        ("exhausted:3", exceptions.ResourceExhausted),
    ],
)
def test_faults_on_order(vision: StandIn, fault: str, raised: type[exceptions.GoogleAPICallError]) -> None:
    vision.order(fault)
    with pytest.raises(raised) as failed:
        ask(vision, encoded(photo()), TYPE.LABEL_DETECTION)
    delays = [one.retry_delay.seconds for one in failed.value.details if isinstance(one, error_details_pb2.RetryInfo)]
    assert delays == ([3] if ":" in fault else [])
    with pytest.raises(raised):
        ask(vision, encoded(photo()), TYPE.LABEL_DETECTION, metadata=(("x-travvy-fault", fault),))
    assert ask(vision, encoded(photo()), TYPE.LABEL_DETECTION).label_annotations


def test_a_slow_answer_and_an_error_of_one_picture(vision: StandIn) -> None:
    vision.order("slow:30")
    with pytest.raises(exceptions.DeadlineExceeded):
        ask(vision, encoded(photo()), TYPE.LABEL_DETECTION, timeout=0.5)
    vision.order("image:14")
    assert ask(vision, encoded(photo()), TYPE.LABEL_DETECTION).error.code == code_pb2.UNAVAILABLE


def test_recorded_answers(vision: StandIn) -> None:
    vision.record("alhambra")
    answer = ask(vision, b"any", TYPE.LANDMARK_DETECTION)
    assert (answer.landmark_annotations[0].description, len(answer.web_detection.web_entities)) == ("Alhambra", 3)
    answer = ask(vision, b"any", TYPE.SAFE_SEARCH_DETECTION, metadata=(("x-travvy-fault", "recorded:unsafe"),))
    assert answer.safe_search_annotation.adult == Likelihood.VERY_LIKELY
    with pytest.raises(grpc.RpcError, match="recorded:alhambra, recorded:sagrada-familia, recorded:unsafe"):
        vision.record("nothing")


def test_it_loads_no_recogniser_until_text_is_wanted() -> None:
    with program("vision") as running:
        maps = Path(f"/proc/{running.process.pid}/maps").read_text()
        assert "onnxruntime" not in maps and "cv2" not in maps
