"""Whatever the model does wrong, at whichever stage: one clear outcome."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from emulator.gemini.testing import StandIn
from shared.assistant.context import TripContext
from shared.assistant.generate import Generation, GenerationRequest, Output
from shared.assistant.model import Model
from shared.assistant.settings import ModelSettings
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable

Generate = Callable[..., dict[str, Output]]
ROME = "2 days in Rome, we love churches"
REQUEST = GenerationRequest(ROME, TripContext(members=2), "job-1", "ana")
USELESS = ("max_tokens", "malformed_json")


@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut"])
@pytest.mark.parametrize("skip", [0, 1, 2])
def test_a_passing_failure_is_retried(
    fault: str, skip: int, generate: Generate, gemini: StandIn, pauses: list[float]
) -> None:
    gemini.order(fault, skip=skip)
    assert generate(ROME)["ops"]["ops"]
    assert len(pauses) == 1
    assert pauses[0] == 1.0 if fault == "429:1" else pauses[0] <= 0.5


@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut"])
@pytest.mark.parametrize("skip", [0, 1])
def test_a_lasting_failure_is_unavailable(fault: str, skip: int, generate: Generate, gemini: StandIn) -> None:
    gemini.order(fault, skip=skip, times=10)
    with pytest.raises(Unavailable) as caught:
        generate(ROME)
    assert caught.value.reason == "MODEL_UNAVAILABLE" and caught.value.retryable
    assert len(gemini.requests()) == 3 + skip


def test_a_long_wait_is_left_to_the_caller(generate: Generate, gemini: StandIn, pauses: list[float]) -> None:
    gemini.order("429:60")
    with pytest.raises(Unavailable) as caught:
        generate(ROME)
    assert (caught.value.retry_after, pauses, len(gemini.requests())) == (60.0, [], 1)


@pytest.mark.parametrize("fault", USELESS)
def test_a_useless_form_is_asked_for_again_with_reasons(fault: str, generate: Generate, gemini: StandIn) -> None:
    gemini.order(fault)
    assert generate(ROME)["constraints"]["legs"] == [{"destination": "rome", "days": 2}]
    words = gemini.requests()[1]["body"]["contents"][-1]["parts"][0]["text"]
    assert words.startswith("Your form cannot be used")


@pytest.mark.parametrize("fault", USELESS)
def test_two_useless_forms_are_enough(fault: str, generate: Generate, gemini: StandIn) -> None:
    gemini.order(fault, times=2)
    with pytest.raises(FailedPrecondition) as caught:
        generate(ROME)
    assert caught.value.reason == "MODEL_UNUSABLE" and not caught.value.retryable and len(gemini.requests()) == 2


@pytest.mark.parametrize("fault", ["safety", "prompt_blocked"])
def test_a_refused_request_is_told_so(fault: str, generate: Generate, gemini: StandIn) -> None:
    gemini.order(fault)
    with pytest.raises(FailedPrecondition) as caught:
        generate(ROME)
    assert caught.value.reason == "MODEL_REFUSED" and not caught.value.retryable


@pytest.mark.parametrize("fault", ["safety", "prompt_blocked", *USELESS])
@pytest.mark.parametrize("skip", [1, 2])
def test_without_the_models_choice_the_catalogue_chooses(
    fault: str, skip: int, generate: Generate, gemini: StandIn
) -> None:
    gemini.order(fault, skip=skip)
    state = generate(ROME)
    stops = [component["oi"] for component in state["ops"]["ops"] if component["p"][0] == "stops"]
    assert len(stops) > 8
    assert state["ops"]["notes"] == ["The places were chosen by how well known they are and by your interests."]


def hurried(gemini: StandIn, generation: Generation) -> Generation:
    """The same generation with a model that has 0.3 seconds."""
    impatient = Model(gemini.client(), ModelSettings("gemini-3.8-flash", timeout_seconds=0.3))
    return replace(generation, model=impatient)


def test_a_slow_reader_runs_out_of_time(gemini: StandIn, generation: Generation) -> None:
    gemini.order("slow:5")
    with pytest.raises(DeadlineExceeded) as caught:
        hurried(gemini, generation).run_stage("constraints", REQUEST, {}, report=lambda *_: None)
    assert caught.value.reason == "MODEL_TIMEOUT" and caught.value.retryable


def test_where_the_model_is_too_slow_to_choose_the_catalogue_does(
    gemini: StandIn, generation: Generation, generate: Generate
) -> None:
    state = generate(ROME)
    gemini.order("slow:5")
    chosen = hurried(gemini, generation).run_stage("candidates", REQUEST, state, report=lambda *_: None)
    assert len(chosen["places"]) >= 16
    assert chosen["notes"] == ["The places were chosen by how well known they are and by your interests."]


@pytest.mark.parametrize(("key", "name"), [("invalid", "gemini-3.8-flash"), ("local", "no-such-model")])
def test_wrong_set_up_is_not_retried(
    key: str, name: str, gemini: StandIn, generation: Generation, pauses: list[float]
) -> None:
    model = Model(gemini.client(key), ModelSettings(name), pause=pauses.append)
    broken = Generation(model, generation.provider, generation.clock, generation.rates)
    with pytest.raises(TravvyError) as caught:
        broken.run_stage("constraints", REQUEST, {}, report=lambda *_: None)
    assert (caught.value.reason, caught.value.retryable, pauses) == ("MODEL_MISCONFIGURED", False, [])


def test_what_it_cost_is_counted(generate: Generate, model: Model, gemini: StandIn) -> None:
    generate(ROME)
    assert model.usage.calls == len(gemini.requests()) == 3
    assert model.usage.prompt_tokens > 500 and model.usage.output_tokens > 100
