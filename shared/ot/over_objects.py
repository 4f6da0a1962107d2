"""One json0 component over another that sets, replaces or deletes a key of an object, or the root."""

from shared.ot.components import Component, Op, without


def over_object(component: Component, other: Component, *, at: int, same: bool, side: str) -> Op:
    """What the component becomes: no component, itself or another, or two.

    `at` is where in both paths the key stands that the other works on (-1: the root); `same` says that the
    component works on a key of that very object, and not on something deeper.
    """
    if at >= 0 and (at >= len(component["p"]) or component["p"][at] != other["p"][at]):
        return [component]
    if "oi" not in other:
        return [without(component, "od")] if same and "oi" in component else []
    if "od" in other:
        return [{**component, "od": other["oi"]}] if same and "oi" in component and side == "left" else []
    if "oi" not in component:
        return [component]
    return [{"p": component["p"], "od": other["oi"]}, component] if side == "left" else []
