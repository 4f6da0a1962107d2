"""One write: its precondition, its mask, its transforms; from the document before it to the one after."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from google.protobuf.unknown_fields import UnknownFieldSet

from emulator.firestore import values
from emulator.firestore.checks import check_document
from emulator.firestore.clock import from_timestamp, to_timestamp
from emulator.firestore.errors import (
    already_exists,
    failed_precondition,
    invalid_argument,
    not_found,
)
from emulator.firestore.paths import NAME, check_document_name, database_of, parse_field_path
from emulator.firestore.protos import Document, DocumentMask, FieldTransform, Precondition, Value, Write, WriteResult
from emulator.firestore.transforms import MAX_TRANSFORMS, apply_transforms

_VERIFY_FIELD = 5
_LENGTH_DELIMITED = 2


class Operation(NamedTuple):
    """A write, parsed: `kind` is update, delete, transform or verify."""

    kind: str
    name: str
    write: Write

    @property
    def transforms(self) -> Sequence[FieldTransform]:
        """Its field transforms, which come after its update."""
        found: Sequence[FieldTransform] = self.write.update_transforms
        return self.write.transform.field_transforms if self.kind == "transform" else found


class Outcome(NamedTuple):
    """What a write leaves: the document (None: deleted or never there) and what the client is told."""

    after: Document | None
    result: WriteResult


def parse_write(write: Write, database: str) -> Operation:
    """Raises INVALID_ARGUMENT for a write that is malformed or belongs to another database."""
    kind = write.WhichOneof("operation")
    if kind == "update":
        name = write.update.name
    elif kind == "delete":
        name = write.delete
    elif kind == "transform":
        name = write.transform.document
    else:
        kind, name = "verify", _verified_name(write)
    check_document_name(name)
    if not name.startswith(database + "/"):
        raise invalid_argument(
            f'Document name "{name}" does not lie in the database of the request, "{database}", but in '
            f'"{database_of(name)}".'
        )
    if write.HasField("update_mask") and kind != "update":
        raise invalid_argument("An update_mask may only be given with an update.")
    return Operation(kind, name, write)


def _verified_name(write: Write) -> str:
    # Web transactions send Write.verify, which the published message types do not declare.
    unknown_fields = UnknownFieldSet(write)
    for unknown in (unknown_fields[i] for i in range(len(unknown_fields))):
        if unknown.field_number == _VERIFY_FIELD and unknown.wire_type == _LENGTH_DELIMITED:
            return bytes(unknown.data).decode()
    raise invalid_argument("Write has no operation.")


def check_transforms(operations: Sequence[Operation]) -> None:
    """Raises INVALID_ARGUMENT when one document is transformed too often in one commit."""
    counts: Counter[str] = Counter()
    for operation in operations:
        if operation.transforms:
            counts[operation.name] += len(operation.transforms)
    if counts and max(counts.values()) > MAX_TRANSFORMS:
        raise invalid_argument(f"Cannot apply more than {MAX_TRANSFORMS} field transforms to a document in a request.")


def perform(operation: Operation, current: Document | None, now: int) -> Outcome:
    """Computes a write against the current document, whatever its precondition; raises when the result is refused."""
    kind, name, write = operation
    if kind == "delete":
        return Outcome(None, WriteResult())
    if kind == "verify":
        return Outcome(current, WriteResult(update_time=current.update_time) if current is not None else WriteResult())
    after = _updated(name, write, current) if kind == "update" else _copy(name, current)
    transforms = operation.transforms
    transform_results: list[Value] = apply_transforms(after, transforms, now) if transforms else []
    check_document(after)
    if current is not None:
        after.create_time.CopyFrom(current.create_time)
        after.update_time.CopyFrom(current.update_time)
        if after == current:
            return Outcome(current, WriteResult(update_time=current.update_time, transform_results=transform_results))
    stamp = to_timestamp(now)
    after.update_time.CopyFrom(stamp)
    if current is None:
        after.create_time.CopyFrom(stamp)
    return Outcome(after, WriteResult(update_time=stamp, transform_results=transform_results))


def _copy(name: str, current: Document | None) -> Document:
    copy = Document(name=name)
    if current is not None:
        copy.CopyFrom(current)
    return copy


def _updated(name: str, write: Write, current: Document | None) -> Document:
    if not write.HasField("update_mask"):
        return Document(name=name, fields=write.update.fields)
    after = _copy(name, current)
    _apply_mask(after, write.update, write.update_mask)
    return after


def _apply_mask(after: Document, update: Document, mask: DocumentMask) -> None:
    paths = [parse_field_path(text) for text in mask.field_paths]
    ordered = sorted(paths)
    for shorter, longer in pairwise(ordered):
        if longer[: len(shorter)] == shorter:
            raise invalid_argument(f"The update mask contains conflicting paths: {shorter!r} and {longer!r}.")
    for path in paths:
        if path == NAME:
            raise invalid_argument("__name__ cannot be in an update mask.")
        value = values.field(update, path)
        if value is None:
            values.remove(after, path)
        else:
            values.put(after, path, value)


def check_precondition(operation: Operation, current: Document | None, now: int) -> None:
    """Raises the status that production gives when the current document is not as the write requires."""
    name = operation.name
    precondition: Precondition = operation.write.current_document
    condition = precondition.WhichOneof("condition_type")
    if condition == "exists":
        if precondition.exists and current is None:
            raise not_found(f"No document to update: {name}")
        if not precondition.exists and current is not None:
            raise already_exists(f"Document already exists: {name}")
    elif condition == "update_time":
        required = from_timestamp(precondition.update_time)
        if required > now:
            raise invalid_argument("The update_time of a precondition must not be in the future.")
        stored = None if current is None else from_timestamp(current.update_time)
        if stored is None:
            raise failed_precondition(f"The document {name} does not exist, but version {required} is required.")
        if stored != required:
            raise failed_precondition(
                f"The stored version ({stored}) does not match the required base version ({required})"
            )
