"""Recordings of people who speak to the assistant: made with SVOX Pico (Apache 2.0), as Opus at 28 kbit/s.

en-plan: "what is planned on the second day". en-add: "please add fushimi inari to the plan". en-spent: "how much have
we spent so far". en-rain: "what could we do in kyoto on a rainy afternoon". es-plan, de-plan, fr-plan: as en-plan.
"""

import base64
import io
import random
import wave
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer

RATE = 16_000
KINDS = {
    "m4a": ("ipod", "aac", 44_100, "mono"),
    "mp4": ("mp4", "aac", 48_000, "stereo"),
    "3gp": ("3gp", "libopencore_amrnb", 8_000, "mono"),
    "3gp-aac": ("3gp", "aac", 16_000, "mono"),
    "amr": ("amr", "libopencore_amrnb", 8_000, "mono"),
    "aac": ("adts", "aac", 44_100, "mono"),
    "ogg": ("ogg", "libopus", 48_000, "stereo"),
    "webm": ("webm", "libopus", 48_000, "mono"),
    "mp3": ("mp3", "libmp3lame", 44_100, "stereo"),
    "flac": ("flac", "flac", 48_000, "stereo"),
    "wav": ("wav", "pcm_s16le", 44_100, "stereo"),
}
"""Container, codec, samples a second and channels of what phones and browsers make."""
_FOLDER = Path(__file__).parent / "recordings"


def recording(name: str) -> bytes:
    """The file."""
    return (_FOLDER / f"{name}.ogg").read_bytes()


def in_base64(content: bytes) -> str:
    """As a request has it."""
    return base64.b64encode(content).decode()


def made(name: str, kind: str) -> bytes:
    """The same recording as another device makes it: as `KINDS`."""
    form, codec, rate, layout = KINDS[kind]
    file = io.BytesIO()
    with av.open(io.BytesIO(recording(name))) as source, av.open(file, "w", format=form) as target:
        stream = target.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        _encode(_frames(source), target, stream)
    return file.getvalue()


def silence(seconds: float) -> bytes:
    """A WAV file in which nobody speaks, with the hiss of a cheap microphone."""
    return _hiss(seconds, 12)


def noise(seconds: float) -> bytes:
    """A WAV file of loud noise, without a voice."""
    return _hiss(seconds, 3_000)


def repeated(name: str, seconds: float, pause: float = 1.0) -> bytes:
    """A FLAC file of so many seconds: a recording again and again, with pauses in between."""
    voice = b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in _resampled(recording(name)))
    once = voice + bytes(round(pause * RATE) * 2)
    samples = (once * (round(seconds * RATE * 2) // len(once) + 1))[: round(seconds * RATE) * 2]
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as target:
        stream = target.add_stream("flac", rate=RATE)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        frame = av.AudioFrame("s16", "mono", len(samples) // 2)
        frame.sample_rate = RATE
        frame.planes[0].update(samples)
        _encode([frame], target, stream)
    return file.getvalue()


def _frames(source: InputContainer) -> Iterator[av.AudioFrame]:
    for frame in source.decode(audio=0):
        frame.pts = None
        yield frame


def _resampled(content: bytes) -> Iterator[av.AudioFrame]:
    resampler = av.AudioResampler("s16", "mono", RATE)
    with av.open(io.BytesIO(content)) as source:
        for frame in (*source.decode(audio=0), None):
            yield from resampler.resample(frame)


def _encode(frames: Iterable[av.AudioFrame], target: OutputContainer, stream: av.AudioStream) -> None:
    context = stream.codec_context
    resampler = av.AudioResampler(context.format.name, stream.layout, context.sample_rate, context.frame_size or 4096)
    for frame in (*frames, None):
        for made in resampler.resample(frame):
            target.mux(stream.encode(made))
    target.mux(stream.encode(None))


def _hiss(seconds: float, loudness: int) -> bytes:
    chance = random.Random(1)
    block = array("h", (chance.randint(-loudness, loudness) for _ in range(RATE)))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        left = round(seconds * RATE)
        while left > 0:
            writer.writeframes(block[:left].tobytes())
            left -= RATE
    return file.getvalue()
