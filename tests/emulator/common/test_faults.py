"""Faults strike the requests that they were ordered for, and no others."""

import pytest

from emulator.common.faults import Fault, FaultQueue


@pytest.fixture
def faults() -> FaultQueue:
    return FaultQueue({"gone": 0.0, "slow": 30.0}, LookupError)


def test_the_queue_skips_and_repeats(faults: FaultQueue) -> None:
    faults.add({"fault": "gone", "skip": 1, "times": 2})
    faults.add({"fault": "slow:2"})
    kinds = [fault and (fault.kind, fault.value) for fault in (faults.next(None) for _ in range(5))]
    assert kinds == [None, ("gone", 0.0), ("gone", 0.0), ("slow", 2.0), None]


def test_what_a_request_says_comes_before_the_queue(faults: FaultQueue) -> None:
    faults.add({"fault": "gone"})
    assert faults.next("slow") == Fault("slow", 30.0)
    assert faults.next(None) == Fault("gone")


def test_the_nth_request_since_a_reset(faults: FaultQueue) -> None:
    assert [faults.next("gone@2") is not None for _ in range(3)] == [False, True, False]
    faults.clear()
    assert [faults.next(said) is not None for said in (None, "gone@2", "gone@2")] == [False, True, False]


def test_the_queue_understands_the_number_too(faults: FaultQueue) -> None:
    faults.add({"fault": "gone@3"})
    assert [faults.next(None) is not None for _ in range(4)] == [False, False, True, False]


@pytest.mark.parametrize("said", ["gremlin", "slow:soon", "gone@", "gone@x", ":2", "@1"])
def test_orders_that_cannot_be_understood_are_refused(said: str, faults: FaultQueue) -> None:
    with pytest.raises(LookupError):
        faults.next(said)


@pytest.mark.parametrize("order", [{}, {"fault": "gone", "skip": "x"}, {"fault": "gone", "times": None}])
def test_so_are_those_for_the_queue(order: dict[str, object], faults: FaultQueue) -> None:
    with pytest.raises(LookupError):
        faults.add(order)
