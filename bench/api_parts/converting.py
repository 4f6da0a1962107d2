"""What a handler does itself with what it is sent, with the same libraries as ours."""

import io
import wave

import av
from PIL import Image

_RATE = 16_000


def reencoded(picture: bytes) -> bytes:
    """What anybody does who keeps nothing of a picture but its pixels."""
    file = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as opened:
        opened.convert("RGB").save(file, "JPEG", quality=88)
    return file.getvalue()


def as_wav(recording: bytes) -> bytes:
    """A recording as speech is recognised: 16 bits, mono, 16 kHz."""
    file = io.BytesIO()
    resampler = av.AudioResampler("s16", "mono", _RATE)
    with av.open(io.BytesIO(recording)) as opened, wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(_RATE)
        for frame in (*opened.decode(audio=0), None):
            for made in resampler.resample(frame):
                writer.writeframes(bytes(made.planes[0])[: made.samples * 2])
    return file.getvalue()
