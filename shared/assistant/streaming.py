"""Puts the pieces of a streamed turn together into what the same turn would be in one piece."""

from google.genai import types


class StreamedTurn:
    """A turn that comes in pieces. `usage` is that of the last piece, which counts for all."""

    def __init__(self) -> None:
        self._parts: list[types.Part] = []
        self._finish: types.FinishReason | None = None
        self._feedback: types.GenerateContentResponsePromptFeedback | None = None
        self.usage: types.GenerateContentResponseUsageMetadata | None = None

    def add(self, piece: types.GenerateContentResponse) -> bool:
        """Take the next piece; True if the words have grown."""
        self.usage = piece.usage_metadata or self.usage
        self._feedback = piece.prompt_feedback or self._feedback
        grown = False
        for candidate in (piece.candidates or [])[:1]:
            self._finish = candidate.finish_reason or self._finish
            for part in (candidate.content.parts if candidate.content else None) or []:
                grown = self._take(part) or grown
        return grown

    @property
    def text(self) -> str:
        """The words so far, thoughts left out."""
        return "".join(part.text for part in self._parts if part.text and not part.thought)

    @property
    def ended(self) -> bool:
        """Whether the service has said why the turn ends, or that it will not answer."""
        return self._finish is not None or bool(self._feedback and self._feedback.block_reason)

    def whole(self) -> types.GenerateContentResponse:
        """The turn as `generateContent` would have answered."""
        content = types.Content(role="model", parts=self._parts)
        candidate = types.Candidate(content=content, finish_reason=self._finish)
        candidates = [] if self._finish is None else [candidate]
        return types.GenerateContentResponse(candidates=candidates, prompt_feedback=self._feedback)

    def _take(self, part: types.Part) -> bool:
        last = self._parts[-1] if self._parts else None
        plain = part.text is not None and part.thought_signature is None
        if plain and last and last.text is not None and last.thought == part.thought and not last.thought_signature:
            self._parts[-1] = last.model_copy(update={"text": last.text + (part.text or "")})
        else:
            self._parts.append(part)
        return bool(part.text) and not part.thought
