"""Query explain: which indexes a query uses and what running it cost."""

import math

from emulator.firestore.indexes import Mode, Shape
from emulator.firestore.paths import NAME, format_field_path, parse_field_path
from emulator.firestore.planner import Usage, named_document, plan
from emulator.firestore.protos import ExplainMetrics
from emulator.firestore.query import Query

_ENTRIES_A_READ = 1000
_SUFFIX = {Mode.ASCENDING: "ASC", Mode.DESCENDING: "DESC", Mode.CONTAINS: "CONTAINS"}


def explanation(query: Query, usage: Usage | None = None, results: int = 0, seconds: float = 0.0) -> ExplainMetrics:
    """The plan, and what executing it cost if it was executed."""
    metrics = ExplainMetrics()
    scope = "Collection group" if query.all_descendants else "Collection"
    for properties in dict.fromkeys(_properties(query)):
        metrics.plan_summary.indexes_used.add().update({"query_scope": scope, "properties": properties})
    metrics.plan_summary.SetInParent()
    if usage is not None:
        stats = metrics.execution_stats
        stats.results_returned = results
        stats.read_operations = max(1, usage.documents or math.ceil(usage.entries / _ENTRIES_A_READ))
        stats.execution_duration.FromNanoseconds(max(1, round(seconds * 1e9)))
        stats.debug_stats.update(
            {
                "billing_details": {
                    "documents_billable": str(usage.documents),
                    "index_entries_billable": "0",
                    "min_query_cost": "0",
                    "small_ops": "0",
                },
                "documents_scanned": str(usage.documents),
                "index_entries_scanned": str(usage.entries),
            }
        )
    return metrics


def _properties(query: Query) -> list[str]:
    vector = ""
    if query.nearest is not None:
        field = format_field_path(parse_field_path(query.nearest.vector_field.field_path))
        dimension = len(query.nearest.query_vector.map_value.fields["value"].array_value.values)
        vector = f", {field} VECTOR<{dimension}>"
    return [
        f"(__name__ ASC{vector})"
        if named_document(conjunction)
        else f"({_describe(plan(query, conjunction).shape)}{vector})"
        for conjunction in query.disjuncts
    ]


def _describe(shape: Shape) -> str:
    return ", ".join(
        f"{'__name__' if path == NAME else format_field_path(path)} {_SUFFIX[mode]}" for path, mode in shape
    )
