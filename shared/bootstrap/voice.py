"""Voice: hearing what somebody says, and asking it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from shared.bootstrap.assistant import chat, following
from shared.bootstrap.common import jobs, quotas
from shared.bootstrap.places import catalogue
from shared.bootstrap.plan import plans
from shared.bootstrap.trips import trip_store, trips
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.voice.following import VoiceFollowing
    from shared.voice.listening import Listener
    from shared.voice.service import VoiceService
    from shared.voice.store import VoiceStore
    from shared.voice.working import VoiceWork


@once
def voice_store() -> "VoiceStore":
    from shared.cloud import firestore
    from shared.voice.store import VoiceStore

    return VoiceStore(firestore.client())


@once
def listener() -> "Listener":
    from functools import partial

    from shared.cloud import speech
    from shared.cloud.breaker import Breaker
    from shared.cloud.google_calls import GoogleCalls
    from shared.cloud.patience import Patience
    from shared.runtime.settings import settings
    from shared.voice.listening import Listener

    calls = GoogleCalls("speech", Breaker("speech"), Patience(in_all=100.0, attempt=60.0), title="Listening")
    recognize = partial(speech.client().recognize, retry=None)
    return Listener(
        lambda request, timeout: recognize(request, timeout=timeout),
        calls,
        quotas(),
        recognizer=speech.recognizer(),
        model=settings().speech_model,
    )


@once
def voices() -> "VoiceService":
    from shared.cloud import storage
    from shared.maps.cache import Remembered
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds
    from shared.voice.service import VoiceService

    known: Remembered[tuple[str, ...], Mapping[str, str]] = Remembered(most=1_000, seconds=300.0)

    def names(trip_id: str, uids: Sequence[str]) -> Mapping[str, str]:
        # They only help to hear what is said; a new member makes a new key.
        key = (trip_id, *uids)
        told = known.get(key)
        if told is None:
            told = trip_store().names(trip_id, uids)
            known.put({key: told})
        return told

    return VoiceService(
        voice_store(),
        chat(),
        jobs(),
        plans(),
        names,
        catalogue(),
        storage.uploads(),
        listener(),
        SystemClock(),
        RandomIds(),
    )


@once
def voice_following() -> "VoiceFollowing":
    from shared.voice.following import VoiceFollowing

    return VoiceFollowing(following())


@once
def voice_work() -> "VoiceWork":
    from shared.cloud import storage
    from shared.runtime.clock import SystemClock
    from shared.voice.working import VoiceWork

    return VoiceWork(voice_store(), voices(), trips(), storage.uploads(), listener(), jobs(), SystemClock())
