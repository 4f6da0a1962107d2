"""Resource names, collection paths and field paths: parsing, validation, order."""

import re
from functools import lru_cache

from emulator.firestore.errors import StatusError, invalid_argument

FieldPath = tuple[str, ...]
NAME: FieldPath = ("__name__",)

_MAX_NAME_BYTES = 1500
_MAX_SEGMENTS = 100
_DATABASE = re.compile(r"projects/[^/]+/databases/[^/]+\Z")
_RESERVED = re.compile(r"__.*__\Z", re.DOTALL)
_NUMERIC_ID = re.compile(r"__id(-?\d+)__\Z")
_SIMPLE_FIELD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*\Z")
_FIELD_PATH = re.compile(r"(?:`((?:[^`\\]|\\.)+)`|([^`.\[\]*~/\s]+))(\.|\Z)", re.DOTALL)


def check_database(name: str) -> str:
    """Returns `name` if it is `projects/P/databases/D`, else raises INVALID_ARGUMENT."""
    if not _DATABASE.match(name):
        raise invalid_argument(f'Invalid database name "{name}": expected projects/{{project}}/databases/{{database}}.')
    return name


def database_of(name: str) -> str:
    """`projects/P/databases/D` of any resource name inside that database."""
    parts = name.split("/", 4)
    if len(parts) < 4:
        raise invalid_argument(f'Invalid resource name "{name}".')
    return check_database("/".join(parts[:4]))


def documents_root(database: str) -> str:
    return database + "/documents"


def relative(name: str) -> str:
    """The path below `.../documents/`; empty for the root."""
    return "/".join(name.split("/")[5:])


def collection_of(name: str) -> str:
    """The full path of the collection that holds the document `name`."""
    return name.rpartition("/")[0]


def collection_id_of(name: str) -> str:
    """The id of the collection that holds the document `name`."""
    return name.rsplit("/", 2)[1]


def parent_of(collection: str) -> str:
    """The document, or root, that holds the collection of this full path."""
    return collection.rpartition("/")[0]


@lru_cache(maxsize=65536)
def check_document_name(name: str) -> str:
    """Returns `name` if it is the valid full name of a document, else raises INVALID_ARGUMENT."""
    segments = _segments(name)
    if not segments or len(segments) % 2:
        raise invalid_argument(
            f'Document name "{name}" has invalid number of segments: a document lies in a collection, '
            "so the path below documents/ has an even number of them."
        )
    return name


@lru_cache(maxsize=4096)
def check_parent(name: str) -> str:
    """Returns `name` if it is `.../documents` or the full name of a document, else raises INVALID_ARGUMENT."""
    if len(_segments(name)) % 2:
        raise invalid_argument(f'Parent name "{name}" is neither a document nor the root of a database.')
    return name


@lru_cache(maxsize=4096)
def check_collection_id(collection_id: str) -> str:
    """Returns a valid collection id, else raises INVALID_ARGUMENT."""
    if not collection_id:
        raise invalid_argument("Collection id is empty.")
    if "/" in collection_id:
        raise invalid_argument(f'Collection id "{collection_id}" contains "/".')
    _check_segment(collection_id, collection_id)
    return collection_id


def _segments(name: str) -> list[str]:
    parts = name.split("/")
    if len(parts) < 5 or parts[0] != "projects" or parts[2] != "databases" or parts[4] != "documents":
        raise invalid_argument(f'Invalid resource name "{name}".')
    if not parts[1] or not parts[3]:
        raise invalid_argument(f'Invalid resource name "{name}": project and database must not be empty.')
    segments = parts[5:]
    if len(segments) > _MAX_SEGMENTS * 2:
        raise invalid_argument(f"Document name has more than {_MAX_SEGMENTS} levels.")
    for segment in segments:
        _check_segment(segment, name)
    return segments


def _check_segment(segment: str, name: str) -> None:
    if not segment:
        raise invalid_argument(f'Resource name "{name}" has an empty segment.')
    if segment in (".", ".."):
        raise invalid_argument(f'Resource id "{segment}" is invalid because it is "." or "..".')
    if _RESERVED.match(segment) and not _NUMERIC_ID.match(segment):
        raise invalid_argument(f'Resource id "{segment}" is invalid because it is reserved.')
    if len(segment.encode()) > _MAX_NAME_BYTES:
        raise invalid_argument(f"Resource id is longer than {_MAX_NAME_BYTES} bytes.")


@lru_cache(maxsize=65536)
def name_key(name: str) -> bytes:
    """Bytes that sort as Firestore sorts document names: by segment, `__idN__` numerically before all strings."""
    parts = name.split("/")
    out = bytearray()
    for segment in (parts[1], parts[3], *parts[5:]):
        numeric = _NUMERIC_ID.match(segment)
        if numeric:
            out += b"\x01" + (int(numeric[1]) + (1 << 63)).to_bytes(9, "big")
        else:
            out += b"\x02" + segment.encode().replace(b"\x00", b"\x00\xff") + b"\x00\x01"
    return bytes(out) + b"\x00"


@lru_cache(maxsize=16384)
def parse_field_path(text: str) -> FieldPath:
    """Splits `` a.`b.c`.d `` into its segments; raises INVALID_ARGUMENT when malformed or reserved."""
    path = _parse(text)
    if any(_RESERVED.match(segment) for segment in path) and path != NAME:
        raise invalid_argument(f'Field path "{text}" is invalid because it contains a reserved name.')
    return path


def _parse(text: str) -> FieldPath:
    if _SIMPLE_FIELD.match(text):
        return (text,)
    path = []
    at = 0
    while True:
        match = _FIELD_PATH.match(text, at)
        if match is None:
            raise _bad_field_path(text)
        quoted = match[1]
        path.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if quoted is not None else match[2])
        at = match.end()
        if not match[3]:
            return tuple(path)


def _bad_field_path(text: str) -> StatusError:
    return invalid_argument(f'Invalid property path "{text}".')


@lru_cache(maxsize=16384)
def format_field_path(path: FieldPath) -> str:
    """The inverse of `parse_field_path`."""
    return ".".join(segment if _SIMPLE_FIELD.match(segment) else _quote(segment) for segment in path)


def _quote(segment: str) -> str:
    return "`" + segment.replace("\\", "\\\\").replace("`", "\\`") + "`"


def is_reserved(segment: str) -> bool:
    return _RESERVED.match(segment) is not None
