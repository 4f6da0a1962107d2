"""What a paid service has answered, remembered for whoever asks exactly the same again."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Protocol

from shared.assistant.models import RememberedAnswer
from shared.documents import compact
from shared.runtime.clock import Clock

KEPT: Final = timedelta(days=1)
MOST_CHARACTERS: Final = 300_000
"""Of an answer as JSON; four bytes each at most, so that it fits into one document. A longer one is not remembered."""

Data = dict[str, Any]


class Shelf(Protocol):
    """Where answers are kept; `shared.assistant.store.AnswerStore` in Firestore."""

    def get(self, key: str) -> RememberedAnswer | None: ...

    def put(self, key: str, answer: RememberedAnswer) -> None:
        """Keep an answer, in place of an expired one."""


class RememberedAnswers:
    """Answers of services that are paid by the call, and answer the same to the same question.

    The question itself is not stored, only its digest.
    """

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    def answer(self, scope: str, question: Mapping[str, Any], ask: Callable[[], Data]) -> Data:
        """What was answered to the same question in the same scope, or what `ask` answers now.

        `question` (JSON) is everything that the answer depends on. `scope` is who shares answers: a trip's id for
        whatever holds people's words or pictures, so that nobody learns by the time it takes what another trip asked.
        What `ask` raises is not remembered. At most two round trips.
        """
        key = _digest(scope, question)
        known = self._shelf.get(key)
        now = self._clock.now()
        # Firestore deletes what has expired within a day, not at once.
        if known and known.expires_at > now:
            found: Data = json.loads(known.answer)
            return found
        answer = ask()
        text = compact(answer)
        if len(text) <= MOST_CHARACTERS:
            self._shelf.put(key, RememberedAnswer(answer=text, expires_at=now + KEPT))
        return answer


def _digest(scope: str, question: Mapping[str, Any]) -> str:
    whole = json.dumps([scope, question], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()
