"""The raw protobuf classes of google.firestore.v1.

proto-plus wrappers cost several times what the raw messages cost, so the emulator never touches them.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

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
from google.protobuf.timestamp_pb2 import Timestamp as Timestamp

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
