"""What the service asks before it shows or changes anything for a caller who is not an administrator
(`rules/guard.py`).

The service hands the guard the documents a decision is about and readers for all others. It judges:
- a get on the real document (None when missing),
- a list on what the query guarantees, never on its rows: every count, aggregation and listener of that query alike,
- the writes of one commit together, with a reader of the state before and one of the state after them.

`Verdict.read` names the documents the decision read through a reader: a listener is judged again when one changes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from emulator.firestore.paths import FieldPath
from emulator.firestore.protos import Document, Value

Reader = Callable[[str], Document | None]
"""Full document name to the document, or None when it does not exist."""

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains", "array-contains-any"]


@dataclass(frozen=True, slots=True)
class Constraint:
    """One filter. `in`, `not-in` and `array-contains-any` carry an array value; null and NaN tests are `==`, `!=`."""

    path: FieldPath
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A query as a rule may see it. Every result satisfies all constraints of at least one disjunct. Disjuncts come
    from OR alone (`in` and `array-contains-any` of several values are one constraint), and may repeat; without a filter
    there is one empty disjunct. `collection_id` is empty for a query over all descendants of any collection. `parent`
    is the full name of a document or `.../documents`. `order_by` holds explicit orders only, True meaning descending.
    """

    parent: str
    collection_id: str
    all_descendants: bool
    disjuncts: tuple[tuple[Constraint, ...], ...]
    order_by: tuple[tuple[FieldPath, bool], ...]
    limit: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class WriteIntent:
    """One write of a commit: the document before it and the one after it (None: does not exist)."""

    method: Literal["create", "update", "delete"]
    name: str
    before: Document | None
    after: Document | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request is allowed; if not, why, in words for the emulator's log."""

    allowed: bool
    reason: str = ""
    read: frozenset[str] = field(default_factory=frozenset)
