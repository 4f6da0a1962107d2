"""A plan open in the Python client."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from clients.python.documents import documents_of
from clients.python.live_plan import LivePlan
from clients.python.session import Session
from tests.support.people import make_trip


def test_whoever_else_begins_to_listen_meanwhile_a_closed_plan_has_no_listener(person: Callable[..., Session]) -> None:
    """The fixture that every test has fails if one is left."""
    ana = person()
    plan = LivePlan(ana, documents_of(ana), make_trip(ana))
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(plan.reconnect) for _ in range(40)]:
            done.result()
        late = [pool.submit(plan.reconnect) for _ in range(8)]
        plan.close()
        for done in late:
            done.result()
    plan.reconnect()
