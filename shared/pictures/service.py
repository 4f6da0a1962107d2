"""The work of a picture job: look (kept as a stage, paid once), match, done. Showing one is in `asking.py`."""

from functools import partial
from typing import Any, Final

from shared.assistant.remembered import RememberedAnswers
from shared.assistant.whereabouts import is_complete, towns_of, whereabouts
from shared.jobs.service import JobService, RunningJob
from shared.pictures.candidates import Candidate
from shared.pictures.facts import Facts
from shared.pictures.looking import FEATURES, Looking
from shared.pictures.matching import Matcher
from shared.pictures.models import Held
from shared.pictures.resolving import Resolver
from shared.pictures.store import PictureStore
from shared.pictures.suggesting import ForWhom, Suggesting
from shared.places.provider import PlaceProvider
from shared.plan.service import PlanService
from shared.quota.models import Cost
from shared.quota.service import Quotas
from shared.runtime.caller import Role
from shared.runtime.errors import NotFound
from shared.runtime.logs import log
from shared.trips.models import Trip
from shared.trips.service import TripService
from shared.words import Language, say

_HERE: Final = 0.9
"""How sure a camera's position is of the town."""
_NAMES_SAID: Final = 3


class PictureService:
    """Looks at pictures. Nothing of it changes the plan; what it finds, and its cost, have ids of the job."""

    def __init__(
        self,
        trips: TripService,
        plans: PlanService,
        store: PictureStore,
        looking: Looking,
        places: PlaceProvider,
        wider: PlaceProvider,
        remembered: RememberedAnswers,
        quotas: Quotas,
        jobs: JobService,
    ) -> None:
        """`wider` is searched for names that `places` does not have."""
        self._trips = trips
        self._plans = plans
        self._store = store
        self._looking = looking
        self._places = places
        self._wider = wider
        self._remembered = remembered
        self._quotas = quotas
        self._jobs = jobs

    def run(self, trip_id: str, job_id: str, holder: str) -> None:
        """Do the job's work, from the stage that an earlier attempt has reached; the picture goes when it has ended."""
        job = self._jobs.run(trip_id, job_id, holder, self._work)
        if job is not None and job.state.ended:
            self._store.drop(trip_id, job.request["pictureId"])

    def _work(self, running: RunningJob) -> None:
        access, language = running.access(Role.EDITOR), running.job.request["language"]
        trip = self._trips.get(access)
        held = self._store.get(running.owner.id, running.job.request["pictureId"])
        if held is None:
            raise NotFound("The picture is gone; show it again", reason="PICTURE_GONE")
        running.progress("look", 0.1, say(language, "picture_looking"))
        seen = running.stage("look", partial(self._look, running, held))
        running.progress("match", 0.7, say(language, "picture_matching"))
        facts = Facts.model_validate(seen)
        candidates = self._match(running, trip, facts, held, language)
        told = [one.model_dump(mode="json", by_alias=True) for one in candidates]
        running.finish({"candidates": told, "labels": facts.labels}, _summary(candidates, language))

    def _look(self, running: RunningJob, held: Held) -> dict[str, Any]:
        """The facts. What it costs to learn them is counted once, and nothing if this trip has had them today."""

        def ask() -> dict[str, Any]:
            if held.jpeg is None:
                raise NotFound("The picture is gone; show it again", reason="PICTURE_GONE")
            answer = self._looking.look(held.jpeg)
            # Before anything else is kept: who finds the answer later cannot know whether it was counted.
            self._record(running, self._looking.prices.picture)
            return answer

        question = {"service": "vision", "features": [int(one) for one in FEATURES], "sha256": held.sha256}
        facts = self._remembered.answer(running.owner.id, question, ask)
        running.check()
        return facts

    def _record(self, running: RunningJob, paid: int) -> None:
        """Count what a picture has cost, for who asked and for the trip."""
        if self._quotas.record(running.job.by, running.owner.id, Cost(micro_usd=paid), key=f"{running.job_id}/look"):
            log.info("picture paid", service="vision", micro_usd=paid, trip_id=running.owner.id, job_id=running.job_id)

    def _match(self, running: RunningJob, trip: Trip, facts: Facts, held: Held, language: Language) -> list[Candidate]:
        # The plan is read only if the trip itself does not say where and when it is.
        doc = {} if is_complete(trip) else self._plans.read(running.access(Role.EDITOR)).doc
        where = whereabouts(trip, doc, self._places)
        named = tuple(leg.destination_id for leg in trip.legs if leg.destination_id)
        towns = named or tuple(town.id for town in towns_of(doc, self._places))
        matcher = Matcher(self._places, facts, towns, held.towns)
        near = [(one.place_id, one.confidence) for one in held.near]
        found = matcher.match(near, [(town, _HERE) for town in held.towns])
        Resolver(self._wider, matcher.towns).resolve(found)
        whom = ForWhom(
            travellers=len(trip.travellers),
            towns=towns,
            first=where.first_day,
            last=where.last_day,
            today=running.job.created_at.date(),
            language=language,
        )
        return Suggesting(self._places, whom).suggest(facts, found)


def _summary(candidates: list[Candidate], language: Language) -> str:
    if not candidates:
        return say(language, "picture_nothing")
    names = dict.fromkeys(one.name for one in candidates)
    return say(language, "picture_found", names=list(names)[:_NAMES_SAID])
