"""Conversations in Firestore. Every change is one transaction, and the thread's document is what puts them in a row."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from queue import Queue
from typing import Any, TypeVar

from google.cloud.firestore import Client, DocumentReference, FieldFilter, Query, Transaction

from shared.chat.models import Message, Summary, Thread
from shared.cloud.documents import change, in_batches, stored
from shared.cloud.joint import Found, Part, Write, together
from shared.cloud.listening import listen
from shared.runtime.caller import Role
from shared.runtime.errors import NotFound
from shared.trips.access import live_roles, trip_ref

T = TypeVar("T")
ATTEMPTS = 12


class ChatStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def transact(
        self,
        trip_id: str,
        thread_id: str,
        message_ids: list[str],
        work: Callable[["ChatTransaction"], T],
        along: Sequence[Part] = (),
    ) -> T:
        """Run `work` in one transaction that has read the roles, the thread and these messages; it may run again.

        What others write `along` happens with it, or neither does.
        """
        trip, thread = trip_ref(self._client, trip_id), self._thread(trip_id, thread_id)
        references = [thread.collection("messages").document(message_id) for message_id in message_ids]

        def run(transaction: Transaction, found: Found) -> T:
            messages = {
                reference.id: Message.from_stored(found[reference.path].to_dict())
                for reference in references
                if found[reference.path].exists
            }
            known = found[thread.path]
            return work(
                ChatTransaction(
                    transaction,
                    thread,
                    live_roles(found[trip.path]),
                    Thread.from_stored(known.to_dict()) if known.exists else None,
                    messages,
                )
            )

        return together(self._client, [trip, thread, *references], along, run, ATTEMPTS)

    def thread(self, trip_id: str, thread_id: str) -> Thread | None:
        found = self._thread(trip_id, thread_id).get()
        return Thread.from_stored(found.to_dict()) if found.exists else None

    def change_message(
        self, trip_id: str, thread_id: str, message_id: str, decide: Callable[[Message], Message]
    ) -> Message:
        """Replace a message by what `decide` makes of it, which may raise. Raises NotFound if it is gone."""

        def known(message: Message | None) -> Message:
            if message is None:
                raise NotFound("There is no such answer.", reason="ANSWER_NOT_FOUND")
            return decide(message)

        return change(self._client, self._message(trip_id, thread_id, message_id), Message, known)

    def message(self, trip_id: str, thread_id: str, message_id: str) -> Message | None:
        found = self._message(trip_id, thread_id, message_id).get()
        return Message.from_stored(found.to_dict()) if found.exists else None

    def asked(self, trip_id: str, thread_id: str, question_id: str) -> tuple[Thread | None, Message | None]:
        """A thread and a question in it. One round trip."""
        thread, question = self._thread(trip_id, thread_id), self._message(trip_id, thread_id, question_id)
        found = {read.reference.path: read for read in self._client.get_all([thread, question])}
        known, said = found[thread.path], found[question.path]
        return (
            Thread.from_stored(known.to_dict()) if known.exists else None,
            Message.from_stored(said.to_dict()) if said.exists else None,
        )

    def between(self, trip_id: str, thread_id: str, after: int, before: int, limit: int) -> list[Message]:
        """The latest messages with `after < number < before`, in order."""
        messages = (
            self._thread(trip_id, thread_id)
            .collection("messages")
            .where(filter=FieldFilter("number", ">", after))
            .where(filter=FieldFilter("number", "<", before))
            .order_by("number", direction=Query.DESCENDING)
            .limit(limit)
        )
        return [Message.from_stored(found.to_dict()) for found in messages.stream()][::-1]

    def summary(self, trip_id: str, thread_id: str) -> Summary | None:
        found = self._summary(trip_id, thread_id).get()
        return Summary.from_stored(found.to_dict()) if found.exists else None

    def keep_summary(self, trip_id: str, thread_id: str, summary: Summary) -> None:
        self._summary(trip_id, thread_id).set(summary.to_stored())

    def follow(
        self, trip_id: str, thread_id: str, message_id: str, seen: "Queue[Message | None]"
    ) -> Callable[[], None]:
        """Put the message into the queue now and whenever it changes, None if it is gone; returns how to stop."""

        def told(snapshots: list[Any], changes: list[Any], at: datetime) -> None:
            exists = snapshots and snapshots[0].exists
            seen.put(Message.from_stored(snapshots[0].to_dict()) if exists else None)

        return listen(self._message(trip_id, thread_id, message_id), told)

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """The questions that somebody asked, and the answers to them, for their archive."""
        found = []
        for thread in self._client.collection("trips", trip_id, "threads").list_documents():
            asked = stored(thread.collection("messages").where(filter=FieldFilter("by", "==", uid)))
            found += [{"thread": thread.id, **message} for message in asked]
        return found

    def threads_of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """The conversations that somebody began, with what the assistant keeps in mind of private ones."""
        began = self._client.collection("trips", trip_id, "threads").where(filter=FieldFilter("by", "==", uid))
        told = []
        for thread in stored(began):
            summary = self.summary(trip_id, thread["id"]) if thread["private"] else None
            told.append({**thread, **({"summary": summary.text} if summary else {})})
        return told

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete the private threads of somebody who is gone for good; what they said to others stays."""
        threads = self._client.collection("trips", trip_id, "threads")
        for thread in threads.where(filter=FieldFilter("by", "==", uid)).stream():
            if thread.get("private"):
                below = [*thread.reference.collection("messages").list_documents()]
                below += thread.reference.collection("memory").list_documents()
                in_batches(self._client, below, lambda batch, reference: batch.delete(reference))
                thread.reference.delete()

    def _thread(self, trip_id: str, thread_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "threads", thread_id)

    def _message(self, trip_id: str, thread_id: str, message_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "threads", thread_id, "messages", message_id)

    def _summary(self, trip_id: str, thread_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "threads", thread_id, "memory", "summary")


class ChatTransaction:
    """What a use case may see and write within one transaction."""

    def __init__(
        self,
        transaction: Transaction,
        reference: DocumentReference,
        roles: Mapping[str, Role],
        thread: Thread | None,
        messages: Mapping[str, Message],
    ) -> None:
        self._transaction = transaction
        self._reference = reference
        self._messages = messages
        self.roles = roles
        self.thread = thread

    def message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def put_thread(self, thread: Thread) -> None:
        if thread != self.thread:
            self._transaction.set(self._reference, thread.to_stored())

    def put_message(self, message_id: str, message: Message) -> None:
        if message != self._messages.get(message_id):
            reference = self._reference.collection("messages").document(message_id)
            self._transaction.set(reference, message.to_stored())

    def write(self, write: Write) -> None:
        """What another area stores with it."""
        write(self._transaction)
