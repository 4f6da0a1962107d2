"""Order keys: strings that leave room between any two neighbours, so that inserting never renumbers.

A key is a fraction in base 62 behind a head that says how many integer digits follow (`a0` < `a1` … `az` < `b00`, and
downwards `Zz` > `Zy` … `Z0` > `Yzz`), as described in "Implementing Fractional Indexing" (David Greenspan, 2020).
Equal keys, which two people can make at the same moment, are ordered by the element's id.

The plan takes any 1 to 64 digits as a key, for it cannot know what a client made them with. So a few neighbours have no
key between them: "a" and "a0", the beginning and "0", 64 times "z" and the end. Those alone are refused.
"""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
FIRST = "a0"
MAX_LENGTH = 64


class NoRoomError(ValueError):
    """No key lies between these two."""


def key_between(low: str | None, high: str | None) -> str:
    """A key strictly between two keys; None is an open end.

    Raises ValueError unless both are keys and low < high, and NoRoomError if there is no key between them.
    """
    for key in (low, high):
        if key is not None and not (1 <= len(key) <= MAX_LENGTH and all(digit in DIGITS for digit in key)):
            raise ValueError(f"{key!r} is no order key")
    if low is not None and high is not None and low >= high:
        raise ValueError(f"{low!r} is not before {high!r}")
    floor = low or ""
    for key in (_preferred(low, high), _following(floor)):
        if floor < key and (high is None or key < high) and len(key) <= MAX_LENGTH:
            return key
    raise NoRoomError(f"no key lies between {low!r} and {high!r}")


def keys_between(low: str | None, high: str | None, count: int) -> list[str]:
    """`count` ascending keys strictly between two keys; raises what `key_between` raises."""
    keys: list[str] = []
    for _ in range(count):
        low = key_between(low, high)
        keys.append(low)
    return keys


def key_after(last: str | None) -> str:
    """A key after the last one; the same once more where nothing comes after it, and then ids decide."""
    try:
        return key_between(last, None)
    except NoRoomError:
        return last or FIRST


def keys_after(last: str | None, count: int) -> list[str]:
    """`count` keys, each as `key_after` gives it."""
    keys: list[str] = []
    for _ in range(count):
        last = key_after(last)
        keys.append(last)
    return keys


def _following(key: str) -> str:
    """The very next key: if that is too far, everything is. Empty if there is none."""
    if len(key) < MAX_LENGTH:
        return key + DIGITS[0]
    stem = key.rstrip(DIGITS[-1])
    return stem and stem[:-1] + DIGITS[DIGITS.index(stem[-1]) + 1]


def _preferred(low: str | None, high: str | None) -> str:
    """A short key with room on both sides, right whenever both keys were made here."""
    if low is None and high is None:
        return FIRST
    if high is None:
        return _step(low or "", up=True)
    if low is None:
        return _step(high, up=False)
    return _midpoint(low, high)


def _step(key: str, *, up: bool) -> str:
    """The next integer above or below a key, one digit longer when the digits are used up."""
    head, width = key[0], _width(key[0])
    if len(key) <= width:
        return key + DIGITS[len(DIGITS) // 2] if up else _midpoint("", key)
    value = [DIGITS.index(digit) for digit in key[1 : width + 1]]
    if not up and len(key) > width + 1:
        return key[: width + 1] if not key.endswith("0") else _midpoint("", key)
    turn, start = (len(DIGITS) - 1, 0) if up else (0, len(DIGITS) - 1)
    for place in reversed(range(width)):
        if value[place] != turn:
            value[place] += 1 if up else -1
            return head + "".join(DIGITS[digit] for digit in value)
        value[place] = start
    following = _neighbour(head, up=up)
    if following is None:
        return key + DIGITS[len(DIGITS) // 2] if up else _midpoint("", key)
    return following + DIGITS[start] * _width(following)


def _width(head: str) -> int:
    """How many integer digits follow a head; a digit as head has none, and such a key is only a fraction."""
    if "a" <= head <= "z":
        return ord(head) - ord("a") + 1
    return ord("Z") - ord(head) + 1 if "A" <= head <= "Z" else len(DIGITS)


def _neighbour(head: str, *, up: bool) -> str | None:
    heads = DIGITS[10:]
    index = heads.find(head) + (1 if up else -1)
    return heads[index] if 0 <= index < len(heads) else None


def _midpoint(low: str, high: str) -> str:
    """The shortest key between two that differ as base-62 fractions; it never ends in 0, so there is room before it."""
    prefix: list[str] = []
    place = 0
    while True:
        floor = DIGITS.index(low[place]) if place < len(low) else 0
        ceiling = DIGITS.index(high[place]) if place < len(high) else len(DIGITS)
        if ceiling - floor > 1:
            return "".join(prefix) + DIGITS[(floor + ceiling) // 2]
        prefix.append(DIGITS[floor])
        place += 1
        if ceiling > floor:
            high = ""
