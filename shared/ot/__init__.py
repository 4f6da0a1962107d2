"""Operational transform of JSON documents: the json0 type with text0 and text-unicode, pure functions, no I/O.

Its face: `apply`, `transform`, `transform_past`, `compose`, `normalize`, `invert`,
`check`, `canonical` and the errors.
Documents and ops are plain JSON values (dict, list, str, int, float, bool, None) and are never changed: results
share what stayed the same with the arguments, so treat both as frozen.
"""

from shared.ot.apply import apply
from shared.ot.check import check
from shared.ot.compose import canonical, compose, normalize
from shared.ot.errors import MalformedOpError, NotInvertibleError, OpMismatchError, OpNotAllowedError, OtError
from shared.ot.invert import invert
from shared.ot.transform import Side, transform, transform_past

__all__ = [
    "MalformedOpError",
    "NotInvertibleError",
    "OpMismatchError",
    "OpNotAllowedError",
    "OtError",
    "Side",
    "apply",
    "canonical",
    "check",
    "compose",
    "invert",
    "normalize",
    "transform",
    "transform_past",
]
