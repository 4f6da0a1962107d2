"""Remembered answers in Firestore: read once, written once, deleted by its TTL."""

from google.cloud.firestore import Client, DocumentReference

from shared.assistant.models import RememberedAnswer


class AnswerStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, key: str) -> RememberedAnswer | None:
        found = self._answer(key).get()
        return RememberedAnswer.from_stored(found.to_dict()) if found.exists else None

    def put(self, key: str, answer: RememberedAnswer) -> None:
        """Keep an answer; it replaces one that has expired."""
        self._answer(key).set(answer.to_stored())

    def _answer(self, key: str) -> DocumentReference:
        return self._client.document("rememberedAnswers", key)
