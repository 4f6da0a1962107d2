"""What a trip plan takes from outside: less than json0 can do, namely what merges the way people expect."""

from typing import Any

from shared.ot.errors import OpNotAllowedError, OtError
from shared.ot.form import KINDS, check_form
from shared.ot.text_unicode import NAME as TEXT_UNICODE
from shared.ot.values import is_scalar

_KINDS_TOGETHER = ({"li", "ld"}, {"oi", "od"})


def check(op: Any, *, most_components: int | None = None) -> None:
    """Raise unless the op is well formed and of the kinds that a plan is made of; `apply` compares it with a document.

    Taken are `oi`, `od`, both; `na` with an integer; text-unicode with named deletes; and `li`, `ld`, both or `lm`
    for scalars. Refused are ops on the root, `si`/`sd` and text0, and components of several kinds.
    The time of a transform grows with the components of one times those of the other, hence `most_components`.

    Raises MalformedOpError and OpNotAllowedError.
    """
    check_form(op)
    if most_components is not None and len(op) > most_components:
        raise OpNotAllowedError(
            f"the op has {len(op)} components, at most {most_components} are taken",
            reason="TOO_MANY_COMPONENTS",
            components=len(op),
            most=most_components,
        )
    for index, component in enumerate(op):
        try:
            _check_component(component)
        except OtError as error:
            raise error.at(index, component["p"]) from None


def _check_component(component: dict[str, Any]) -> None:
    if not component["p"]:
        raise OpNotAllowedError("the document as a whole is not replaced", reason="ROOT_OP")
    kinds = KINDS & component.keys()
    if kinds & {"si", "sd"} or component.get("t", TEXT_UNICODE) != TEXT_UNICODE:
        raise OpNotAllowedError(f"text is changed with {TEXT_UNICODE}", reason="TEXT_TYPE")
    if len(kinds) > 1 and kinds not in _KINDS_TOGETHER:
        raise OpNotAllowedError("a component does one thing", reason="SEVERAL_KINDS")
    if "na" in component and not isinstance(component["na"], int):
        raise OpNotAllowedError("numbers that are added to are integers", reason="NUMBER_NOT_WHOLE")
    if any(field in component and not is_scalar(component[field]) for field in ("li", "ld")):
        raise OpNotAllowedError("lists hold scalars; what has parts lives in a map by id", reason="LIST_OF_CONTAINERS")
    if kinds & {"oi", "od"} and not isinstance(component["p"][-1], str):
        raise OpNotAllowedError("oi and od work on a key", reason="KEY_EXPECTED")
