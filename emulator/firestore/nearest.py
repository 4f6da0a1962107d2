"""Nearest neighbours, exactly: every candidate's distance is computed."""

import heapq
import math
from collections.abc import Iterable, Sequence

from emulator.firestore import values
from emulator.firestore.paths import parse_field_path
from emulator.firestore.protos import Document, StructuredQuery, Value


def find_nearest(candidates: Iterable[Document], nearest: StructuredQuery) -> list[Document]:
    """The nearest documents, nearest first, within the threshold; each with its distance in the result field."""
    path = parse_field_path(nearest.vector_field.field_path)
    target = _numbers(nearest.query_vector)
    measure = type(nearest).DistanceMeasure.Name(nearest.distance_measure)
    rated = []
    for document in candidates:
        value = values.field(document, path)
        if value is None or not values.is_vector(value):
            continue
        vector = _numbers(value)
        if len(vector) == len(target):
            rated.append((_distance(measure, vector, target), document))
    larger_is_nearer = measure == "DOT_PRODUCT"
    if nearest.HasField("distance_threshold"):
        bound = nearest.distance_threshold.value
        rated = [pair for pair in rated if (pair[0] >= bound if larger_is_nearer else pair[0] <= bound)]
    sign = -1 if larger_is_nearer else 1
    found = heapq.nsmallest(nearest.limit.value, rated, key=lambda pair: sign * pair[0])
    return [_with_distance(document, distance, nearest.distance_result_field) for distance, document in found]


def _numbers(vector: Value) -> list[float]:
    return [float(values.number(element)) for element in vector.map_value.fields["value"].array_value.values]


def _distance(measure: str, left: Sequence[float], right: Sequence[float]) -> float:
    if measure == "EUCLIDEAN":
        return math.dist(left, right)
    product = math.fsum(a * b for a, b in zip(left, right, strict=True))
    if measure == "DOT_PRODUCT":
        return product
    norms = math.hypot(*left) * math.hypot(*right)
    return 1.0 if norms == 0 else 1.0 - product / norms


def _with_distance(document: Document, distance: float, result_field: str) -> Document:
    if not result_field:
        return document
    copy = Document()
    copy.CopyFrom(document)
    values.put(copy, parse_field_path(result_field), Value(double_value=distance))
    return copy
