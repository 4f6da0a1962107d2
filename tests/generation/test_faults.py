"""Whatever the model does wrong, at whichever stage of a generation: one clear outcome, one plan at most, paid once."""

import os
from collections import Counter
from collections.abc import Callable

import pytest
from google.cloud.firestore import FieldFilter

from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.generation.service import PATIENCE
from shared.runtime.errors import Unavailable
from tests.generation.trial import EFFORT, MODEL_CALLS, Trial
from tests.generation.worker import generation_on
from tests.support.rpcs import CountingClient

STAGES = ["reading", "searching", "choosing"]
"""What the model is asked for, call by call."""
Make = Callable[[], Trial]


def worked(trial: Trial) -> int:
    """The attempts until the job has ended, as its queue would make them."""
    while trial.job()["state"] in ("queued", "running"):
        try:
            trial.work()
        except Unavailable:
            assert trial.attempts < PATIENCE
    return trial.attempts


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", ["429:1", "500", "503", "cut"])
def test_what_passes_is_not_noticed(fault: str, stage: str, trial: Make, gemini: StandIn) -> None:
    gemini.order(fault, skip=STAGES.index(stage))
    one = trial()
    assert worked(one) == 1
    one.check()
    assert len(gemini.requests()) == MODEL_CALLS + 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", ["503", "429:60"])
def test_what_lasts_is_said_after_some_patience_and_nothing_is_changed(
    fault: str, stage: str, trial: Make, gemini: StandIn
) -> None:
    at = STAGES.index(stage)
    gemini.order(fault, skip=at, times=100)
    one = trial()
    assert worked(one) == PATIENCE
    job = one.job()
    assert (job["state"], job["error"]["code"], job["error"]["reason"]) == (
        "failed",
        "UNAVAILABLE",
        "MODEL_UNAVAILABLE",
    )
    assert one.below("plan", "current", "ops") == []
    tries = 3 if fault == "503" else 1
    assert len(gemini.requests()) == at + PATIENCE * tries, "what was answered before is not asked again"
    _, costs = bootstrap.quotas().today(one.session.uid, one.trip_id)
    assert bool(costs.costs.input_tokens) is (at > 0)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", ["safety", "prompt_blocked"])
def test_a_refusal_to_read_is_said_and_one_to_choose_is_done_without(
    fault: str, stage: str, trial: Make, gemini: StandIn
) -> None:
    gemini.order(fault, skip=STAGES.index(stage))
    one = trial()
    assert worked(one) == 1
    job = one.job()
    if stage == "reading":
        assert (job["state"], job["error"]["reason"]) == ("failed", "MODEL_REFUSED")
        assert one.below("plan", "current", "ops") == [] and len(gemini.requests()) == 1
    else:
        assert job["state"] == "done" and len(one.below("plan", "current", "ops")) == 1
        assert job["result"]["notes"] == ["The places were chosen by how well known they are and by your interests."]
    check_paid(one, len(gemini.requests()))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", ["max_tokens", "malformed_json"])
def test_nonsense_is_paid_too_and_a_plan_comes_of_it_all_the_same(
    fault: str, stage: str, trial: Make, gemini: StandIn
) -> None:
    gemini.order(fault, skip=STAGES.index(stage))
    one = trial()
    assert worked(one) == 1
    assert one.job()["state"] == "done" and len(one.below("plan", "current", "ops")) == 1
    check_paid(one, len(gemini.requests()))


def check_paid(trial: Trial, calls: int) -> None:
    """Each call that was answered, whatever the answer was worth."""
    receipts = (
        trial.database.collection("quotaReceipts").where(filter=FieldFilter("tripId", "==", trial.trip_id)).stream()
    )
    assert len([one for one in receipts if one.get("what") == "costs"]) == calls


def test_what_was_asked_of_a_trip_before_is_not_asked_again(trial: Make, gemini: StandIn) -> None:
    """The same wish is read and searched for as before; the choice is another, because the plan has stops by now."""
    one = trial()
    worked(one)
    again = Trial(one.database, one.session, one.mortal, one.trip_id)
    worked(again)
    assert (one.job()["state"], again.job()["state"]) == ("done", "done"), again.job()["error"]
    assert len(gemini.requests()) == MODEL_CALLS + 1
    check_paid(one, MODEL_CALLS + 1)
    elsewhere = trial()
    worked(elsewhere)
    assert len(gemini.requests()) == 2 * MODEL_CALLS + 1, "another trip asks for itself"


def test_days_that_are_full_stay_as_they_are(trial: Make) -> None:
    one = trial()
    worked(one)
    again = Trial(one.database, one.session, one.mortal, one.trip_id)
    worked(again)
    job = again.job()
    assert (job["state"], job["result"]["version"], job["result"]["stops"]) == ("done", 1, []), job["error"]


def test_what_a_generation_costs_firestore(trial: Make, cloud: LocalCloud) -> None:
    one = trial()
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    with client.counted() as calls:
        generation_on(client, one.mortal.client, EFFORT).run(one.trip_id, one.job_id, "task#1")
    methods = Counter(calls.methods)
    # The claim, ten times that it tells how far it is, the end; a busy machine renews the lease in between.
    changes = methods.pop("BeginTransaction")
    assert changes >= 12
    # Its three answers are each kept, remembered and counted; five stages are kept; one operation is committed.
    assert methods.pop("Commit") == changes + 3 * MODEL_CALLS + 5 + 1
    # Each of these stages and answers is looked for first, answers among the remembered too; the rest is the context.
    assert methods.pop("BatchGetDocuments") <= changes + 5 + 2 * MODEL_CALLS + 3
    assert methods == {"RunQuery": 2}
