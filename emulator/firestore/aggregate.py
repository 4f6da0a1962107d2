"""Aggregations over a query: count, sum, average."""

import itertools
import math
from collections.abc import Sequence

from emulator.firestore import values
from emulator.firestore.errors import invalid_argument
from emulator.firestore.paths import FieldPath, parse_field_path
from emulator.firestore.planner import Usage, count, results
from emulator.firestore.protos import AggregationResult, StructuredAggregationQuery, Value
from emulator.firestore.query import Query
from emulator.firestore.storage import Database

_MAX_AGGREGATIONS = 5
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1


def check_aggregations(message: StructuredAggregationQuery) -> None:
    """Raises INVALID_ARGUMENT for aggregations that production refuses."""
    aggregations = message.aggregations
    if not aggregations:
        raise invalid_argument("Aggregations can not be empty.")
    if len(aggregations) > _MAX_AGGREGATIONS:
        raise invalid_argument(
            f"The maximum number of aggregations allowed in an aggregation query is {_MAX_AGGREGATIONS}."
        )
    aliases = [aggregation.alias for aggregation in aggregations if aggregation.alias]
    if len(set(aliases)) != len(aliases):
        raise invalid_argument("Aggregation aliases contain duplicate alias.")
    for aggregation in aggregations:
        if aggregation.WhichOneof("operator") is None:
            raise invalid_argument("Aggregation has no operator.")
        if aggregation.count.HasField("up_to") and aggregation.count.up_to.value <= 0:
            raise invalid_argument("up_to must be positive.")


def aggregate(
    database: Database, query: Query, message: StructuredAggregationQuery, version: int | None, usage: Usage
) -> AggregationResult:
    """All aggregations over one consistent result of the query, which must have been parsed with the aggregated
    paths."""
    columns: dict[FieldPath, list[Value]] = {path: [] for path in aggregated_paths(message)}
    total = None
    if columns:
        total = 0
        for document in results(database, query, version, usage):
            total += 1
            for path, column in columns.items():
                column.append(values.field(document, path))
    result = AggregationResult()
    unnamed = itertools.count(1)
    for aggregation in message.aggregations:
        kind = aggregation.WhichOneof("operator")
        if kind == "count":
            up_to = aggregation.count.up_to.value if aggregation.count.HasField("up_to") else None
            found = count(database, query, version, up_to, usage) if total is None else min(total, up_to or total)
            value = Value(integer_value=found)
        else:
            column = columns[parse_field_path(getattr(aggregation, kind).field.field_path)]
            numbers = [values.number(each) for each in column if values.is_number(each)]
            value = _sum(numbers) if kind == "sum" else _average(numbers)
        result.aggregate_fields[aggregation.alias or f"field_{next(unnamed)}"].CopyFrom(value)
    return result


def aggregated_paths(message: StructuredAggregationQuery) -> list[FieldPath]:
    """The fields that are summed or averaged, each once."""
    kinds = ((aggregation, aggregation.WhichOneof("operator")) for aggregation in message.aggregations)
    paths = (parse_field_path(getattr(each, kind).field.field_path) for each, kind in kinds if kind in ("sum", "avg"))
    return list(dict.fromkeys(paths))


def _sum(numbers: Sequence[int | float]) -> Value:
    if all(isinstance(number, int) for number in numbers):
        total = sum(numbers)
        if _INT64_MIN <= total <= _INT64_MAX:
            return Value(integer_value=total)
    return Value(double_value=_total(numbers))


def _total(numbers: Sequence[int | float]) -> float:
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):  # infinities of both signs, or beyond the range of a double
        return sum(map(float, numbers))


def _average(numbers: Sequence[int | float]) -> Value:
    return Value(double_value=_total(numbers) / len(numbers)) if numbers else Value(null_value=0)
