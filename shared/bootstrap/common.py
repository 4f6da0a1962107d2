"""What every area shares: the outbox, jobs, quotas, and answers of paid services that are remembered."""

from typing import TYPE_CHECKING

from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.assistant.remembered import RememberedAnswers
    from shared.events.outbox import Outbox
    from shared.jobs.service import JobService
    from shared.quota.service import Quotas


@once
def outbox() -> "Outbox":
    from shared.cloud import firestore
    from shared.events.outbox import Outbox
    from shared.runtime.clock import SystemClock

    return Outbox(firestore.client(), SystemClock())


@once
def jobs() -> "JobService":
    from shared.cloud import firestore, tasks
    from shared.jobs.models import JobOwner
    from shared.jobs.requests import JobRequest, PersonJobTask
    from shared.jobs.service import JobService
    from shared.jobs.store import JobStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    def enqueue(kind: str, owner: JobOwner, job_id: str, task_id: str) -> None:
        of_trip = owner.collection == "trips"
        payload = JobRequest(trip_id=owner.id, job_id=job_id) if of_trip else PersonJobTask(uid=owner.id, job_id=job_id)
        tasks.enqueue("jobs", f"{kind}-run", payload, task_id=task_id)

    return JobService(JobStore(firestore.client()), SystemClock(), RandomIds(), enqueue)


@once
def quotas() -> "Quotas":
    from shared.cloud import firestore
    from shared.quota.service import Quotas
    from shared.quota.store import QuotaStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    return Quotas(QuotaStore(firestore.client()), SystemClock(), costs=settings().daily_cost, limits=settings().quotas)


@once
def remembered_answers() -> "RememberedAnswers":
    from shared.assistant.remembered import RememberedAnswers
    from shared.assistant.store import AnswerStore
    from shared.cloud import firestore
    from shared.runtime.clock import SystemClock

    return RememberedAnswers(AnswerStore(firestore.client()), SystemClock())
