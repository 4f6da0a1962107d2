"""Comments in Firestore. Every change is one transaction that has read the trip's roles."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, FieldFilter, Transaction

from shared.cloud.documents import stored
from shared.comments.models import Comment
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.runtime.caller import Role
from shared.runtime.errors import NotFound
from shared.trips.access import live_roles, trip_ref

T = TypeVar("T")
ATTEMPTS = 12


class CommentStore:
    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    def transact(self, trip_id: str, comment_ids: list[str], work: Callable[["CommentTransaction"], T]) -> T:
        """Run `work` in one transaction that has read the roles and these comments; it may run several times."""
        trip = trip_ref(self._client, trip_id)
        references = [self._comment(trip_id, comment_id) for comment_id in comment_ids]

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            found = {
                read.reference.path: read for read in self._client.get_all([trip, *references], transaction=transaction)
            }
            comments = {
                reference.id: Comment.from_stored(found[reference.path].to_dict())
                for reference in references
                if found[reference.path].exists
            }
            return work(CommentTransaction(self, transaction, trip_id, live_roles(found[trip.path]), comments))

        result: T = run(self._client.transaction(max_attempts=ATTEMPTS))
        return result

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """Somebody's own comments, for their archive."""
        comments = self._client.collection("trips", trip_id, "comments")
        return stored(comments.where(filter=FieldFilter("by", "==", uid)))

    def read(self, transaction: Transaction, trip_id: str, comment_id: str) -> Comment | None:
        found = self._comment(trip_id, comment_id).get(transaction=transaction)
        return Comment.from_stored(found.to_dict()) if found.exists else None

    def replies(self, transaction: Transaction, trip_id: str, thread: str, limit: int) -> list[str]:
        replies = self._client.collection("trips", trip_id, "comments").where(
            filter=FieldFilter("thread", "==", thread)
        )
        return [found.id for found in replies.limit(limit).stream(transaction=transaction)]

    def put(self, transaction: Transaction, trip_id: str, comment_id: str, comment: Comment) -> None:
        transaction.set(self._comment(trip_id, comment_id), comment.to_stored())

    def delete(self, transaction: Transaction, trip_id: str, comment_id: str) -> None:
        transaction.delete(self._comment(trip_id, comment_id))

    def stage_event(self, transaction: Transaction, event: Event) -> None:
        self._outbox.add(transaction, event)

    def _comment(self, trip_id: str, comment_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "comments", comment_id)


class CommentTransaction:
    """What a use case may read and write within one transaction; reads come before writes."""

    def __init__(
        self,
        store: CommentStore,
        transaction: Transaction,
        trip_id: str,
        roles: Mapping[str, Role],
        comments: Mapping[str, Comment],
    ) -> None:
        self._store = store
        self._transaction = transaction
        self._trip_id = trip_id
        self._comments = comments
        self.roles = roles

    def find(self, comment_id: str) -> Comment | None:
        return self._comments.get(comment_id)

    def known(self, comment_id: str, field: str = "commentId") -> Comment:
        """A comment. Raises NotFound, naming the request's field."""
        comment = self._comments.get(comment_id)
        if comment is None:
            raise NotFound("There is no such comment.", reason="COMMENT_NOT_FOUND", metadata={"field": field})
        return comment

    def read(self, comment_id: str) -> Comment | None:
        """One more comment."""
        return self._store.read(self._transaction, self._trip_id, comment_id)

    def replies(self, thread: str, limit: int) -> list[str]:
        """The ids of some replies in a thread; nobody adds one before the transaction ends."""
        return self._store.replies(self._transaction, self._trip_id, thread, limit)

    def put(self, comment_id: str, comment: Comment) -> None:
        self._store.put(self._transaction, self._trip_id, comment_id, comment)

    def delete(self, comment_id: str) -> None:
        self._store.delete(self._transaction, self._trip_id, comment_id)

    def add_event(self, event: Event) -> None:
        self._store.stage_event(self._transaction, event)
