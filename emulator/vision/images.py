"""The picture of a request, and what the service refuses of it, in its words."""

from __future__ import annotations

import io
import warnings
from typing import Any, Final

import grpc
from PIL import Image, ImageOps, UnidentifiedImageError

from emulator.common.rpc import StatusError

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 75_000_000
"""https://cloud.google.com/vision/quotas"""
_GPS: Final = 0x8825
_NORTH, _LAT, _EAST, _LNG = 1, 2, 3, 4
_BAD: Final = "Bad image data."

Point = tuple[float, float]


class Picture:
    """A decoded picture, upright, and where its camera was."""

    def __init__(self, pixels: Image.Image, taken_at: Point | None) -> None:
        self.pixels = pixels
        self.taken_at = taken_at


def picture_of(image: Any) -> Picture:
    """Of a google.cloud.vision.v1.Image. Raises StatusError, which becomes the `error` of this picture's answer."""
    if image.HasField("source"):
        raise StatusError(grpc.StatusCode.UNIMPLEMENTED, "The stand-in fetches no pictures; send their bytes.")
    if not image.content:
        raise _refused("Image content is empty.")
    if len(image.content) > MOST_BYTES:
        raise _refused("Request payload size exceeds the limit: 20971520 bytes.")
    return _decoded(image.content)


def _decoded(content: bytes) -> Picture:
    try:
        # Our own limit follows below, so Pillow's is not asked.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content))
            if opened.width * opened.height > MOST_PIXELS:
                raise _refused("Image size is too large: more than 75000000 pixels.")
            taken_at = _place(opened.getexif().get_ifd(_GPS))
            return Picture(ImageOps.exif_transpose(opened).convert("RGB"), taken_at)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, TypeError):
        raise _refused(_BAD) from None


def _place(gps: dict[int, Any]) -> Point | None:
    if not {_LAT, _LNG} <= gps.keys():
        return None
    lat, lng = _degrees(gps[_LAT]), _degrees(gps[_LNG])
    return (-lat if gps.get(_NORTH) == "S" else lat), (-lng if gps.get(_EAST) == "W" else lng)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _refused(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.INVALID_ARGUMENT, message)
