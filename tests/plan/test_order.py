"""Order keys: always room between two neighbours."""

import random

import pytest

from shared.plan.order import key_between, keys_between


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
