"""A WAV file of 16-bit mono samples: what is sent to be recognised has one known form, and none of the recording's
metadata."""

import io
import sys
import wave
from array import array

from shared.voice.settings import RATE


def wav(samples: "array[int]") -> bytes:
    """The file's bytes."""
    if sys.byteorder == "big":
        samples = array("h", samples)
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(samples.itemsize)
        writer.setframerate(RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()
