"""What was understood in all, and which names are given as hints."""

from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.firestore import Client

from shared.places.catalogue import CatalogueProvider
from shared.runtime.caller import Role
from shared.runtime.errors import Aborted, AlreadyExists
from shared.trips.models import Guest, Leg, Trip
from shared.voice import rules
from shared.voice.hints import phrase_hints
from shared.voice.models import Piece, Voice, VoiceState
from shared.voice.settings import MOST_HINTS
from shared.voice.store import VoiceStore

NOW = datetime(2027, 4, 2, 12, tzinfo=UTC)


def voice(*pieces: Piece, seconds: float = 10, **fields: object) -> Voice:
    usual = {
        "by": "ana",
        "state": VoiceState.LISTENING,
        "fingerprint": "f",
        "thread_id": None,
        "private": None,
        "languages": (),
        "seconds": seconds,
        "pieces": pieces,
        "listener": "mine",
        "listening_until": NOW,
        "created_at": NOW,
        "updated_at": NOW,
        "expires_at": NOW,
    }
    return Voice.model_validate({**usual, **fields})


def piece(text: str, confidence: float | None = 0.9, language: str | None = "en-US") -> Piece:
    return Piece(text=text, language=language, confidence=confidence, seconds=5)


def test_parts_are_joined_as_the_language_writes() -> None:
    assert rules.understood(voice(piece("What is"), piece(" planned?"))).transcript == "What is planned?"
    japanese = rules.understood(voice(piece("予定は", language="ja-JP"), piece("何ですか", language="ja-JP")))
    assert (japanese.transcript, japanese.language) == ("予定は何ですか", "ja-JP")


def test_the_language_is_that_of_most_of_the_text_and_silence_has_none() -> None:
    mixed = voice(piece("hi"), piece("", None, None), piece("was ist für morgen geplant", language="de-DE"))
    assert rules.understood(mixed).language == "de-DE"


def test_longer_parts_weigh_more_and_unknown_confidence_nothing() -> None:
    assert rules.understood(voice(piece("a" * 90, 0.9), piece("b" * 10, 0.4), piece("c", None))).confidence == 0.85
    assert rules.understood(voice(piece("a", None))) == rules.Understood("a", "en-US", None, None)


def test_doubt_goes_before_length() -> None:
    assert rules.understood(voice(piece("x" * 9_000, 0.3))).because == "doubtful"
    assert rules.understood(voice(piece("x" * 9_000, 0.9))).because == "long"


def test_what_nobody_sees_in_a_transcript_is_taken_out() -> None:
    assert rules.understood(voice(piece("what \u202eis\u200b planned"))).transcript == "what is planned"


def test_a_dead_callers_claim_ends_and_what_it_heard_stays() -> None:
    earlier = voice(piece("heard"), listener="dead", listening_until=NOW + timedelta(seconds=60))
    with pytest.raises(Aborted):
        rules.claimed(earlier, voice(), NOW)
    taken = rules.claimed(earlier, voice(), NOW + timedelta(seconds=60))
    assert (taken.listener, taken.pieces) == ("mine", earlier.pieces)
    with pytest.raises(AlreadyExists):
        rules.claimed(earlier, voice(fingerprint="other"), NOW)


def test_a_claim_whose_answer_was_lost_keeps_nobody_waiting_for_themselves(database: Client) -> None:
    """Google's client asks again, and finds what it has just made."""
    store, mine = VoiceStore(database), voice(listening_until=NOW + timedelta(seconds=9))
    opened = store.open("trip", "voice", [])
    assert store.claim("trip", "voice", mine, NOW, opened, []) == mine
    assert store.claim("trip", "voice", mine, NOW, opened, []) == mine
    with pytest.raises(Aborted):
        store.claim("trip", "voice", voice(listener="somebody else"), NOW, opened, [])


def test_a_piece_is_kept_once() -> None:
    first = rules.with_piece(voice(), 0, piece("a"), NOW)
    assert rules.with_piece(first, 0, piece("b"), NOW) == first
    assert [one.text for one in rules.with_piece(first, 1, piece("b"), NOW).pieces] == ["a", "b"]


def trip(**fields: object) -> Trip:
    usual = {"name": "T", "roles": {"ana": Role.OWNER}, "members": ("ana",), "created_by": "ana"}
    return Trip.model_validate({**usual, "created_at": NOW, "updated_at": NOW, **fields})


def test_hints_are_people_towns_ideas_stops_and_what_the_towns_are_known_for() -> None:
    guests = {
        "g1": Guest(name="Rosa", added_by="ana", added_at=NOW, fingerprint="f"),
        "g2": Guest(name="Gone", added_by="ana", added_at=NOW, fingerprint="f", removed_at=NOW),
    }
    legs = (Leg(name="Kyoto", destination_id="kyoto"), Leg(name="Grandma's village"))
    stops = {
        "a": {"name": "Tea with\nRosa", "dayId": "d1"},
        "b": {"name": "Swim", "dayId": None},
        "c": {"name": "Swim", "dayId": None},
        "d": {"name": "x" * 101, "dayId": None},
        "e": {"name": "  ", "dayId": None},
    }
    found = phrase_hints(trip(guests=guests, legs=legs), {"ana": "Ana"}, {"stops": stops}, CatalogueProvider())
    assert found[:6] == ["Ana", "Rosa", "Kyoto", "Grandma's village", "Swim", "Tea with Rosa"]
    assert "Kinkaku-ji" in found and "Gone" not in found
    assert len(found) == len(set(found))


def test_hints_are_bounded() -> None:
    stops = {str(number): {"name": f"Place {number}", "dayId": None} for number in range(2_000)}
    found = phrase_hints(trip(), {"ana": "Ana"}, {"stops": stops}, CatalogueProvider())
    assert len(found) == MOST_HINTS
    assert found[0] == "Ana"
