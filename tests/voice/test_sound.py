"""Opening recordings: by what is in them, whole, and never longer than allowed."""

import random
import struct

import pytest

from shared.runtime.errors import InvalidArgument
from shared.voice.settings import PIECE_SECONDS, RATE
from shared.voice.sound import Sound, opened
from tests.support.voices import KINDS, made, noise, recording, repeated, silence


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_phones_and_browsers_record_is_opened(kind: str) -> None:
    sound = opened(made("en-plan", kind), "audio", 60)
    assert 2.1 < sound.seconds < 2.4
    assert not sound.silent


def test_what_is_sent_on_is_a_plain_wav_without_the_recordings_metadata() -> None:
    wav = opened(made("en-plan", "m4a"), "audio", 60).wav()
    assert wav[:4] == b"RIFF" and wav[36:40] == b"data"
    channels, rate = struct.unpack("<HI", wav[22:28])
    assert (channels, rate) == (1, RATE)
    assert len(opened(wav, "audio", 60).samples) * 2 + 44 == len(wav)


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"%PDF-1.7 a document",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        b"ID3\x04" + bytes(200),
        b"RIFF\x00\x00\x00\x00WAVE",
        b"OggS" + b"\x01" * 300,
        b"fLaC" + b"\xff" * 300,
        b"\x00\x00\x00\x18ftypM4A " + bytes(200),
        b"\xff\xfb" + bytes(1000),
        b"\x1aE\xdf\xa3" + b"\x80" * 60,
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile /etc/passwd",
    ],
)
def test_what_is_no_recording_is_refused(cloud: object, content: bytes) -> None:
    assert refused(content) == "AUDIO_UNREADABLE"


@pytest.mark.parametrize("content", [b"", b"#!AMR\n"])
def test_an_empty_recording_is_refused(content: bytes) -> None:
    assert refused(content) == "AUDIO_EMPTY"


@pytest.mark.parametrize("kind", ["m4a", "mp4", "3gp", "flac", "wav", "webm"])
def test_a_recording_that_did_not_arrive_whole_is_refused(cloud: object, kind: str) -> None:
    whole = made("en-plan", kind)
    assert refused(whole[: len(whole) * 6 // 10]) in ("AUDIO_TRUNCATED", "AUDIO_UNREADABLE")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_long_recording_is_refused_whatever_its_header_says(kind: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        opened(made("en-plan", kind), "upload", 2.0)
    assert (caught.value.reason, caught.value.metadata["field"]) == ("AUDIO_TOO_LONG", "upload")


def test_a_small_file_with_hours_in_it_is_given_up_early() -> None:
    assert len(hours := repeated("en-plan", 1200, pause=598)) < 600_000
    assert refused(hours) == "AUDIO_TOO_LONG"


def test_damaged_recordings_end_in_an_error_of_ours_or_are_heard(cloud: object) -> None:
    chance = random.Random(7)
    for kind in sorted(KINDS):
        whole = made("en-plan", kind)
        for _ in range(25):
            damaged = bytearray(whole)
            for _ in range(chance.choice((1, 5, 50))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                assert opened(bytes(damaged), "audio", 60).seconds <= 60
            except InvalidArgument as error:
                assert error.metadata["field"] == "audio"


def test_silence_is_told_from_sound() -> None:
    assert opened(silence(2), "audio", 60).silent
    assert not opened(noise(2), "audio", 60).silent
    assert not opened(recording("de-plan"), "audio", 60).silent


def test_a_long_recording_is_cut_in_its_pauses_and_nothing_is_lost() -> None:
    sound = opened(repeated("en-plan", 130), "upload", 600)
    pieces = sound.pieces()
    assert len(pieces) == 3
    assert all(piece.seconds <= PIECE_SECONDS for piece in pieces)
    assert sum(len(piece.samples) for piece in pieces) == len(sound.samples)
    for piece in pieces[:-1]:
        assert max(map(abs, piece.samples[-RATE // 20 :])) < 50
    assert [piece.seconds for piece in sound.pieces()] == [piece.seconds for piece in pieces]


def test_a_recording_without_pauses_is_cut_all_the_same() -> None:
    pieces = opened(noise(120), "upload", 600).pieces()
    assert [piece.seconds <= PIECE_SECONDS for piece in pieces] == [True] * len(pieces)
    assert sum(piece.seconds for piece in pieces) == 120


def test_a_short_recording_is_one_piece() -> None:
    sound = opened(recording("en-plan"), "audio", 60)
    assert sound.pieces() == [sound]
    assert isinstance(sound.pieces()[0], Sound)


def refused(content: bytes) -> str:
    with pytest.raises(InvalidArgument) as caught:
        opened(content, "audio", 60)
    assert caught.value.metadata["field"] == "audio"
    return caught.value.reason
