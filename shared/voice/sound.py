"""A recording as somebody sent it, opened: decided by its content, decoded whole, mono at 16 kHz."""

import io
import math
import time
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, Final, Literal

from shared.runtime.errors import InvalidArgument
from shared.runtime.logs import log
from shared.voice.settings import DECODE_SECONDS, MOST_CHANNELS, PAUSE_WITHIN_SECONDS, PIECE_SECONDS, RATE
from shared.voice.wav import wav

Field = Literal["audio", "upload"]

FORMATS: Final = "M4A, 3GP, AMR, AAC, MP3, FLAC, WAV, Ogg or WebM"
_CODECS: Final = {
    "mov": {"aac", "alac", "amr_nb", "amr_wb", "mp3"},
    "amr": {"amr_nb", "amr_wb"},
    "aac": {"aac"},
    "mp3": {"mp3"},
    "flac": {"flac"},
    "wav": {"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_mulaw", "pcm_alaw"},
    "ogg": {"opus", "vorbis", "flac"},
    "matroska": {"opus", "vorbis"},
}
"""What is decoded, by FFmpeg's names: the fewer decoders can be reached, the less a hostile file can do."""
_WINDOW: Final = RATE // 10
_QUIET: Final = 150
"""A window of a tenth of a second whose loudest sample (of 32,768) is below it has no voice in it."""
_LEAST_LOUD: Final = 3
_ANNOUNCING: Final = frozenset({"mov", "wav", "flac", "matroska"})
"""Formats whose header says how long a recording is; of others it is guessed, or found by reading to the end."""
_UNKNOWN_SIZES: Final = (0, 0xFFFFFFFF)
_MISSING: Final = 0.1
_MISSING_SECONDS: Final = 0.3
"""How much of an announced length may be missing: a share and seconds, whichever is more."""


@dataclass(frozen=True)
class Sound:
    """16-bit mono samples at 16 kHz."""

    samples: "array[int]"

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @cached_property
    def silent(self) -> bool:
        """Whether nobody can have said anything."""
        loud = (peak for peak in self._peaks(0, len(self.samples)) if peak >= _QUIET)
        return len(list(islice(loud, _LEAST_LOUD))) < _LEAST_LOUD

    def pieces(self) -> "list[Sound]":
        """Parts of at most PIECE_SECONDS, cut where it is quiet. The same sound is always cut the same."""
        found, start, most = [], 0, round(PIECE_SECONDS * RATE)
        while len(self.samples) - start > most:
            earliest = start + most - round(PAUSE_WITHIN_SECONDS * RATE)
            peaks = list(self._peaks(earliest, start + most))
            quietest = min(range(len(peaks)), key=lambda index: (peaks[index], -index))
            end = min(earliest + quietest * _WINDOW + _WINDOW // 2, start + most)
            found.append(Sound(self.samples[start:end]))
            start = end
        return [*found, Sound(self.samples[start:])]

    def wav(self) -> bytes:
        """The sound as a WAV file."""
        return wav(self.samples)

    def _peaks(self, start: int, end: int) -> Iterator[int]:
        windows = (self.samples[at : at + _WINDOW] for at in range(start, end, _WINDOW))
        return (max(max(window), -min(window)) for window in windows if window)


def opened(content: bytes, field: Field, most_seconds: float) -> Sound:
    """The sound of a recording.

    Raises InvalidArgument naming the field: AUDIO_EMPTY, AUDIO_UNREADABLE (not a recording that we know, or a damaged
    one), AUDIO_TRUNCATED, AUDIO_TOO_LONG, AUDIO_CHANNELS.
    """
    if not content:
        raise _empty(field)
    container = _container(content)
    if container is None:
        raise _unreadable("This is no recording that we can open", field)
    try:
        sound, announced = _decoded(content, container, field, most_seconds)
    except (InvalidArgument, MemoryError):
        raise
    except Exception as error:
        # Decoders of hostile files fail in every way that there is, and each means the same to whoever sent one.
        log.info("recording not decoded", error=type(error).__name__, container=container, bytes=len(content))
        raise _unreadable("The recording is damaged, or something else than it says", field) from error
    if not sound.samples:
        raise _empty(field)
    missing = announced - sound.seconds
    if missing > max(_MISSING_SECONDS, _MISSING * announced) or (container == "wav" and _cut_short(content)):
        raise InvalidArgument(
            "The recording breaks off: it did not arrive whole. Send it again",
            reason="AUDIO_TRUNCATED",
            metadata={"field": field},
        )
    return sound


def _container(content: bytes) -> str | None:
    """FFmpeg's name of the format by the first bytes; only that one is tried."""
    if content[4:8] == b"ftyp":
        return "mov"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "wav"
    for magic, name in ((b"#!AMR", "amr"), (b"fLaC", "flac"), (b"OggS", "ogg"), (b"\x1aE\xdf\xa3", "matroska")):
        if content.startswith(magic):
            return name
    if content.startswith(b"ID3"):
        return "mp3"
    # A frame's sync word; in ADTS the two bits of the layer are zero, in MPEG audio they never are.
    if len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0:
        return "mp3" if content[1] & 0x06 else "aac"
    return None


def _decoded(content: bytes, container: str, field: Field, most_seconds: float) -> tuple[Sound, float]:
    """The sound, and how many seconds the file's header says it has; 0 if it does not say."""
    import av

    until = time.monotonic() + DECODE_SECONDS
    samples = array("h")
    with av.open(io.BytesIO(content), "r", format=container) as recording:
        if not recording.streams.audio:
            raise _unreadable("There is no sound in this file", field)
        stream = recording.streams.audio[0]
        codec = stream.codec_context
        if codec.codec.canonical_name not in _CODECS[container]:
            raise _unreadable("This kind of recording is unknown to us", field)
        if codec.channels > MOST_CHANNELS:
            raise InvalidArgument(
                f"The recording has {codec.channels} channels; at most {MOST_CHANNELS} are allowed",
                reason="AUDIO_CHANNELS",
                metadata={"field": field, "limit": MOST_CHANNELS},
            )
        announced = _announced(recording, stream) if container in _ANNOUNCING else 0.0
        if announced > most_seconds + _MISSING_SECONDS:
            raise too_long(field, most_seconds)
        converter: _Converter | None = None
        for frame in recording.decode(stream):
            converter = converter or _Converter(frame, samples)
            converter.add(frame)
            if len(samples) > most_seconds * RATE:
                break
            if time.monotonic() > until:
                raise TimeoutError
        if converter:
            converter.finish()
        if len(samples) > most_seconds * RATE:
            raise too_long(field, most_seconds)
    return Sound(samples), announced


class _Converter:
    """Appends frames like the first one to `samples`, as 16-bit mono at 16 kHz, about a second at a time.

    `av.AudioResampler` does so frame by frame, and starts threads for it; and at each step from Python into FFmpeg and
    back other calls go first.
    """

    def __init__(self, first: Any, samples: "array[int]") -> None:
        from av.filter import Graph

        self._samples = samples
        self._waiting = 0
        self._graph = Graph()
        self._graph.threads = 1
        source = {
            "sample_rate": str(first.sample_rate),
            "sample_fmt": first.format.name,
            "channel_layout": first.layout.name,
            "time_base": str(first.time_base),
        }
        wanted = {"sample_rates": str(RATE), "sample_fmts": "s16", "channel_layouts": "mono"}
        nodes = self._graph.add("abuffer", **source), self._graph.add("aformat", **wanted)
        self._graph.link_nodes(*nodes, self._graph.add("abuffersink"))
        self._graph.configure()
        self._graph.set_audio_frame_size(RATE)

    def add(self, frame: Any) -> None:
        """Take the next frame. Raises ValueError if it is of another kind than the first."""
        self._graph.push(frame)
        self._waiting += frame.samples
        if self._waiting >= frame.sample_rate:
            self._waiting = 0
            self._append()

    def finish(self) -> None:
        """There are no more frames."""
        self._graph.push(None)
        self._append()

    def _append(self) -> None:
        with suppress(BlockingIOError, EOFError):
            while True:
                made: Any = self._graph.pull()
                self._samples.frombytes(memoryview(made.planes[0])[: made.samples * 2])


def _cut_short(content: bytes) -> bool:
    """Whether a WAV file is shorter than its RIFF header says, unless that was written before anybody knew."""
    size = int.from_bytes(content[4:8], "little")
    return size not in _UNKNOWN_SIZES and (size + 8) * (1 - _MISSING) > len(content)


def _announced(recording: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return recording.duration / 1_000_000 if recording.duration else 0.0


def too_long(field: Field, most_seconds: float) -> InvalidArgument:
    minutes = math.floor(most_seconds / 60)
    how = " Upload a longer one to Cloud Storage, and send its address as upload" if field == "audio" else ""
    return InvalidArgument(
        f"The recording is longer than {minutes} min.{how}",
        reason="AUDIO_TOO_LONG",
        metadata={"field": field, "limitSeconds": most_seconds},
    )


def _empty(field: Field) -> InvalidArgument:
    return InvalidArgument("The recording is empty", reason="AUDIO_EMPTY", metadata={"field": field})


def _unreadable(message: str, field: Field) -> InvalidArgument:
    return InvalidArgument(f"{message}. Send {FORMATS}", reason="AUDIO_UNREADABLE", metadata={"field": field})
