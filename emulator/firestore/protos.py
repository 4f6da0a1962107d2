"""The raw protobuf classes of google.firestore.v1.

proto-plus wrappers cost several times what the raw messages cost, so the emulator never touches them. Nor does it need
the client library around them, whose import would double the time it takes to start.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import TYPE_CHECKING, Any, TypeAlias

import google.cloud
from google.protobuf.timestamp_pb2 import Timestamp as Timestamp

_PACKAGE = "google.cloud.firestore_v1"


@contextmanager
def _types_alone() -> Iterator[None]:
    """Lets `google.cloud.firestore_v1.types` be imported without running its package, which imports the clients. The
    package stays importable: whoever wants it later gets it whole, with these same types."""
    spec = None if _PACKAGE in sys.modules else PathFinder.find_spec(_PACKAGE, google.cloud.__path__)
    if spec is None:
        yield
        return
    sys.modules[_PACKAGE] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[_PACKAGE]


with _types_alone():
    from google.cloud.firestore_v1.types import (
        aggregation_result,
        bloom_filter,
        common,
        document,
        firestore,
        query,
        query_profile,
        write,
    )

if TYPE_CHECKING:
    AggregationResult: TypeAlias = Any
    ArrayValue: TypeAlias = Any
    BatchGetDocumentsRequest: TypeAlias = Any
    BatchGetDocumentsResponse: TypeAlias = Any
    BatchWriteRequest: TypeAlias = Any
    BatchWriteResponse: TypeAlias = Any
    BeginTransactionRequest: TypeAlias = Any
    BeginTransactionResponse: TypeAlias = Any
    BloomFilter: TypeAlias = Any
    CommitRequest: TypeAlias = Any
    CommitResponse: TypeAlias = Any
    CreateDocumentRequest: TypeAlias = Any
    Cursor: TypeAlias = Any
    DeleteDocumentRequest: TypeAlias = Any
    Document: TypeAlias = Any
    DocumentMask: TypeAlias = Any
    ExplainMetrics: TypeAlias = Any
    FieldTransform: TypeAlias = Any
    GetDocumentRequest: TypeAlias = Any
    ListCollectionIdsRequest: TypeAlias = Any
    ListCollectionIdsResponse: TypeAlias = Any
    ListDocumentsRequest: TypeAlias = Any
    ListDocumentsResponse: TypeAlias = Any
    ListenRequest: TypeAlias = Any
    ListenResponse: TypeAlias = Any
    PartitionQueryRequest: TypeAlias = Any
    PartitionQueryResponse: TypeAlias = Any
    Precondition: TypeAlias = Any
    RollbackRequest: TypeAlias = Any
    RunAggregationQueryRequest: TypeAlias = Any
    RunAggregationQueryResponse: TypeAlias = Any
    RunQueryRequest: TypeAlias = Any
    RunQueryResponse: TypeAlias = Any
    StructuredAggregationQuery: TypeAlias = Any
    StructuredQuery: TypeAlias = Any
    Target: TypeAlias = Any
    TargetChange: TypeAlias = Any
    TransactionOptions: TypeAlias = Any
    UpdateDocumentRequest: TypeAlias = Any
    Value: TypeAlias = Any
    Write: TypeAlias = Any
    WriteRequest: TypeAlias = Any
    WriteResponse: TypeAlias = Any
    WriteResult: TypeAlias = Any
else:
    AggregationResult = aggregation_result.AggregationResult.pb()
    ArrayValue = document.ArrayValue.pb()
    BatchGetDocumentsRequest = firestore.BatchGetDocumentsRequest.pb()
    BatchGetDocumentsResponse = firestore.BatchGetDocumentsResponse.pb()
    BatchWriteRequest = firestore.BatchWriteRequest.pb()
    BatchWriteResponse = firestore.BatchWriteResponse.pb()
    BeginTransactionRequest = firestore.BeginTransactionRequest.pb()
    BeginTransactionResponse = firestore.BeginTransactionResponse.pb()
    BloomFilter = bloom_filter.BloomFilter.pb()
    CommitRequest = firestore.CommitRequest.pb()
    CommitResponse = firestore.CommitResponse.pb()
    CreateDocumentRequest = firestore.CreateDocumentRequest.pb()
    Cursor = query.Cursor.pb()
    DeleteDocumentRequest = firestore.DeleteDocumentRequest.pb()
    Document = document.Document.pb()
    DocumentMask = common.DocumentMask.pb()
    ExplainMetrics = query_profile.ExplainMetrics.pb()
    FieldTransform = write.DocumentTransform.FieldTransform.pb()
    GetDocumentRequest = firestore.GetDocumentRequest.pb()
    ListCollectionIdsRequest = firestore.ListCollectionIdsRequest.pb()
    ListCollectionIdsResponse = firestore.ListCollectionIdsResponse.pb()
    ListDocumentsRequest = firestore.ListDocumentsRequest.pb()
    ListDocumentsResponse = firestore.ListDocumentsResponse.pb()
    ListenRequest = firestore.ListenRequest.pb()
    ListenResponse = firestore.ListenResponse.pb()
    PartitionQueryRequest = firestore.PartitionQueryRequest.pb()
    PartitionQueryResponse = firestore.PartitionQueryResponse.pb()
    Precondition = common.Precondition.pb()
    RollbackRequest = firestore.RollbackRequest.pb()
    RunAggregationQueryRequest = firestore.RunAggregationQueryRequest.pb()
    RunAggregationQueryResponse = firestore.RunAggregationQueryResponse.pb()
    RunQueryRequest = firestore.RunQueryRequest.pb()
    RunQueryResponse = firestore.RunQueryResponse.pb()
    StructuredAggregationQuery = query.StructuredAggregationQuery.pb()
    StructuredQuery = query.StructuredQuery.pb()
    Target = firestore.Target.pb()
    TargetChange = firestore.TargetChange.pb()
    TransactionOptions = common.TransactionOptions.pb()
    UpdateDocumentRequest = firestore.UpdateDocumentRequest.pb()
    Value = document.Value.pb()
    Write = write.Write.pb()
    WriteRequest = firestore.WriteRequest.pb()
    WriteResponse = firestore.WriteResponse.pb()
    WriteResult = write.WriteResult.pb()
