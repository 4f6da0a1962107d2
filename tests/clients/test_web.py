"""The web client: its own tests, and the client itself against the local cloud, beside the one in Python."""

import json
import subprocess
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from emulator.testing import LocalCloud
from shared.plan.order import NoRoomError, key_between
from tests.clients import web
from tests.support.people import make_trip, stop

Person = Callable[..., Session]


@pytest.fixture
def wen(cloud: LocalCloud) -> Iterator[web.WebClient]:
    client = web.WebClient(cloud)
    yield client
    client.close()


def join(owner: Session, trip_id: str, client: web.WebClient, role: str = "editor") -> None:
    token = owner.call("trips-invite", tripId=trip_id, role=role)["token"]
    client.call("trips-join", token=token)


def test_its_own_tests_pass() -> None:
    tests = sorted((web.build() / "test").glob("*.test.js"))
    done = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


def test_it_makes_the_order_keys_of_the_server() -> None:
    module = web.build() / "src" / "order.js"
    keys: list[str] = []
    for round_ in range(400):
        place = (0, len(keys), round_ % (len(keys) + 1), len(keys) // 2)[round_ % 4]
        keys.insert(place, key_between(keys[place - 1] if place else None, keys[place] if place < len(keys) else None))
    others = sorted({"".join(key) for length in (1, 2, 3) for key in product("0aVzZ", repeat=length)})
    others += ["z" * 63, "z" * 64]
    pairs = [[None, None], *([low, high] for low, high in zip([None, *keys], [*keys, None], strict=True))]
    pairs += [[low, high] for low in (None, *others) for high in (*others, None) if not low or not high or low < high]
    script = f"import {{orderBetween}} from {json.dumps(module.as_uri())};" + (
        "import {readFileSync} from 'node:fs';"
        "const key = (low, high) => { try { return orderBetween(low, high); } catch { return null; } };"
        "console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(([low, high]) => key(low, high))))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [key_or_none(low, high) for low, high in pairs]


def key_or_none(low: str | None, high: str | None) -> str | None:
    try:
        return key_between(low, high)
    except NoRoomError:
        return None


def test_a_traveller_on_the_web_edits_with_one_in_python(wen: web.WebClient, person: Person) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    join(ana, trip_id, wen)
    with_ana = LivePlan(ana, documents_of(ana), trip_id)
    try:
        wen.do("open", tripId=trip_id)
        with_ana.edit({"p": ["stops", "inari"], "oi": stop(ana, "Fushimi Inari")})
        wen.wait_until(lambda state: "inari" in state["doc"]["stops"])

        shown = wen.edit({"p": ["stops", "inari", "name"], "t": "text-unicode", "o": [13, " ⛩"]})
        assert shown["doc"]["stops"]["inari"]["name"] == "Fushimi Inari ⛩"
        with_ana.edit({"p": ["stops", "inari", "minutes"], "na": 30})
        wen.do("settled")
        assert with_ana.settle()
        version = with_ana.local.version
        assert with_ana.wait_until(lambda local: local.doc["stops"]["inari"]["name"].endswith("⛩"))
        state = wen.wait_until(lambda state: state["version"] >= version)
        assert state["doc"] == with_ana.doc
        assert state["doc"]["stops"]["inari"]["minutes"] == 90
    finally:
        with_ana.close()


def test_undo_and_redo_on_the_web(wen: web.WebClient, person: Person) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    join(ana, trip_id, wen)
    wen.do("open", tripId=trip_id)
    wen.edit({"p": ["notes"], "t": "text-unicode", "o": ["tea"]})
    assert wen.do("undo")["doc"]["notes"] == ""
    assert wen.do("redo")["doc"]["notes"] == "tea"
    with pytest.raises(web.WebError) as refused:
        wen.do("redo")
    assert refused.value.reason == "NOTHING_TO_REDO"


def test_an_edit_made_offline_arrives_later(wen: web.WebClient, person: Person) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    join(ana, trip_id, wen)
    wen.do("open", tripId=trip_id)
    wen.do("disconnect")
    ana.call(
        "plan-submit",
        tripId=trip_id,
        base=0,
        src="ana-tablet",
        seq=0,
        ops=[[{"p": ["notes"], "t": "text-unicode", "o": ["bus "]}]],
    )
    wen.edit({"p": ["notes"], "t": "text-unicode", "o": ["tea "]})
    state = wen.do("settled")
    assert state["doc"]["notes"] == "tea bus "
    assert wen.do("connect")["version"] == 2


def test_two_devices_see_each_other(cloud: LocalCloud, wen: web.WebClient, person: Person) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    other = web.WebClient(cloud)
    try:
        for client, device in ((wen, "phone"), (other, "tablet")):
            join(ana, trip_id, client)
            client.do("appear", tripId=trip_id, device=device)
        wen.do("goTo", place="stops/inari")
        seen = other.wait_until(lambda people: any(one["place"] for one in people), "people")
        assert seen == [{"uid": wen.uid, "device": "phone", "colour": "#1a7f37", "place": "stops/inari"}]
        assert [one["uid"] for one in wen.wait_until(bool, "people")] == [other.uid]
        other.do("leave")
        wen.wait_until(lambda people: people == [], "people")
    finally:
        other.close()


def test_a_viewer_on_the_web_gets_the_edit_back(wen: web.WebClient, person: Person) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    join(ana, trip_id, wen, role="viewer")
    wen.do("open", tripId=trip_id)
    wen.edit({"p": ["notes"], "t": "text-unicode", "o": ["tea"]})
    state = wen.do("settled")
    assert state["doc"]["notes"] == ""
    assert state["lost"][0]["op"] == [{"p": ["notes"], "t": "text-unicode", "o": ["tea"]}]
