"""The Python client's pending edits after a refusal and after a resync: repeated by what they meant, or given back."""

from typing import Any

from clients.python.live_plan import LocalPlan
from tests.support.people import stop


def plan(**stops: dict[str, Any]) -> dict[str, Any]:
    return {"schema": 1, "notes": "", "days": {}, "stops": stops, "packing": {}}


def test_what_was_edited_behind_a_refused_operation_stays() -> None:
    local = LocalPlan("phone", 0, plan(s1=stop("ana")))
    local.edit([{"p": ["stops", "s2"], "oi": stop("somebody else")}])
    local.next_submit()
    local.edit([{"p": ["stops", "s2", "minutes"], "na": 5}])
    local.edit([{"p": ["stops", "s1", "minutes"], "na": 5}])
    lost = local.refuse()
    assert lost == [[{"p": ["stops", "s2"], "oi": stop("somebody else")}], [{"p": ["stops", "s2", "minutes"], "na": 5}]]
    assert local.doc == plan(s1=stop("ana", minutes=65))
    sent = local.next_submit()
    assert sent and sent.op == [{"p": ["stops", "s1", "minutes"], "na": 5}]


def test_after_a_resync_edits_are_offered_again_on_the_snapshot() -> None:
    local = LocalPlan("phone", 3, plan(s1=stop("ana")))
    local.edit([{"p": ["stops", "s1", "name"], "od": "Nishiki Market", "oi": "Nishiki"}])
    local.next_submit()
    local.edit([{"p": ["stops", "s3"], "oi": stop("ana", "Ryoan-ji")}])
    local.edit([{"p": ["stops", "s1", "minutes"], "na": 5}])
    lost = local.restart(900, plan(s1=stop("ana", "Market", notes="closed on Sundays")))
    assert lost == []
    assert local.doc["stops"]["s1"]["name"] == "Nishiki"
    assert local.doc["stops"]["s1"]["notes"] == "closed on Sundays"
    assert (local.doc["stops"]["s1"]["minutes"], local.version) == (65, 900)
    sent = local.next_submit()
    assert sent and (sent.base, sent.seq) == (900, 1)


def test_a_count_that_may_have_been_committed_is_not_repeated() -> None:
    local = LocalPlan("phone", 3, plan(s1=stop("ana")))
    local.edit([{"p": ["stops", "s1", "minutes"], "na": 5}])
    local.next_submit()
    assert local.restart(900, plan(s1=stop("ana"))) == [[{"p": ["stops", "s1", "minutes"], "na": 5}]]
    assert local.doc == plan(s1=stop("ana"))


def test_a_long_buffer_is_sent_in_pieces() -> None:
    local = LocalPlan("phone", 0, plan())
    for number in range(450):
        local.edit([{"p": ["stops", f"s{number}"], "oi": stop("ana")}])
    sizes = []
    while sent := local.next_submit():
        sizes.append(len(sent.op))
        local.receive([{"version": local.version + 1, "op": sent.op, "src": "phone", "seq": sent.seq}])
    assert sizes == [200, 200, 50]
    assert local.doc == local.server_doc
