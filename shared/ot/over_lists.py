"""One json0 component over another that inserts, deletes, replaces or moves an element of a list."""

from shared.ot.components import Component, without


def over_list(component: Component, other: Component, *, at: int, same: bool, side: str) -> Component | None:
    """What the component becomes, or None if nothing.

    `at` is where in both paths the index stands that the other works on; `same` says that the component works on
    an element of that very list, and not on something deeper.
    """
    path = component["p"]
    index = path[at] if at < len(path) else None
    if not isinstance(index, int):
        return component
    if "li" in other:
        if "ld" in other:
            return _over_replace(component, other, index == other["p"][at], same, side)
        return _over_insert(component, other, at, same, side)
    if "ld" in other:
        return _over_delete(component, other, at, same)
    return _over_move(component, other, at, same, side)


def _over_replace(component: Component, other: Component, hit: bool, same: bool, side: str) -> Component | None:
    if not hit:
        return component
    if not same:
        return None
    if "ld" not in component:
        return component
    return {**component, "ld": other["li"]} if "li" in component and side == "left" else None


def _over_insert(component: Component, other: Component, at: int, same: bool, side: str) -> Component:
    index, inserted = component["p"][at], other["p"][at]
    pure_insert = "li" in component and "ld" not in component
    tie = pure_insert and same and index == inserted
    shift = side == "right" if tie else inserted <= index
    result = _at_index(component, at, index + 1) if shift else component
    if same and "lm" in component and inserted <= component["lm"]:
        result = {**result, "lm": component["lm"] + 1}
    return result


def _over_delete(component: Component, other: Component, at: int, same: bool) -> Component | None:
    index, deleted = component["p"][at], other["p"][at]
    result = component
    if same and "lm" in component:
        if index == deleted:
            return None
        to = component["lm"]
        if deleted < to or (deleted == to and index < to):
            result = {**component, "lm": to - 1}
    if deleted < index:
        return _at_index(result, at, index - 1)
    if deleted > index:
        return result
    if not same:
        return None
    if "ld" not in component:
        return result
    return without(result, "ld") if "li" in component else None


def _over_move(component: Component, other: Component, at: int, same: bool, side: str) -> Component | None:
    index, start, end = component["p"][at], other["p"][at], other["lm"]
    if same and "lm" in component:
        return component if start == end else _move_over_move(component, at, start, end, side)
    if same and "li" in component and "ld" not in component:
        return _at_index(component, at, index - (index > start) + (index > end))
    return _at_index(component, at, _followed(index, start, end))


def _move_over_move(component: Component, at: int, start: int, end: int, side: str) -> Component | None:
    index, to = component["p"][at], component["lm"]
    if index == start:
        if side == "right":
            return None
        return _at_index({**component, "lm": end if index == to else to}, at, end)
    target = to + (index == to == end and start > end)
    target -= to > start or (to == start and to > index)
    if to > end:
        target += 1
    elif to == end:
        if (end > start and to > index) or (end < start and to < index):
            target += side == "right"
        elif to > index:
            target += 1
        elif to == start:
            target -= 1
    return _at_index({**component, "lm": target}, at, _followed(index, start, end))


def _followed(index: int, start: int, end: int) -> int:
    """Where the element at an index is after another, or itself, has moved from start to end."""
    if index == start:
        return end
    return index - (index > start) + (index > end or (index == end and start > end))


def _at_index(component: Component, at: int, index: int) -> Component:
    path = component["p"]
    return component if path[at] == index else {**component, "p": [*path[:at], index, *path[at + 1 :]]}
