"""Re-plans of long trips ask whether to go on, and do not work out more than they may."""

from shared.money import reference_rates
from shared.planning.brief import replanning
from shared.planning.repair import Repair
from shared.planning.requests import DayRainedOut, Replan
from shared.planning.task import build
from tests.planning.worlds import facts, plan, sight, stop, world

DAYS, STOPS = 9, 12
CHAINS = 6000


def test_nine_full_days_are_re_planned_within_the_effort() -> None:
    places = {
        f"s{number}-{index}": sight(
            f"s{number}-{index}", (number * 7 + index * 5) % 10 / 20, minutes=30,
            kind="park" if index % 2 else "sight", opening_hours="08:00-23:00",
        )
        for number in range(1, DAYS + 1)
        for index in range(STOPS)
    }  # fmt: skip
    own = {key: (int(key[1:].split("-")[0]), int(key.split("-")[1])) for key in places}
    doc = plan(
        {
            key: stop(place, f"d{own[key][0]}", f"{9 + own[key][1]:02d}:{'00' if own[key][1] % 2 else '15'}")
            for key, place in places.items()
        },
        DAYS,
    )
    for one in doc["days"].values():
        one["end"] = "23:00"
    known = world(*places.values())
    fact = facts(doc, known)
    brief = replanning(fact, Replan(change=DayRainedOut(kind="dayRainedOut", day_id="d3")), known)
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1

    repair = Repair(build(fact, brief, known, reference_rates()), brief, check)
    found = repair.best()
    assert not found.dropped
    moved = [key for number, order in enumerate(found.orders, 1) for key in order if own[key][0] != number]
    assert len(moved) == STOPS // 2, "the parks, and nothing else"
    assert repair.agendas.chains <= CHAINS
    assert asked >= repair.agendas.chains
