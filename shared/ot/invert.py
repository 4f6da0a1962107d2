"""The json0 op that takes another one back."""

from shared.ot.components import Component, Op
from shared.ot.errors import OtError
from shared.ot.subtypes import SUBTYPES

_OPPOSITE = {"si": "sd", "sd": "si", "oi": "od", "od": "oi", "li": "ld", "ld": "li"}


def invert(op: Op) -> Op:
    """The op that, applied after this well-formed one, restores the document.

    An `oi` without `od` inverts to a deletion. Raises NotInvertibleError on text deleted without being named.
    """
    result = []
    for index in range(len(op) - 1, -1, -1):
        try:
            result.append(_invert_component(op[index]))
        except OtError as error:
            raise error.at(index, op[index]["p"]) from None
    return result


def _invert_component(component: Component) -> Component:
    inverse: Component = {"p": component["p"]}
    if component.get("t") in SUBTYPES:
        inverse["t"] = component["t"]
        inverse["o"] = SUBTYPES[component["t"]].invert(component["o"])
    for field, opposite in _OPPOSITE.items():
        if field in component:
            inverse[opposite] = component[field]
    if "na" in component:
        inverse["na"] = -component["na"]
    if "lm" in component:
        inverse["lm"] = component["p"][-1]
        inverse["p"] = [*component["p"][:-1], component["lm"]]
    return inverse
