"""The stand-in, asked by Google's client library: what it hears, what it refuses, and how it fails on order."""

from collections.abc import Sequence
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.cloud import speech_v2
from google.rpc import error_details_pb2

from emulator.common.testing import program
from emulator.speech.audio import MOST_BYTES
from emulator.speech.testing import StandIn
from tests.support.voices import made, noise, recording, silence

RECOGNIZER = "projects/demo-travvy/locations/us/recognizers/_"
HINTS = ("Golden Pavilion", "Fushimi Inari", "Kyoto", "Nijo Castle", "Ana")


def ask(
    speech: StandIn,
    content: bytes,
    *,
    languages: Sequence[str] = ("en-US",),
    hints: Sequence[str] = (),
    recognizer: str = RECOGNIZER,
    model: str = "chirp_3",
    metadata: Sequence[tuple[str, str]] = (),
    timeout: float = 90,
    **features: Any,
) -> speech_v2.RecognizeResponse:
    phrases = [speech_v2.PhraseSet.Phrase(value=hint) for hint in hints]
    hinted = speech_v2.SpeechAdaptation.AdaptationPhraseSet(inline_phrase_set=speech_v2.PhraseSet(phrases=phrases))
    config = speech_v2.RecognitionConfig(
        auto_decoding_config=speech_v2.AutoDetectDecodingConfig(),
        model=model,
        language_codes=languages,
        features=speech_v2.RecognitionFeatures(**features),
        adaptation=speech_v2.SpeechAdaptation(phrase_sets=[hinted]) if phrases else None,
    )
    request = speech_v2.RecognizeRequest(recognizer=recognizer, config=config, content=content)
    return speech.client.recognize(request, retry=None, timeout=timeout, metadata=metadata)


def heard(answer: speech_v2.RecognizeResponse) -> str:
    return answer.results[0].alternatives[0].transcript


def test_it_hears_what_is_said(speech: StandIn) -> None:
    answer = ask(speech, recording("en-spent"), enable_word_time_offsets=True, enable_word_confidence=True)
    best = answer.results[0].alternatives[0]
    assert best.transcript == "how much have we spent so far"
    assert best.confidence > 0.8
    assert answer.results[0].language_code == "en-US"
    assert answer.metadata.total_billed_duration.total_seconds() == 3
    starts = [word.start_offset.total_seconds() for word in best.words]
    assert [word.word for word in best.words] == best.transcript.split()
    assert starts == sorted(starts)
    assert all(0 < word.confidence <= 1 for word in best.words)


def test_it_hears_names_because_of_the_hints(speech: StandIn) -> None:
    assert heard(ask(speech, recording("en-add"), hints=HINTS)) == "please add fushimi inari to the plan"
    assert "fushimi" not in heard(ask(speech, recording("en-add")))


def test_hints_do_not_put_words_into_a_mouth(speech: StandIn) -> None:
    assert heard(ask(speech, recording("en-spent"), hints=HINTS)) == "how much have we spent so far"


def test_the_same_sound_is_heard_the_same_whatever_came_before(speech: StandIn) -> None:
    first = heard(ask(speech, recording("en-plan"), hints=HINTS))
    ask(speech, recording("de-plan"), hints=HINTS)
    assert heard(ask(speech, recording("en-plan"), hints=HINTS)) == first


def test_another_language_is_doubted(speech: StandIn) -> None:
    answer = ask(speech, recording("es-plan"), languages=["auto"], hints=HINTS)
    assert answer.results[0].alternatives[0].confidence < 0.6


@pytest.mark.parametrize("sound", [silence(2), noise(2)])
def test_where_nobody_speaks_there_are_no_results(speech: StandIn, sound: bytes) -> None:
    assert not ask(speech, sound).results


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "amr", "ogg", "webm", "m4a"])
def test_formats_of_the_service_are_opened(speech: StandIn, kind: str) -> None:
    speech.answer("hello")
    answer = ask(speech, made("en-spent", kind))
    assert (heard(answer), answer.metadata.total_billed_duration.total_seconds()) == ("hello", 3)


@pytest.mark.parametrize("content", [b"", b"not a sound", recording("en-spent")[:40], made("en-spent", "3gp")])
def test_other_files_are_refused(speech: StandIn, content: bytes) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ask(speech, content)


def test_limits_of_one_request(speech: StandIn) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="maximum of 60 seconds"):
        ask(speech, silence(61))
    with pytest.raises(exceptions.InvalidArgument, match="payload"):
        ask(speech, bytes(MOST_BYTES + 1))
    with pytest.raises(exceptions.InvalidArgument, match="language codes"):
        ask(speech, silence(1), languages=["en-US", "de-DE", "fr-FR", "es-ES"])
    with pytest.raises(exceptions.InvalidArgument, match="phrases"):
        ask(speech, silence(1), hints=["x" * 101])


def test_models_and_recognizers_are_those_of_the_service(speech: StandIn) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="does not exist in the location"):
        ask(speech, silence(1), recognizer="projects/p/locations/global/recognizers/_")
    with pytest.raises(exceptions.InvalidArgument, match='"auto" is not supported'):
        ask(speech, silence(1), model="long", languages=["auto"])
    with pytest.raises(exceptions.NotFound):
        ask(speech, silence(1), recognizer="projects/p/locations/us/recognizers/mine")
    with pytest.raises(exceptions.InvalidArgument, match="resource name"):
        ask(speech, silence(1), recognizer="mine")


def test_it_says_which_languages_it_does_not_understand(speech: StandIn) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match="English only, not ja-JP"):
        ask(speech, recording("es-plan"), languages=["ja-JP"])


def test_recorded_answers_by_order_and_by_metadata(speech: StandIn) -> None:
    speech.record("ja-plan")
    assert heard(ask(speech, recording("es-plan"), languages=["ja-JP"])) == "2日目の予定は何ですか？"
    named = ask(speech, recording("es-plan"), languages=["es-ES"], metadata=[("x-travvy-fault", "recorded:es-plan")])
    assert heard(named) == "¿Qué está planeado para el segundo día?"
    with pytest.raises(exceptions.InvalidArgument, match="recorded:es-plan"):
        ask(speech, recording("es-plan"), metadata=[("x-travvy-fault", "recorded:klingon")])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unavailable", exceptions.ServiceUnavailable),
        ("internal", exceptions.InternalServerError),
        ("unknown", exceptions.Unknown),
        ("late", exceptions.DeadlineExceeded),
        ("denied", exceptions.PermissionDenied),
        ("exhausted", exceptions.ResourceExhausted),
        ("cut", exceptions.ServiceUnavailable),
    ],
)
def test_faults_strike_once(speech: StandIn, fault: str, error: type[Exception]) -> None:
    speech.order(fault)
    with pytest.raises(error):
        ask(speech, silence(1))
    assert not ask(speech, silence(1)).results


def test_a_fault_by_metadata_and_a_delay_before_trying_again(speech: StandIn) -> None:
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        ask(speech, silence(1), metadata=[("x-travvy-fault", "exhausted:2.5")])
    delays = [one.retry_delay for one in caught.value.details if isinstance(one, error_details_pb2.RetryInfo)]
    assert [delay.ToTimedelta().total_seconds() for delay in delays] == [2.5]


def test_an_empty_and_a_slow_answer(speech: StandIn) -> None:
    speech.order("empty")
    assert not ask(speech, recording("en-spent")).results
    speech.order("slow:30")
    with pytest.raises(exceptions.DeadlineExceeded):
        ask(speech, silence(1), timeout=0.3)


def test_an_unknown_fault_is_refused(speech: StandIn) -> None:
    with pytest.raises(grpc.RpcError, match="Unknown fault"):
        speech.order("earthquake")


def test_it_tells_of_a_taken_port(speech: StandIn) -> None:
    port = speech.address.rpartition(":")[2]
    with pytest.raises(RuntimeError, match="exit code 3"), program("speech", port=int(port)):
        pass
