"""Two people change the same thing at the same moment: what each of them expects, by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from tests.support.people import make_trip, stop


@dataclass
class Pair:
    """Ana and Ben with one plan open: two days, and a stop on the first."""

    ana: LivePlan
    ben: LivePlan
    ana_uid: str
    ben_uid: str

    def at_once(self, by_ana: list[dict[str, Any]], by_ben: list[dict[str, Any]]) -> dict[str, Any]:
        """Both edits are made before either knows of the other; returns the plan that both end up with."""
        with self.ana._changed, self.ben._changed:
            self.ana.edit(*by_ana)
            self.ben.edit(*by_ben)
        assert self.ana.settle() and self.ben.settle()
        newest = max(self.ana.local.version, self.ben.local.version)
        for plan in (self.ana, self.ben):
            assert plan.wait_until(lambda local: local.version >= newest)
        assert self.ana.doc == self.ben.doc
        return self.ana.doc


@pytest.fixture
def pair(person: Callable[..., Session]) -> Iterator[Pair]:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    lost: list[Any] = []
    plans = [
        LivePlan(one, documents_of(one), trip_id, on_lost=lambda ops, why: lost.append((ops, why)))
        for one in (ana, ben)
    ]
    plans[0].edit(
        {"p": ["days", "d1"], "oi": {"order": "a0", "notes": ""}},
        {"p": ["days", "d2"], "oi": {"order": "a1", "notes": ""}},
        {"p": ["stops", "s1"], "oi": stop(ana, dayId="d1")},
    )
    assert plans[0].settle()
    assert plans[1].wait_until(lambda local: local.version == 1)
    yield Pair(plans[0], plans[1], ana.uid, ben.uid)
    for plan in plans:
        plan.close()
    assert lost == []


def moved(old: str | None, new: str | None, order: str = "a5") -> list[dict[str, Any]]:
    return [
        {"p": ["stops", "s1", "dayId"], "od": old, "oi": new},
        {"p": ["stops", "s1", "order"], "od": "a0", "oi": order},
    ]


def test_two_people_move_the_same_stop_and_it_ends_on_one_day_once(pair: Pair) -> None:
    plan = pair.at_once(moved("d1", "d2"), moved("d1", None, "a7"))
    assert list(plan["stops"]) == ["s1"]
    assert (plan["stops"]["s1"]["dayId"], plan["stops"]["s1"]["order"]) in {("d2", "a5"), (None, "a7")}


def test_a_stop_that_somebody_moves_keeps_the_edit_of_the_other(pair: Pair) -> None:
    note = [{"p": ["stops", "s1", "notes"], "t": "text-unicode", "o": ["bring cash 💴"]}]
    plan = pair.at_once(moved("d1", "d2"), [*note, {"p": ["stops", "s1", "minutes"], "na": 30}])
    one = plan["stops"]["s1"]
    assert (one["dayId"], one["notes"], one["minutes"]) == ("d2", "bring cash 💴", 90)


def test_a_stop_moved_to_a_day_that_is_deleted_becomes_an_idea(pair: Pair) -> None:
    day = pair.ben.doc["days"]["d2"]
    plan = pair.at_once(moved("d1", "d2"), [{"p": ["days", "d2"], "od": day}])
    assert set(plan["days"]) == {"d1"}
    assert plan["stops"]["s1"]["dayId"] not in plan["days"]


def test_a_day_deleted_under_an_edit_of_its_notes_stays_deleted(pair: Pair) -> None:
    note = [{"p": ["days", "d2", "notes"], "t": "text-unicode", "o": ["rain?"]}]
    plan = pair.at_once(note, [{"p": ["days", "d2"], "od": pair.ben.doc["days"]["d2"]}])
    assert set(plan["days"]) == {"d1"}


def test_two_people_who_make_the_same_thing_keep_one_of_it(pair: Pair) -> None:
    day = {"order": "a2", "notes": ""}
    plan = pair.at_once(
        [{"p": ["days", "2027-04-04"], "oi": {**day, "title": "Ana's"}}],
        [{"p": ["days", "2027-04-04"], "oi": {**day, "title": "Ben's"}}],
    )
    assert plan["days"]["2027-04-04"]["title"] in {"Ana's", "Ben's"}
    assert len(plan["days"]) == 3


def test_two_people_who_write_at_the_same_place_both_keep_their_words(pair: Pair) -> None:
    plan = pair.at_once(
        [{"p": ["stops", "s1", "notes"], "t": "text-unicode", "o": ["tea "]}],
        [{"p": ["stops", "s1", "notes"], "t": "text-unicode", "o": ["cake "]}],
    )
    assert plan["stops"]["s1"]["notes"] in {"tea cake ", "cake tea "}


def test_a_stop_deleted_under_an_edit_stays_deleted(pair: Pair) -> None:
    plan = pair.at_once(
        [{"p": ["stops", "s1", "minutes"], "na": 15}],
        [{"p": ["stops", "s1"], "od": pair.ben.doc["stops"]["s1"]}],
    )
    assert plan["stops"] == {}
