"""Answers of paid services: asked for once in a scope, for a day, and never shared beyond it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from emulator.testing import LocalCloud
from shared.assistant.remembered import KEPT, MOST_CHARACTERS, RememberedAnswers
from shared.assistant.store import AnswerStore
from tests.support.rpcs import CountingClient

QUESTION = {"service": "vision", "picture": "d1ge57", "features": ["landmarks"]}


class Moving:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def answers(database: Client, clock: Moving) -> RememberedAnswers:
    for found in database.collection("rememberedAnswers").stream():
        found.reference.delete()
    return RememberedAnswers(AnswerStore(database), clock)


@pytest.fixture
def ask() -> Callable[[], dict[str, Any]]:
    """A service that answers how often it was asked."""
    asked = []

    def service() -> dict[str, Any]:
        asked.append(1)
        return {"times": len(asked), "seen": ["Alhambra"]}

    return service


def test_the_same_question_is_asked_once(answers: RememberedAnswers, ask: Callable[[], dict[str, Any]]) -> None:
    first = answers.answer("trip-1", QUESTION, ask)
    again = answers.answer("trip-1", dict(reversed(QUESTION.items())), ask)
    assert first == again == {"times": 1, "seen": ["Alhambra"]}


def test_another_question_or_another_scope_is_asked_anew(
    answers: RememberedAnswers, ask: Callable[[], dict[str, Any]]
) -> None:
    answers.answer("trip-1", QUESTION, ask)
    assert answers.answer("trip-1", {**QUESTION, "picture": "0ther"}, ask)["times"] == 2
    assert answers.answer("trip-2", QUESTION, ask)["times"] == 3


def test_a_day_later_it_is_asked_anew(
    answers: RememberedAnswers, ask: Callable[[], dict[str, Any]], clock: Moving
) -> None:
    answers.answer("trip-1", QUESTION, ask)
    clock.time += KEPT - timedelta(seconds=1)
    assert answers.answer("trip-1", QUESTION, ask)["times"] == 1
    clock.time += timedelta(seconds=1)
    assert answers.answer("trip-1", QUESTION, ask)["times"] == 2
    assert answers.answer("trip-1", QUESTION, ask)["times"] == 2


def test_a_failure_is_not_remembered(answers: RememberedAnswers, ask: Callable[[], dict[str, Any]]) -> None:
    def fails() -> dict[str, Any]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        answers.answer("trip-1", QUESTION, fails)
    assert answers.answer("trip-1", QUESTION, ask)["times"] == 1


def test_an_answer_that_fits_into_no_document_is_given_and_forgotten(
    answers: RememberedAnswers, database: Client
) -> None:
    long = {"text": "語" * MOST_CHARACTERS}
    assert answers.answer("trip-1", QUESTION, lambda: long) == long
    assert not list(database.collection("rememberedAnswers").stream())
    fits = {"text": "語" * (MOST_CHARACTERS - 20)}
    assert answers.answer("trip-1", QUESTION, lambda: fits) == fits
    assert len(list(database.collection("rememberedAnswers").stream())) == 1


def test_neither_question_nor_scope_is_stored(
    answers: RememberedAnswers, ask: Callable[[], dict[str, Any]], database: Client
) -> None:
    answers.answer("trip-1", QUESTION, ask)
    (stored,) = database.collection("rememberedAnswers").stream()
    assert "d1ge57" not in str(stored.to_dict()) and "trip-1" not in stored.id + str(stored.to_dict())


def test_a_new_question_takes_two_round_trips_and_a_known_one_takes_one(
    answers: RememberedAnswers, ask: Callable[[], dict[str, Any]], cloud: LocalCloud, clock: Moving
) -> None:
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    counted = RememberedAnswers(AnswerStore(client), clock)
    with client.counted() as calls:
        counted.answer("trip-1", QUESTION, ask)
    assert calls.methods == ["BatchGetDocuments", "Commit"]
    with client.counted() as calls:
        counted.answer("trip-1", QUESTION, ask)
    assert calls.methods == ["BatchGetDocuments"]
