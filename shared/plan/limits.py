"""What an operation and a plan may weigh; every refusal says the limit and the size."""

from collections.abc import Sequence
from typing import Any

from shared import ot
from shared.documents import compact
from shared.plan.models import Op
from shared.runtime.errors import InvalidArgument, ResourceExhausted
from shared.runtime.text import check_plain

MAX_OPS = 20
COUNTED = ("minutes", "amount")
"""The fields that hold whole numbers."""
MAX_COMPONENTS = 300
"""Transforming costs the product of two operations' components."""
MAX_OP_BYTES = 200_000
MAX_PLAN_BYTES = 700_000
"""Well under Firestore's 1 MiB a document."""
MAX_MISSED = 5_000
"""A client further behind is told to start again from the snapshot."""


def check_ops(ops: Sequence[Op]) -> None:
    """Raises InvalidArgument (OP_TOO_LARGE, OP_INVALID), naming the operation, before anything is read."""
    for index, op in enumerate(ops):
        where = f"ops[{index}]"
        if not op:
            raise InvalidArgument(
                f"{where} has no components; leave it out", reason="OP_INVALID", metadata={"field": where}
            )
        if len(op) > MAX_COMPONENTS:
            raise InvalidArgument(
                f"{where} has {len(op)} components; at most {MAX_COMPONENTS} are allowed",
                reason="OP_TOO_LARGE",
                metadata={"field": where, "limit": MAX_COMPONENTS, "actual": len(op)},
            )
        try:
            size = len(compact(op).encode())
            ot.check(op)
            _check_counts(op)
            _check_texts(op)
        except (ot.OtError, ValueError, RecursionError) as error:
            raise InvalidArgument(
                f"{where} is not a valid operation: {error}", reason="OP_INVALID", metadata={"field": where}
            ) from None
        if size > MAX_OP_BYTES:
            raise InvalidArgument(
                f"{where} has {size} bytes; at most {MAX_OP_BYTES} are allowed",
                reason="OP_TOO_LARGE",
                metadata={"field": where, "limit": MAX_OP_BYTES, "actual": size},
            )


def _check_counts(op: Op) -> None:
    """Adding is for whole numbers: floats would add up differently on each client. Raises ValueError."""
    for component in op:
        if "na" in component and component["p"][-1] not in COUNTED:
            raise ValueError(f"'na' is for {' and '.join(COUNTED)}, not for {component['p'][-1]!r}")


def _check_texts(op: Op) -> None:
    """What an operation inserts is plain text; what it removes may be anything. Raises ValueError."""
    for component in op:
        inserted = [component.get("oi"), component.get("li"), component.get("o") if "t" in component else None]
        while inserted:
            value = inserted.pop()
            if isinstance(value, str):
                check_plain(value)
            elif isinstance(value, list):
                inserted.extend(part for part in value if not (isinstance(part, dict) and "d" in part))
            elif isinstance(value, dict):
                inserted.extend(value.values())


def check_size(doc: dict[str, Any]) -> None:
    """Raises ResourceExhausted (PLAN_TOO_LARGE) if the plan no longer fits."""
    size = len(compact(doc).encode())
    if size > MAX_PLAN_BYTES:
        raise ResourceExhausted(
            f"The plan would have {size} bytes; at most {MAX_PLAN_BYTES} are allowed. Remove stops or shorten notes",
            reason="PLAN_TOO_LARGE",
            metadata={"limit": MAX_PLAN_BYTES, "actual": size},
        )
