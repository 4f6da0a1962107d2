"""The types that a json0 component may name in `t`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.ot import text0, text_unicode


@dataclass(frozen=True)
class Subtype:
    """A type's functions; `apply` takes `strict=`, `transform` a side ("left" or "right")."""

    check: Callable[[Any], None]
    apply: Callable[..., Any]
    transform: Callable[[Any, Any, str], Any]
    compose: Callable[[Any, Any], Any]
    invert: Callable[[Any], Any]


SUBTYPES = {
    module.NAME: Subtype(module.check, module.apply, module.transform, module.compose, module.invert)
    for module in (text0, text_unicode)
}
