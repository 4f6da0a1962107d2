"""Order keys: always room between two neighbours, whoever made them, unless there is none at all."""

import random
from bisect import bisect_right
from itertools import product

import pytest

from shared.plan.order import DIGITS, MAX_LENGTH, NoRoomError, key_after, key_between, keys_after, keys_between


@pytest.mark.parametrize("seed", range(4))
def test_random_insertions_stay_ordered_and_short(seed: int) -> None:
    choose = random.Random(seed)
    keys: list[str] = []
    for _ in range(2000):
        at = choose.choice([0, len(keys), choose.randrange(len(keys) + 1)])
        low = keys[at - 1] if at else None
        high = keys[at] if at < len(keys) else None
        key = key_between(low, high)
        assert (low is None or low < key) and (high is None or key < high)
        keys.insert(at, key)
    assert max(map(len, keys)) <= 10


def test_always_before_and_always_after_stay_short() -> None:
    low = high = key_between(None, None)
    for _ in range(5000):
        low, high = key_between(None, low), key_between(high, None)
    assert max(len(low), len(high)) <= 5


def test_keys_that_are_not_in_order_are_refused() -> None:
    with pytest.raises(ValueError, match="is not before"):
        key_between("a1", "a1")


def test_several_keys_between_two() -> None:
    keys = keys_between("a0", "a1", 50)
    assert keys == sorted(set(keys))
    assert keys[0] > "a0" and keys[-1] < "a1"


def _no_room(low: str | None, high: str | None) -> bool:
    """Nothing lies between a key and itself followed by one 0, and nothing after the last key of all."""
    longest = (low or "").rstrip("z") == "" and len(low or "") == MAX_LENGTH
    return longest if high is None else high == (low or "") + "0"


def test_every_pair_of_short_keys_has_one_between_or_none_exists() -> None:
    """Against all keys of up to three digits that matter; every other key lies between two of them as these do."""
    digits = "01AVZaz"
    keys = sorted("".join(key) for length in (1, 2, 3) for key in product(digits, repeat=length))
    for place, low in enumerate((None, *keys)):
        for high in (*keys[place:], None):
            if _no_room(low, high):
                assert high is not None and bisect_right(keys, low or "") == keys.index(high)
                with pytest.raises(NoRoomError):
                    key_between(low, high)
            else:
                between = key_between(low, high)
                assert (low or "") < between and (high is None or between < high) and len(between) <= 5


@pytest.mark.parametrize("seed", range(3))
def test_keys_as_long_as_the_plan_takes_them_have_one_between_that_it_takes_or_none_exists(seed: int) -> None:
    choose = random.Random(seed)
    refused = 0
    for _ in range(4000):
        stem = "".join(choose.choices("0zZaAVy", k=choose.choice([0, 1, 30, 60, 61, 62, 63])))
        ends = ["".join(choose.choices("0z1y" + DIGITS, k=choose.randint(0, MAX_LENGTH - len(stem)))) for _ in "ab"]
        low, high = sorted(stem + end for end in ends)
        if low == high or not low:
            continue
        try:
            between = key_between(low, high)
            assert low < between < high and len(between) <= MAX_LENGTH
        except NoRoomError:
            refused += 1
            following = low + "0" if len(low) < MAX_LENGTH else low.rstrip("z")
            stop = following if len(low) < MAX_LENGTH else following[:-1] + DIGITS[DIGITS.index(following[-1]) + 1]
            assert stop >= high
        assert low < key_between(low, None)
        assert key_between(None, high) < high
    assert refused


def test_after_the_last_key_of_all_ids_decide() -> None:
    last = "z" * MAX_LENGTH
    with pytest.raises(NoRoomError):
        key_between(last, None)
    assert key_after(last) == last
    assert keys_after("z" * (MAX_LENGTH - 1) + "x", 3) == ["z" * (MAX_LENGTH - 1) + "y", last, last]
    assert key_after(None) == "a0"


@pytest.mark.parametrize("key", ["", "a-", "ä", "a" * 65])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="no order key"):
        key_between(key, None)
