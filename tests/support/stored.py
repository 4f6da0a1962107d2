"""Everything that lies in a Firestore database, to look for what should not, or no longer, be there."""

from typing import Any

from google.cloud.firestore import Client
from google.cloud.firestore_v1 import _helpers
from google.cloud.firestore_v1.types import RunQueryRequest, StructuredQuery


def everything(database: Client) -> dict[str, dict[str, Any]]:
    """All documents by their paths. One query, of no collection in particular."""
    root = f"{database._database_string}/documents"
    anything = StructuredQuery(from_=[StructuredQuery.CollectionSelector(all_descendants=True)])
    answers = database._firestore_api.run_query(
        request=RunQueryRequest(parent=root, structured_query=anything), metadata=database._rpc_metadata
    )
    return {
        answer.document.name.removeprefix(f"{root}/"): _helpers.decode_dict(answer.document.fields, database)
        for answer in answers
        if answer.document.name
    }


def kind(path: str) -> str:
    """What kind of document lies at a path: the path without its ids, as in `trips/polls/votes`."""
    return "/".join(path.split("/")[::2])
