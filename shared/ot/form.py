"""Whether something is a json0 op at all, before any document is looked at."""

from typing import Any

from shared.ot.errors import MalformedOpError, OtError
from shared.ot.subtypes import SUBTYPES
from shared.ot.values import fault, is_index, key_fault, number_fault

VALUES = ("li", "ld", "oi", "od")
LIST_FIELDS = frozenset({"li", "ld", "lm"})
KINDS = frozenset({"na", "t", "si", "sd", "lm", *VALUES})
_FIELDS = KINDS | {"p", "o"}


def check_form(op: Any) -> None:
    """Raise MalformedOpError unless the op is a list of well-formed components of any kind that json0 has."""
    if not isinstance(op, list):
        raise MalformedOpError("an op is a list of components", reason="OP_NOT_A_LIST")
    for index, component in enumerate(op):
        if not isinstance(component, dict):
            raise MalformedOpError("a component is an object", reason="COMPONENT_NOT_AN_OBJECT", component=index)
        path = component.get("p")
        if not isinstance(path, list):
            raise MalformedOpError("a component has a path", reason="BAD_PATH", component=index)
        try:
            _check_component(component, path)
        except OtError as error:
            raise error.at(index, path) from None


def _check_component(component: dict[str, Any], path: list[Any]) -> None:
    if not component.keys() <= _FIELDS:
        unknown = min(map(str, component.keys() - _FIELDS))
        raise MalformedOpError(f"a component has no field {unknown!r}", reason="UNKNOWN_FIELD")
    if KINDS.isdisjoint(component):
        raise MalformedOpError("the component does nothing", reason="NO_INSTRUCTION")
    _check_path(component, path)
    for field in VALUES:
        if field in component and (reason := fault(component[field])):
            raise MalformedOpError(f"{field} holds what no document may", reason=reason)
    if "lm" in component and not is_index(component["lm"]):
        raise MalformedOpError("lm is a list index", reason="BAD_INDEX")
    if "na" in component:
        _check_number(component["na"])
    _check_text(component)


def _check_path(component: dict[str, Any], path: list[Any]) -> None:
    for step in path:
        if isinstance(step, str):
            if reason := key_fault(step):
                raise MalformedOpError(f"{step!r} may not be a key", reason=reason)
        elif not is_index(step):
            raise MalformedOpError("a path is made of keys and list indices", reason="BAD_PATH")
    if not path and "od" in component and "oi" not in component:
        raise MalformedOpError("the document itself cannot be deleted", reason="ROOT_DELETED")
    inside_list = LIST_FIELDS | {"si", "sd"}
    if not inside_list.isdisjoint(component) and (not path or not isinstance(path[-1], int)):
        raise MalformedOpError("the path ends in an index", reason="BAD_PATH")


def _check_number(number: Any) -> None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise MalformedOpError("na is a number", reason="BAD_NUMBER")
    if isinstance(number, float) and number.is_integer():
        raise MalformedOpError("a whole number is written as one, 1 and not 1.0", reason="BAD_NUMBER")
    if reason := number_fault(number):
        raise MalformedOpError("na is not finite, or an integer beyond 2^53", reason=reason)


def _check_text(component: dict[str, Any]) -> None:
    if ("t" in component) != ("o" in component):
        raise MalformedOpError("t and o belong together", reason="BAD_SUBTYPE")
    if "t" in component:
        name = component["t"]
        if not isinstance(name, str) or name not in SUBTYPES:
            raise MalformedOpError("t names no known type", reason="UNKNOWN_SUBTYPE")
        SUBTYPES[name].check(component["o"])
    if "si" in component and "sd" in component:
        raise MalformedOpError("si and sd exclude each other", reason="BAD_TEXT_PART")
    for field in ("si", "sd"):
        if field in component:
            if not isinstance(component[field], str):
                raise MalformedOpError(f"{field} is text", reason="BAD_TEXT_PART")
            if reason := fault(component[field]):
                raise MalformedOpError(f"{field} holds half a character", reason=reason)
