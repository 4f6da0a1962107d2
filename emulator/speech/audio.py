"""Opening what was sent, as the service does: by its content, and only what the service documents."""

from __future__ import annotations

import io
import wave
from typing import Final

from emulator.common.rpc import invalid
from emulator.speech.recogniser import RATE

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_SECONDS: Final = 60.0
"""Of audio in one Recognize (https://cloud.google.com/speech-to-text/v2/quotas)."""
_CONTAINERS: Final = {
    b"RIFF": ("wav", {"pcm_s16le", "pcm_mulaw", "pcm_alaw"}),
    b"#!AM": ("amr", {"amr_nb", "amr_wb"}),
    b"fLaC": ("flac", {"flac"}),
    b"OggS": ("ogg", {"opus"}),
    b"\x1aE\xdf\xa3": ("matroska", {"opus"}),
    b"ID3\x02": ("mp3", {"mp3"}),
    b"ID3\x03": ("mp3", {"mp3"}),
    b"ID3\x04": ("mp3", {"mp3"}),
}
_MPEG4: Final = ("mov", {"aac"})
_MPEG_SYNC: Final = 0xFFE0


def samples(content: bytes) -> bytes:
    """The sound as 16-bit mono samples at 16 kHz. Raises StatusError (INVALID_ARGUMENT)."""
    if not content:
        raise invalid("Invalid audio content: empty.")
    if len(content) > MOST_BYTES:
        raise invalid(f"Request payload size exceeds the limit: {MOST_BYTES} bytes.")
    sound = _as_it_is(content)
    if sound is None:
        sound = _converted(content)
    if len(sound) > MOST_SECONDS * RATE * 2:
        raise invalid("Audio can be of a maximum of 60 seconds.")
    return sound


def _as_it_is(content: bytes) -> bytes | None:
    """The samples of a WAV file that needs no conversion, which FFmpeg takes long to open; None for any other file."""
    try:
        with wave.open(io.BytesIO(content)) as opened:
            if (opened.getnchannels(), opened.getsampwidth(), opened.getframerate()) == (1, 2, RATE):
                frames: bytes = opened.readframes(opened.getnframes())
                return frames
    except (wave.Error, EOFError):
        pass
    return None


def _converted(content: bytes) -> bytes:
    import av

    container, codecs = _container(content)
    sound = bytearray()
    try:
        with av.open(io.BytesIO(content), "r", format=container) as opened:
            stream = opened.streams.audio[0]
            if stream.codec_context.codec.canonical_name not in codecs:
                raise invalid("Audio encoding not supported: please use one that auto_decoding_config documents.")
            resampler = av.AudioResampler("s16", "mono", RATE)
            for frame in (*opened.decode(stream), None):
                for made in resampler.resample(frame):
                    sound += bytes(made.planes[0])[: made.samples * 2]
                if len(sound) > MOST_SECONDS * RATE * 2:
                    raise invalid("Audio can be of a maximum of 60 seconds.")
    except (av.error.FFmpegError, IndexError) as error:
        raise invalid("Audio data does not appear to be in a supported encoding.") from error
    return bytes(sound)


def _container(content: bytes) -> tuple[str, set[str]]:
    """FFmpeg's name of the format, and the codecs in it that the service documents."""
    if content[4:8] == b"ftyp":
        return _MPEG4
    if found := _CONTAINERS.get(content[:4]):
        return found
    if int.from_bytes(content[:2], "big") & _MPEG_SYNC == _MPEG_SYNC:
        return "mp3", {"mp3"}
    raise invalid("Audio data does not appear to be in a supported encoding.")
