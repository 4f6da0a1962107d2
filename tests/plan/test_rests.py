"""As many breaks of a day as its stops leave room for, at times that leave room for one another."""

import random
from itertools import pairwise, permutations
from typing import Any, NamedTuple

import pytest

from shared.plan.rests import Gap, placed, rested, to_rest


class Pause(NamedTuple):
    minutes: int
    opens: int
    closes: int


COFFEE = Pause(20, 13 * 60 + 30, 14 * 60)
LUNCH = Pause(60, 12 * 60, 17 * 60)


def begins(wanted: list[Pause], gaps: list[Gap]) -> list[float | None]:
    return [place.begin if place else None for place in placed(wanted, gaps)]


@pytest.mark.parametrize("wanted", list(permutations((COFFEE, LUNCH))))
def test_the_time_before_a_break_is_time_for_another(wanted: list[Pause]) -> None:
    found = dict(zip(wanted, begins(wanted, [(690, 870)]), strict=True))
    assert found == {LUNCH: 12 * 60, COFFEE: 13 * 60 + 30}


def test_a_step_of_five_minutes_takes_no_room_from_a_later_break() -> None:
    long, short = Pause(30, 0, 1000), Pause(27, 0, 1001)
    assert begins([long, short], [(721, 778)]) == [721, 751]
    assert begins([long, short], [(721, 783)]) == [725, 755]


def most(wanted: tuple[Pause, ...], gaps: list[Gap]) -> int:
    """How many breaks fit, each tried at each minute, in every order."""
    found = 0
    for order in permutations(wanted):
        now, had = 0, 0
        for pause in order:
            free = (
                minute
                for minute in range(max(now, pause.opens), pause.closes + 1)
                if any(low <= minute and minute + pause.minutes <= high for low, high in gaps)
            )
            begin = next(free, None)
            if begin is not None:
                now, had = begin + pause.minutes, had + 1
        found = max(found, had)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_as_many_are_had_as_can_be_none_while_another_is_and_each_when_it_may_begin(seed: int) -> None:
    chance = random.Random(seed)
    edges = sorted(chance.sample(range(240), 2 * chance.randint(1, 4)))
    gaps: list[Gap] = list(zip(edges[::2], edges[1::2], strict=True))
    wanted = []
    for _ in range(4):
        opens = chance.randrange(200)
        wanted.append(Pause(chance.randint(5, 60), opens, opens + chance.randrange(60)))
    found = placed(wanted, gaps)
    taken = sorted((place.begin, place.begin + one.minutes) for one, place in zip(wanted, found, strict=True) if place)
    assert len(taken) == most(tuple(wanted), gaps)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(taken))
    for one, place in zip(wanted, found, strict=True):
        if place:
            low, high = gaps[place.gap]
            assert one.opens <= place.begin <= one.closes and low <= place.begin <= high - one.minutes


def test_a_day_of_forty_gaps_is_looked_at_some_dozens_of_times() -> None:
    looks = 0

    class Watched(list[Gap]):
        def __getitem__(self, at: Any) -> Any:
            nonlocal looks
            looks += 1
            return super().__getitem__(at)

    gaps = Watched((20 * number, 20 * number + 15) for number in range(40))
    wanted = [Pause(15, 0, 700), Pause(15, 0, 710), Pause(15, 0, 720), Pause(16, 0, 800)]
    assert [place is not None for place in placed(wanted, gaps)] == [True, True, True, False]
    assert looks < 5 * len(gaps)
    together = [Pause(10, 600, 612), Pause(10, 600, 612), Pause(10, 600, 612), Pause(10, 0, 612)]
    looks = 0
    assert sum(place is not None for place in placed(together, gaps)) == 2
    assert looks < 24 * 4 * len(gaps)


def test_breaks_in_one_gap_are_had_in_the_order_that_lets_people_go_on_first() -> None:
    assert rested(690, (COFFEE, LUNCH)) == rested(690, (LUNCH, COFFEE)) == 830
    assert to_rest(870, (COFFEE, LUNCH)) == to_rest(870, (LUNCH, COFFEE)) == 780
    assert rested(690, ()) == 690 and to_rest(870, ()) == 870
    assert to_rest(809, (COFFEE, LUNCH)) == float("-inf")
    early = Pause(30, 0, 600)
    assert rested(590, (LUNCH, early)) == 780, "a break that would be missed comes first"
