"""A trip that was only generated is known to conversations all the same: its towns and days are those of its plan."""

from collections.abc import Callable

import pytest

from clients.python.session import Session
from emulator.gemini.testing import StandIn
from tests.chat.conftest import Trip
from tests.support.people import make_trip
from tests.support.waiting import eventually

People = Callable[..., Session]


@pytest.mark.parametrize("deliver", ["apply", "proposal"])
def test_what_was_generated_is_known_to_the_next_question_and_the_next_plan(
    trip: Trip, gemini: StandIn, deliver: str
) -> None:
    ana = trip.owner
    trip.id = make_trip(ana)
    wish = "Zwei Tage in Kyoto ab 5. April 2027, Tempel und Ramen"
    job = finished(ana, trip.id, wish, deliver)
    assert job["message"].startswith("Tage: 2, Stationen: ")
    if deliver == "proposal":
        ana.call("proposals-accept", tripId=trip.id, proposalId=job["result"]["proposal"])
    answer = trip.ended(trip.ask(ana, "Bitte suche einen Markt"))
    told = gemini.requests()[-1]["body"]["contents"][0]["parts"][0]["text"]
    assert "goes to: Kyoto" in told
    assert "first day: 2027-04-05" in told and "last day: 2027-04-06" in told
    assert "Nishiki" in answer["text"], answer["text"]
    again = finished(ana, trip.id, "Zwei Tage lang Gärten und Tempel", "proposal")
    assert again["error"] is None, "the town need not be named again"


def finished(who: Session, trip_id: str, wish: str, deliver: str) -> dict[str, object]:
    """The generation job, ended."""
    job_id = who.call("ai-generate", **{"tripId": trip_id, "request": wish, "as": deliver})["jobId"]

    def probe() -> dict[str, object] | None:
        job = who.call("jobs-get", tripId=trip_id, jobId=job_id)
        return job if job["state"] in ("done", "failed") else None

    job = eventually(probe)
    assert job["error"] is None, job["error"]
    return job
