"""The one place where what the model has cost is written down: for a person, for a trip, and in the log."""

from dataclasses import dataclass

from shared.assistant.kept import Spent
from shared.assistant.model import Usage
from shared.assistant.settings import ModelSettings
from shared.quota.models import Cost
from shared.quota.service import Quotas
from shared.runtime.clock import Clock
from shared.runtime.logs import log


@dataclass(frozen=True)
class Meter:
    """Counts answers of a model, each once, however often it is told of."""

    quotas: Quotas
    settings: ModelSettings
    clock: Clock

    def sum_up(self, usage: Usage, *, uid: str, trip_id: str, job_id: str, answer: str) -> None:
        """Write into the log what an answer has cost in all its turns, each of which `count` has counted."""
        log.info(
            "answer paid",
            model=self.settings.name,
            turns=usage.calls,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.output_tokens,
            micro_usd=self.settings.micro_usd(usage.prompt_tokens, usage.output_tokens, self.clock.now().date()),
            uid=uid,
            trip_id=trip_id,
            job_id=job_id,
            answer=answer,
        )

    def count(self, spent: Spent, *, uid: str, trip_id: str, job_id: str, step: str) -> None:
        """Add an answer to the day of who asked and of the trip; job and step say which one it was. One round trip."""
        today = self.clock.now().date()
        price = self.settings.micro_usd(spent.input_tokens, spent.output_tokens, today)
        cost = Cost(spent.input_tokens, spent.output_tokens, price)
        if self.quotas.record(uid, trip_id, cost, key=f"{job_id}/{step}"):
            log.info(
                "model turn paid",
                model=self.settings.name,
                input_tokens=cost.input_tokens,
                output_tokens=cost.output_tokens,
                micro_usd=cost.micro_usd,
                trip_id=trip_id,
                job_id=job_id,
                step=step,
            )
