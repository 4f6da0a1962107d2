"""What the assistant stores beside what jobs, threads and plans hold."""

from shared.documents import Document, Instant


class RememberedAnswer(Document):
    """`rememberedAnswers/{digest of scope and question}`: a paid service's answer, as JSON text."""

    answer: str
    expires_at: Instant
