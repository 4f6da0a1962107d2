"""Answers that are kept: asked for once, counted once, whatever they are worth and however often a worker dies."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from google.cloud.firestore import Client
from google.genai import types

from emulator.gemini.testing import StandIn
from shared.assistant.kept import KeptModel, Spent
from shared.assistant.model import Model, UnusableAnswerError, text_of, user
from shared.assistant.remembered import RememberedAnswers
from shared.assistant.settings import ModelSettings
from shared.assistant.store import AnswerStore
from shared.runtime.errors import FailedPrecondition, Unavailable

HELLO = [user("Hello there")]
PLAIN = types.GenerateContentConfig()
Kept = dict[str, dict[str, Any]]


class Desk:
    """Keeps steps and notes what was counted."""

    def __init__(self) -> None:
        self.kept: Kept = {}
        self.counted: list[tuple[str, Spent]] = []

    def keep(self, step: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if step not in self.kept:
            self.kept[step] = work()
        return self.kept[step]

    def count(self, step: str, spent: Spent) -> None:
        self.counted.append((step, spent))

    def model(self, model: Model, **fields: Any) -> KeptModel:
        return KeptModel(model, self.keep, self.count, name="constraints", **fields)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_second_worker_hears_the_same_and_asks_nobody(desk: Desk, model: Model, gemini: StandIn) -> None:
    first, second = desk.model(model), desk.model(model)
    heard = [text_of(first.generate(HELLO, PLAIN)), text_of(first.stream(HELLO, PLAIN, lambda _text: None))]
    again = [text_of(second.generate(HELLO, PLAIN)), text_of(second.stream(HELLO, PLAIN, lambda _text: None))]
    assert heard == again and len(gemini.requests()) == 2
    assert list(desk.kept) == ["constraints-0", "constraints-1"]
    assert desk.counted[:2] == desk.counted[2:], "counted by a name, so that the account knows it"
    assert first.usage == second.usage and first.usage.tokens == model.usage.tokens > 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [("max_tokens", UnusableAnswerError), ("safety", FailedPrecondition), ("prompt_blocked", FailedPrecondition)],
)
def test_what_is_no_use_is_kept_and_counted_too(
    fault: str, error: type[Exception], desk: Desk, model: Model, gemini: StandIn
) -> None:
    gemini.order(fault)
    for worker in (desk.model(model), desk.model(model)):
        with pytest.raises(error) as caught:
            worker.generate(HELLO, PLAIN)
        assert getattr(caught.value, "reason", "MODEL_REFUSED") == "MODEL_REFUSED"
    assert len(gemini.requests()) == 1 and len({step for step, _ in desk.counted}) == 1
    assert desk.counted[0][1].input_tokens > 0


def test_what_is_no_answer_is_neither_kept_nor_counted(desk: Desk, model: Model, gemini: StandIn) -> None:
    gemini.order("503", times=3)
    with pytest.raises(Unavailable):
        desk.model(model).generate(HELLO, PLAIN)
    assert (desk.kept, desk.counted) == ({}, [])


class Now:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def remembered(database: Client) -> RememberedAnswers:
    for found in database.collection("rememberedAnswers").stream():
        found.reference.delete()
    return RememberedAnswers(AnswerStore(database), Now())


def test_the_same_question_of_a_trip_is_free_the_second_time(
    model: Model, gemini: StandIn, remembered: RememberedAnswers
) -> None:
    desks = [Desk(), Desk(), Desk()]
    for desk, trip_id in zip(desks, ("trip-1", "trip-1", "trip-2"), strict=True):
        assert text_of(desk.model(model, remembered=remembered, scope=trip_id).generate(HELLO, PLAIN))
    assert [len(desk.counted) for desk in desks] == [1, 0, 1]
    assert desks[0].kept["constraints-0"]["turn"] == desks[1].kept["constraints-0"]["turn"]
    assert len(gemini.requests()) == 2


@pytest.mark.parametrize("change", ["contents", "instructions", "schema", "model"])
def test_whatever_an_answer_depends_on_makes_another_question(
    change: str, model: Model, gemini: StandIn, remembered: RememberedAnswers
) -> None:
    Desk().model(model, remembered=remembered, scope="t").generate(HELLO, PLAIN)
    contents, config, other = HELLO, PLAIN, model
    if change == "contents":
        contents = [user("Good evening")]
    elif change == "instructions":
        config = types.GenerateContentConfig(system_instruction="Be brief.")
    elif change == "schema":
        config = types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema={"type": "object"}
        )
    else:
        other = Model(model.client, ModelSettings("gemini-3.5-flash"))
    Desk().model(other, remembered=remembered, scope="t").generate(contents, config)
    assert len(gemini.requests()) == 2


def test_a_useless_answer_is_not_remembered(model: Model, gemini: StandIn, remembered: RememberedAnswers) -> None:
    gemini.order("max_tokens")
    desk = Desk()
    with pytest.raises(UnusableAnswerError):
        desk.model(model, remembered=remembered, scope="t").generate(HELLO, PLAIN)
    assert len(desk.counted) == 1
    assert text_of(Desk().model(model, remembered=remembered, scope="t").generate(HELLO, PLAIN))


@pytest.mark.parametrize(
    ("name", "on", "price"),
    [
        ("gemini-3.8-flash", date(2026, 12, 31), 750 + 2 * 3_750),
        ("gemini-3.8-flash", date(2027, 1, 1), 1_500 + 2 * 7_500),
        ("gemini-3.5-flash-lite", date(2027, 6, 1), 300 + 2 * 2_500),
        ("gemini-9-ultra", date(2027, 6, 1), 4_000 + 2 * 18_000),
    ],
)
def test_prices_are_those_of_the_day(name: str, on: date, price: int) -> None:
    assert ModelSettings(name).micro_usd(1_000, 2_000, on) == price
    assert ModelSettings(name).micro_usd(1, 0, on) == -(-ModelSettings(name).micro_usd(1_000, 0, on) // 1_000)
