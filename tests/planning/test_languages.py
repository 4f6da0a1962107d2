"""What a planning job tells is in the language that its asker prefers; codes stay English."""

from typing import Any

import pytest

from shared.itinerary import Reason
from shared.planning.reasons import WHY
from shared.words import LANGUAGES, failure
from tests.planning.conftest import Kyoto

TOO_LONG: dict[str, Any] = {"p": ["stops", "castle", "minutes"], "na": 600}
REFUSED = ("DAY_NOT_FOUND", "STOP_NOT_FOUND", "NOTHING_TO_PLAN", "NOT_AN_IDEA", "STOP_VETOED", "TOO_MANY_STOPS")


def speak(kyoto: Kyoto, language: str | None) -> None:
    version = kyoto.ana.call("users-get")["version"]
    kyoto.ana.call("users-update", version=version, language=language)


def test_a_job_speaks_the_language_of_who_asks(kyoto: Kyoto) -> None:
    kyoto.edit(kyoto.ana, TOO_LONG, base=kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"], seq=1)
    said = {}
    for language in ("de-AT", "sv", None):
        speak(kyoto, language)
        first = kyoto.ana.call("planning-optimise", tripId=kyoto.trip_id, scope={"day": "d2"})
        job = kyoto.ended(first["jobId"])
        (left,) = job["result"]["plans"][0]["leftOut"]
        proposal = kyoto.ana.call("proposals-preview", tripId=kyoto.trip_id, proposalId=job["result"]["proposals"][0])[
            "proposal"
        ]
        said[language] = (first["message"], left["text"].partition(":")[0], proposal["title"])
        assert job["message"].startswith("Änderungen: " if language == "de-AT" else "What changes: ")
    assert said["de-AT"] == (
        "Wartet auf den Beginn",
        "castle kommt zurück zu den Ideen",
        "Tage in besserer Reihenfolge",
    )
    assert said["sv"] == said[None] == ("Waiting to start", "castle goes back to the ideas", "Days in a better order")


def test_what_stays_as_it_is_is_said_too(kyoto: Kyoto) -> None:
    speak(kyoto, "fr")
    kyoto.ask("planning-optimise", scope={"day": "d1"})
    assert kyoto.ask("planning-optimise", scope={"day": "d1"})["message"] == "Le programme reste tel quel"


def test_a_failure_is_said_in_the_same_language(kyoto: Kyoto) -> None:
    speak(kyoto, "ja")
    job = kyoto.ask("planning-place", stopId="inari")
    assert (job["state"], job["error"]["reason"]) == ("failed", "NOT_AN_IDEA")
    assert job["message"] == job["error"]["message"] == failure("ja", "NOT_AN_IDEA", {}, "")


@pytest.mark.parametrize("reason", REFUSED)
def test_every_refusal_has_words_in_every_language(reason: str) -> None:
    told = {"actual": 300, "limit": 250}
    assert all(failure(language, reason, told, "") for language in LANGUAGES if language != "en")


def test_every_reason_but_a_lack_of_time_has_words_of_its_own() -> None:
    assert {reason.value for reason in Reason} - set(WHY) == {"no_time", "day_full", "walking_limit"}
