"""Putting candidates of a picture into the plan: one operation, the same however often it is asked for."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from shared.jobs.models import Job, JobState
from shared.jobs.service import JobService
from shared.pictures.candidates import Candidate
from shared.pictures.models import KIND
from shared.plan.order import key_after
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.runtime.caller import TripAccess
from shared.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from shared.words import Language, say

_SEQUENCES: Final = 2**53
Doc = dict[str, Any]


class PictureIdeas:
    """Adds what people tap. A stop's id and the operation's (`src`, `seq`) come from the job and the candidates."""

    def __init__(self, jobs: JobService, plans: PlanService) -> None:
        self._jobs = jobs
        self._plans = plans

    def add(self, access: TripAccess, job_id: str, candidate_ids: Sequence[str]) -> tuple[int, dict[str, str]]:
        """The plan's version with the candidates in it, and their stops by candidate.

        A place that the plan has already is not added again. Raises NotFound (JOB_NOT_FOUND), FailedPrecondition
        (PICTURE_NOT_READY), InvalidArgument (CANDIDATE_UNKNOWN, CANDIDATE_IS_TOWN), and what plan.submit raises.
        """
        state = self._plans.read(access)
        job = self._jobs.get(access, job_id)
        chosen = _chosen(job, job_id, candidate_ids)
        stops: dict[str, str] = {}
        added: dict[str, Doc] = {}
        for candidate in chosen:
            stop_id = _digest(job_id, candidate.id)[:20]
            known = stop_id if stop_id in state.doc["stops"] else _same_place(state.doc, candidate)
            stops[candidate.id] = known or stop_id
            if known is None:
                stop = _stop(candidate, state.doc, added, access.caller.uid, job.request["language"])
                added[stop_id] = stop
        if not added:
            return state.version, stops
        submission = Submission(
            base=state.version,
            src=f"image:{job_id}",
            seq=int(_digest(*sorted(added)), 16) % _SEQUENCES,
            ops=[[{"p": ["stops", stop_id], "oi": stop} for stop_id, stop in added.items()]],
            uid=access.caller.uid,
        )
        return self._plans.submit(access, submission).version, stops


def _chosen(job: Job, job_id: str, candidate_ids: Sequence[str]) -> list[Candidate]:
    if job.kind != KIND:
        raise NotFound("There is no such picture", reason="JOB_NOT_FOUND", metadata={"jobId": job_id})
    if job.state != JobState.DONE or job.result is None:
        raise FailedPrecondition("This picture has not been looked at", reason="PICTURE_NOT_READY")
    known = {one["id"]: Candidate.model_validate(one) for one in job.result["candidates"]}
    for index, candidate_id in enumerate(candidate_ids):
        field = f"candidates[{index}]"
        if candidate_id not in known:
            raise InvalidArgument(
                "The picture has no such candidate", reason="CANDIDATE_UNKNOWN", metadata={"field": field}
            )
        if known[candidate_id].kind == "destination":
            raise InvalidArgument(
                "A town is no stop; add it to the trip's destinations",
                reason="CANDIDATE_IS_TOWN",
                metadata={"field": field},
            )
    return [known[candidate_id] for candidate_id in dict.fromkeys(candidate_ids)]


def _same_place(doc: Doc, candidate: Candidate) -> str | None:
    """A stop of the same place; a booking is always a stop of its own."""
    if candidate.place_id is None or candidate.kind == "booking":
        return None
    return next((key for key, stop in doc["stops"].items() if stop.get("placeId") == candidate.place_id), None)


def _stop(candidate: Candidate, doc: Doc, added: dict[str, Doc], uid: str, language: Language) -> Doc:
    day_id = next((key for key, day in doc["days"].items() if candidate.day and day.get("date") == candidate.day), None)
    every = (*doc["stops"].values(), *added.values())
    last = max((stop["order"] for stop in every if stop["dayId"] == day_id), default=None)
    return {
        "dayId": day_id,
        "order": key_after(last),
        "name": candidate.name,
        "placeId": candidate.place_id,
        "kind": candidate.stop_kind,
        "at": candidate.at,
        "minutes": candidate.minutes,
        "lat": candidate.lat,
        "lng": candidate.lng,
        "cost": candidate.cost.model_dump() if candidate.cost else None,
        "notes": "\n".join(_notes(candidate, language, dated=day_id is not None)),
        "fixed": candidate.kind == "booking",
        "by": uid,
        "source": "assistant",
        "why": candidate.reason,
    }


def _notes(candidate: Candidate, language: Language, *, dated: bool) -> list[str]:
    """What a booking says and a stop has no field for."""
    notes = []
    if candidate.day and not dated:
        notes.append(say(language, "picture_onDate", day=date.fromisoformat(candidate.day)))
    if candidate.people:
        notes.append(say(language, "picture_people", count=candidate.people))
    if candidate.reference:
        notes.append(say(language, "picture_reference", code=candidate.reference))
    return notes


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()
