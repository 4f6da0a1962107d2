"""From Firestore's wire values to values of the rules language."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.firestore.protos import Document, Value
from emulator.firestore.rules.values import NANOS, LatLng, Path, Timestamp


def path_of(name: str) -> tuple[str, ...]:
    """The segments of a resource name from `databases` on, as rules see paths."""
    return tuple(name.split("/")[2:])


def value_of(value: Value) -> Any:
    """One value; maps and lists with everything in them."""
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        return fields_of(value.map_value.fields)
    if kind == "array_value":
        return [value_of(item) for item in value.array_value.values]
    if kind == "timestamp_value":
        return Timestamp(value.timestamp_value.seconds * NANOS + value.timestamp_value.nanos)
    if kind == "geo_point_value":
        return LatLng(value.geo_point_value.latitude, value.geo_point_value.longitude)
    if kind == "reference_value":
        return Path(path_of(value.reference_value))
    if kind is None or kind == "null_value":
        return None
    return getattr(value, kind)


def fields_of(fields: Mapping[str, Value]) -> dict[str, Any]:
    """The fields of a document or map."""
    return {name: value_of(value) for name, value in fields.items()}


class Resource(Mapping[str, Any]):
    """A document as rules see it: `data`, and with `named` also `id` and `__name__`; converted when first looked at."""

    __slots__ = ("_document", "_known", "_named")

    def __init__(self, document: Document, *, named: bool) -> None:
        self._document = document
        self._named = named
        self._known: dict[str, Any] | None = None

    def _parts(self) -> dict[str, Any]:
        if self._known is None:
            self._known = {"data": fields_of(self._document.fields)}
            if self._named:
                path = path_of(self._document.name)
                self._known.update({"id": path[-1], "__name__": Path(path)})
        return self._known

    def __getitem__(self, key: str) -> Any:
        return self._parts()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts())

    def __len__(self) -> int:
        return len(self._parts())
