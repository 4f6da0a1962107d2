"""What the log tells calendars, held against every version of plans that careless people edit."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from shared import ot
from shared.documents import compact
from shared.exports.revisions import LOOK_BACK, Key, first_version, revisions
from shared.plan.models import OpRecord
from shared.plan.schema import empty_plan
from shared.plan.state import PlanState
from tests.exports.plans import NOW, stop

Op = list[dict[str, Any]]
Doc = dict[str, Any]


def edit(chance: random.Random, doc: Doc, number: int) -> Op:
    """Something that puts entries on days with dates, and takes them off again."""
    stops, days = doc["stops"], doc["days"]
    choices: list[Op] = [
        [{"p": ["stops", f"s{number}"], "oi": stop(dayId=chance.choice([None, *days, "gone"]))}],
        [{"p": ["days", f"d{number}"], "oi": day(chance, number)}],
    ]
    for key in chance.sample(sorted(stops), min(3, len(stops))):
        target = chance.choice([None, *days])
        choices.append([{"p": ["stops", key], "od": stops[key]}])
        choices.append([{"p": ["stops", key, "dayId"], "od": stops[key]["dayId"], "oi": target}])
        choices.append([{"p": ["stops", key, "minutes"], "na": 5}])
    for key in chance.sample(sorted(days), min(2, len(days))):
        choices.append([{"p": ["days", key], "od": days[key]}])
        breaks = days[key].get("breaks")
        if breaks:
            taken = chance.choice(sorted(breaks))
            choices.append([{"p": ["days", key, "breaks", taken], "od": breaks[taken]}])
            choices.append([{"p": ["days", key, "breaks"], "od": breaks}])
        if days[key].get("date"):
            choices.append([{"p": ["days", key, "date"], "od": days[key]["date"]}])
    if chance.random() < 0.03:
        choices = [[{"p": ["stops"], "od": stops, "oi": {}}], [{"p": ["days"], "od": days, "oi": {}}]]
    return chance.choice(choices)


def day(chance: random.Random, number: int) -> Doc:
    made: Doc = {"order": f"a{number:04}", "title": chance.choice(["", "Arrival"])}
    if chance.random() < 0.5:
        rest = {"minutes": 30, "from": "13:00", "to": "14:00"}
        made["breaks"] = {f"b{count}": rest for count in range(chance.randint(1, 2))}
    if chance.random() < 0.8:
        made["date"] = (date(2027, 4, 1) + timedelta(number % 50)).isoformat()
    return made


def entries(doc: Doc) -> set[Key]:
    """What a calendar shows of a plan."""
    dated = {key for key, one in doc["days"].items() if one.get("date")}
    shown: set[Key] = {("stops", key) for key, one in doc["stops"].items() if one["dayId"] in dated}
    shown |= {("breaks", f"{key}.{told}") for key in dated for told in doc["days"][key].get("breaks", {})}
    return shown | {("days", key) for key in dated if doc["days"][key]["title"]}


def element(doc: Doc, key: Key) -> Any:
    container, name = key
    if container != "breaks":
        return doc[container][name]
    day_id, _, told = name.partition(".")
    return doc["days"][day_id]["breaks"][told]


def record(version: int, op: Op) -> OpRecord:
    at = NOW + timedelta(minutes=version)
    return OpRecord(version=version, uid="ana", src="phone", seq=version, op=compact(op), at=at, expires_at=at)


def state(version: int, doc: Doc) -> PlanState:
    return PlanState(version=version, doc=doc, snapshot_version=version, snapshot_at=NOW)


@pytest.mark.parametrize("seed", range(4))
def test_whoever_saw_any_version_learns_what_changed_and_what_is_gone(seed: int) -> None:
    chance = random.Random(seed)
    docs, log = [empty_plan()], []
    for version in range(1, 121):
        log.append(record(version, edit(chance, docs[-1], version)))
        docs.append(ot.apply(docs[-1], log[-1].components))
        newest = docs[-1]
        found = revisions(state(version, newest), log, NOW)
        ever = set().union(*(entries(doc) for doc in docs))
        assert {one.key for one in found.gone} == ever - entries(newest)
        before = revisions(state(version - 1, docs[-2]), log[:-1], NOW)
        for key in ever:
            assert found.of(key).version >= before.of(key).version
        for key in entries(newest) ^ entries(docs[-2]):
            assert found.of(key).version == version
        for one in found.gone:
            seen = next(doc for doc in reversed(docs) if one.key in entries(doc))
            assert one.element == element(seen, one.key)


def test_a_revision_never_goes_back_when_operations_fall_out_of_sight() -> None:
    log = [record(1, [{"p": ["stops", "s"], "oi": stop(minutes=0)}])]
    log += [record(version, [{"p": ["stops", "s", "minutes"], "na": 1}]) for version in range(2, 4)]
    log += [record(version, [{"p": ["notes"], "od": "", "oi": ""}]) for version in range(4, 1301)]
    doc = {**empty_plan(), "stops": {"s": stop(minutes=2)}}
    last = 0
    kept = set()
    for version in range(3, 1301, 7):
        start = first_version(version)
        assert version - start <= LOOK_BACK
        now = revisions(state(version, doc), log[start:version], NOW).of(("stops", "s")).version
        assert last <= now <= version
        last = now
        kept.add(now)
    assert len(kept) < 12


def test_operations_before_a_gap_tell_nothing() -> None:
    log = [record(1, [{"p": ["stops", "s"], "oi": stop()}]), record(4, [{"p": ["notes"], "od": "a", "oi": ""}])]
    found = revisions(state(4, empty_plan()), log, NOW)
    assert (found.gone, found.earlier.version) == ((), 3)
    assert revisions(state(9, empty_plan()), log, NOW).earlier.version == 9


@pytest.mark.parametrize(
    "op",
    [
        [{"p": ["stops", "s1", "minutes"], "na": 5}],
        [{"p": ["stops", "s1", "dayId"], "od": "d1", "oi": "d2"}],
        [{"p": ["stops", "s2", "dayId"], "od": "d2", "oi": "d1"}],
        [{"p": ["days", "d1", "start"], "oi": "10:00"}],
        [{"p": ["days", "d1", "breaks", "b1", "minutes"], "na": 5}],
    ],
)
def test_a_break_changes_with_its_day_and_what_is_on_it(op: Op) -> None:
    rest = {"minutes": 30, "from": "13:00", "to": "14:00"}
    days = {key: {"order": key, "date": "2027-04-02", "breaks": {"b1": rest}} for key in ("d1", "d2", "d3")}
    before = {**empty_plan(), "days": days, "stops": {"s1": stop(), "s2": stop(dayId="d2")}}
    found = revisions(state(7, ot.apply(before, op)), [record(7, op)], NOW)
    assert (found.of(("breaks", "d1.b1")).version, found.of(("breaks", "d3.b1")).version) == (7, 6)
