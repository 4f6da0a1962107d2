"""The assistant: planning with a model, and talking with it."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import jobs, quotas, remembered_answers
from shared.bootstrap.group import group_wishes, polls
from shared.bootstrap.money import expense_summary
from shared.bootstrap.people import asker, users
from shared.bootstrap.places import catalogue, places, travel_times
from shared.bootstrap.plan import history, plans, proposals
from shared.bootstrap.planning import planning
from shared.bootstrap.trips import place_search, trips
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.chat.answering import Answering
    from shared.chat.following import Following
    from shared.chat.service import ChatService
    from shared.chat.store import ChatStore
    from shared.chat.tools.toolbox import Toolbox
    from shared.generation.asking import GenerationAsking
    from shared.generation.service import GenerationService


@once
def generation_asking() -> "GenerationAsking":
    from shared.generation.asking import GenerationAsking

    return GenerationAsking(trips(), jobs(), asker())


@once
def generation() -> "GenerationService":
    from shared.assistant.generate import Generation
    from shared.assistant.metering import Meter
    from shared.assistant.model import Model
    from shared.assistant.settings import ModelSettings
    from shared.cloud import gemini
    from shared.generation.service import GenerationService
    from shared.money import reference_rates
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    chosen = ModelSettings(name=settings().gemini_model)

    def make() -> Generation:
        # A model counts what it was used for, so every job gets its own.
        model = Model(gemini.client(), chosen, breaker=gemini.breaker())
        return Generation(model, places(), SystemClock(), reference_rates(), remembered=remembered_answers())

    meter = Meter(quotas(), chosen, SystemClock())
    return GenerationService(make, trips(), plans(), proposals(), group_wishes(), jobs(), meter, catalogue())


@once
def chat_store() -> "ChatStore":
    from shared.chat.store import ChatStore
    from shared.cloud import firestore

    return ChatStore(firestore.client())


@once
def chat() -> "ChatService":
    from shared.chat.service import ChatService
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    return ChatService(chat_store(), jobs(), SystemClock(), RandomIds(), users().preferences)


@once
def following() -> "Following":
    from shared.chat.following import Following

    return Following(chat_store())


@once
def chat_tools() -> "Toolbox":
    from functools import partial

    from shared.chat.areas import Areas
    from shared.chat.tools.changes import ChangeTools
    from shared.chat.tools.places import PlaceTools
    from shared.chat.tools.toolbox import Toolbox
    from shared.chat.tools.trip import TripTools
    from shared.cloud import firestore
    from shared.money import reference_rates
    from shared.trips.access import member_names

    areas = Areas(
        trips=trips(),
        names=partial(member_names, firestore.client()),
        plans=plans(),
        history=history(),
        wishes=group_wishes(),
        summaries=expense_summary(),
        polls=polls(),
        proposals=proposals(),
        planning=planning(),
        search=place_search(),
        places=places(),
        travel=travel_times(),
        rates=reference_rates(),
    )
    return Toolbox([*PlaceTools(areas).tools(), *TripTools(areas).tools(), *ChangeTools(areas).tools()])


@once
def answering() -> "Answering":
    from shared.assistant.metering import Meter
    from shared.assistant.model import Model
    from shared.assistant.settings import LoopLimits, ModelSettings
    from shared.chat.answering import Answering
    from shared.cloud import gemini
    from shared.runtime.clock import SystemClock
    from shared.runtime.settings import settings

    chosen = ModelSettings(name=settings().gemini_model)

    def make() -> Model:
        # A model counts what it was used for, so every answer gets its own.
        return Model(gemini.client(), chosen, breaker=gemini.breaker())

    limits = LoopLimits(turns=8, calls=24, seconds=120.0, tokens=120_000)
    meter = Meter(quotas(), chosen, SystemClock())
    return Answering(
        make,
        chat_store(),
        chat(),
        trips(),
        plans(),
        catalogue(),
        chat_tools(),
        proposals(),
        meter,
        jobs(),
        SystemClock(),
        limits,
    )
