"""Declarations: what the decorators record, and what they refuse."""

from collections.abc import Iterator

import pytest

from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.decorators import (
    DailyLimit,
    Quota,
    Retry,
    callable_function,
    http_function,
    message_function,
    scheduled_function,
    task_function,
)
from shared.runtime.models import Event, Request, Response
from shared.runtime.registry import FUNCTIONS, HttpTrigger, QueueTrigger, ScheduleTrigger, TopicTrigger


class Ask(Request):
    trip_id: str


class Reply(Response):
    text: str


class Happened(Event):
    text: str


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    before = dict(FUNCTIONS)
    yield
    FUNCTIONS.clear()
    FUNCTIONS.update(before)


def test_callable_is_recorded_as_data():
    @callable_function("sample-ask", role=Role.VOTER, fresh=True)
    def sample_ask(request: Ask, access: TripAccess) -> Reply:
        """Ask something.

        More about it.
        """
        return Reply(text="")

    spec = FUNCTIONS["sample-ask"]
    assert (spec.kind, spec.caller, spec.role, spec.fresh, spec.streaming) == ("callable", "user", "voter", True, False)
    assert (spec.module, spec.entry_point, spec.summary) == (__name__, "sample_ask", "Ask something.")
    assert (spec.request, spec.response, spec.trigger) == (Ask, Reply, HttpTrigger(("POST",)))
    assert sample_ask.__name__ == "sample_ask"


def test_stream_is_recognised():
    @callable_function("sample-count")
    def sample_count(request: Ask, caller: Caller) -> Iterator[Reply]:
        """Count."""
        yield Reply(text="")

    assert FUNCTIONS["sample-count"].streaming


def test_other_kinds():
    @message_function("sample-heard", topic="news", filter='attributes.type = "x"')
    def sample_heard(event: Happened) -> None:
        """Hear."""

    @task_function("sample-work", queue="q", retry=Retry(max_attempts=3))
    def sample_work(payload: Ask) -> None:
        """Work."""

    @scheduled_function("sample-tick", cron="0 4 * * *", time_zone="Asia/Tokyo")
    def sample_tick(context: object) -> None:
        """Tick."""

    assert FUNCTIONS["sample-heard"].trigger == TopicTrigger("news", 'attributes.type = "x"')
    assert FUNCTIONS["sample-work"].trigger == QueueTrigger("q", Retry(max_attempts=3))
    assert FUNCTIONS["sample-tick"].trigger == ScheduleTrigger("0 4 * * *", "Asia/Tokyo")
    assert {FUNCTIONS[name].caller for name in ("sample-heard", "sample-work", "sample-tick")} == {"service"}


def handler(request: Ask, caller: Caller) -> Reply:
    """Answer."""
    return Reply(text="")


@pytest.mark.parametrize("name", ["Sample", "sample_ask", "-sample", "sample-", "a" * 50, ""])
def test_bad_name(name):
    with pytest.raises(ValueError, match="no function name"):
        callable_function(name)(handler)


def test_entry_point_must_match():
    with pytest.raises(ValueError, match="implemented by sample_ask"):
        callable_function("sample-ask")(handler)


def test_role_needs_a_trip():
    def sample_ask(request: Reply, access: TripAccess) -> Reply:
        """Answer."""
        return request

    with pytest.raises(ValueError, match="trip_id"):
        callable_function("sample-ask", role=Role.VIEWER)(sample_ask)


def test_role_needs_a_caller():
    def sample_ask(request: Ask, access: TripAccess) -> Reply:
        """Answer."""
        return Reply(text="")

    with pytest.raises(ValueError, match="open to anyone"):
        callable_function("sample-ask", caller="anyone", role=Role.VIEWER)(sample_ask)


@pytest.mark.parametrize(("who", "what"), [("anyone", "replies"), ("user", "All replies")])
def test_a_quota_needs_somebody_to_charge_and_a_name(who, what):
    def sample_ask(request: Ask) -> Reply:
        """Answer."""
        return Reply(text="")

    with pytest.raises(ValueError, match="has a quota"):
        callable_function("sample-ask", caller=who, quota=Quota(what, DailyLimit(1, 1)))(sample_ask)


def test_models_are_required():
    def sample_ask(request, caller):
        """Answer."""

    with pytest.raises(ValueError, match="annotated with a model"):
        callable_function("sample-ask")(sample_ask)


def test_docstring_is_required():
    def sample_ask(request: Ask) -> Reply:
        return Reply(text="")

    with pytest.raises(ValueError, match="needs a docstring"):
        callable_function("sample-ask")(sample_ask)


def test_page_for_callers_must_take_one():
    def sample_page(request):
        """Show."""

    with pytest.raises(ValueError, match="must take one"):
        http_function("sample-page", caller="user")(sample_page)


def test_a_queue_has_one_configuration():
    def sample_one(payload: Ask) -> None:
        """Work."""

    def sample_two(payload: Ask) -> None:
        """Work."""

    task_function("sample-one", queue="q")(sample_one)
    with pytest.raises(ValueError, match="configure the queue q differently"):
        task_function("sample-two", queue="q", retry=Retry(max_attempts=1))(sample_two)
    assert "sample-two" not in FUNCTIONS


def test_a_name_belongs_to_one_module():
    def sample_one(payload: Ask) -> None:
        """Work."""

    task_function("sample-one", queue="q")(sample_one)
    sample_one.__module__ = "elsewhere"
    with pytest.raises(ValueError, match=f"declared in {__name__} and again in elsewhere"):
        task_function("sample-one", queue="q")(sample_one)
