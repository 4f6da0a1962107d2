"""Faults strike the requests that they were ordered for, and no others."""

from pathlib import Path

import pytest

from emulator.common.faults import Fault, FaultQueue, Order, UnknownFaultError, Vocabulary

MINE, YOURS = "1" * 32, "2" * 32


def said(fault: str) -> dict[str, str]:
    return {"x-travvy-fault": fault}


def of(trace_id: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace_id}-0123456789abcdef-01"}


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    (tmp_path / "two-words.json").write_text("{}")
    return Vocabulary({"gone": 0.0, "slow": 30.0}, tmp_path)


@pytest.fixture
def faults(vocabulary: Vocabulary) -> FaultQueue:
    return FaultQueue(vocabulary, LookupError)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("gone", Order(Fault("gone"))),
        (" slow:2.5 ", Order(Fault("slow", 2.5))),
        ("slow*3", Order(Fault("slow", 30.0), 3)),
        ("slow:8*3@2", Order(Fault("slow", 8.0), 3, 2)),
        ("recorded:two-words@9", Order(Fault("recorded", name="two-words"), None, 9)),
    ],
)
def test_the_grammar(vocabulary: Vocabulary, text: str, order: Order) -> None:
    assert vocabulary.read(text) == order


WRONG = [
    "gremlin", "slow:soon", "slow:-1", "slow:inf", "slow:nan", "slow:", "gone@", "gone@x", "gone@0", "gone*0", "gone*",
    "gone@2*3", ":2", "@1", "", "recorded", "recorded:", "recorded:nothing", "recorded:../x",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_understood_is_refused(vocabulary: Vocabulary, text: str) -> None:
    with pytest.raises(UnknownFaultError):
        vocabulary.read(text)


def test_a_refusal_says_what_there_is(vocabulary: Vocabulary) -> None:
    with pytest.raises(UnknownFaultError, match="known: gone, slow, recorded:two-words"):
        vocabulary.read("gremlin")


def test_the_queue_skips_and_repeats(faults: FaultQueue) -> None:
    faults.add({"fault": "gone", "skip": 1, "times": 2})
    faults.add({"fault": "slow:2"})
    kinds = [fault and (fault.kind, fault.value) for fault in (faults.next({}) for _ in range(5))]
    assert kinds == [None, ("gone", 0.0), ("gone", 0.0), ("slow", 2.0), None]


def test_what_a_request_says_comes_before_the_queue(faults: FaultQueue) -> None:
    faults.add({"fault": "gone"})
    assert faults.next(said("slow")) == Fault("slow", 30.0)
    assert faults.next({}) == Fault("gone")


def test_the_nth_request_since_a_reset(faults: FaultQueue) -> None:
    assert [faults.next(said("gone@2")) is not None for _ in range(3)] == [False, True, False]
    faults.clear()
    headers = ({}, said("gone@2"), said("gone@2"))
    assert [faults.next(one) is not None for one in headers] == [False, True, False]


def test_the_queue_understands_number_and_times_too(faults: FaultQueue) -> None:
    faults.add({"fault": "gone*2@3"})
    assert [faults.next({}) is not None for _ in range(5)] == [False, False, True, True, False]


def test_a_fault_for_a_trace_waits_for_its_requests(faults: FaultQueue) -> None:
    faults.add({"fault": "gone@2", "trace": MINE})
    faults.add({"fault": "slow", "trace": YOURS})
    kinds = [
        fault and fault.kind for fault in (faults.next(one) for one in ({}, of(MINE), of(YOURS), of(YOURS), of(MINE)))
    ]
    assert kinds == [None, None, "slow", None, "gone"]


def test_a_fault_for_anybody_strikes_traced_requests_too(faults: FaultQueue) -> None:
    faults.add({"fault": "gone"})
    faults.add({"fault": "slow", "trace": MINE})
    assert [fault and fault.kind for fault in (faults.next(of(MINE)) for _ in range(3))] == ["slow", "gone", None]


def test_faults_for_traces_that_never_come_are_forgotten(faults: FaultQueue) -> None:
    faults.add({"fault": "slow"})
    faults.add({"fault": "gone", "trace": MINE})
    for number in range(256):
        faults.add({"fault": "gone", "trace": f"{number + 16:032x}"})
    assert faults.next(of(MINE)) == Fault("slow", 30.0)
    assert faults.next(of(f"{16:032x}")) == Fault("gone")


@pytest.mark.parametrize("text", [*filter(None, WRONG), "gone*2"])
def test_requests_that_cannot_be_understood_are_refused(text: str, faults: FaultQueue) -> None:
    with pytest.raises(LookupError):
        faults.next(said(text))


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"fault": "gone", "skip": "x"},
        {"fault": "gone", "times": None},
        {"fault": "gone", "skip": -1},
        {"fault": "gone", "times": 0},
    ],
)
def test_so_are_orders_for_the_queue(order: dict[str, object], faults: FaultQueue) -> None:
    with pytest.raises(LookupError):
        faults.add(order)
