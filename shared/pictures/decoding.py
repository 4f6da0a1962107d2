"""A picture as somebody sent it, made harmless: decoded, turned upright, without metadata, no larger than needed."""

import io
import math
from dataclasses import dataclass
from typing import Any, Final

from PIL import ExifTags, Image

from shared.pictures.settings import KEPT_BYTES, KEPT_PIXELS, MOST_PIXELS
from shared.runtime.errors import InvalidArgument
from shared.runtime.logs import log

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
_MAY_MOVE: Final = ("PNG", "WEBP")
_LONGEST_SIDE: Final = 16_000
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by its Exif orientation."""
_QUALITIES: Final = (88, 75, 60)
_MAX_LATITUDE: Final = 90.0
_MAX_LONGITUDE: Final = 180.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Prepared:
    """An upright JPEG without metadata, and where the camera was (degrees), if the file told."""

    jpeg: bytes
    taken_at: Point | None


def prepare(content: bytes, field: str) -> Prepared:
    """Decode the whole file; its name and its declared type count for nothing.

    Raises InvalidArgument naming the field: PICTURE_UNREADABLE (no JPEG, PNG, WEBP or HEIF, or a damaged one),
    PICTURE_TOO_MANY_PIXELS, PICTURE_ANIMATED.
    """
    try:
        return _prepared(content, field)
    except (InvalidArgument, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(field) from error
    except Exception as error:
        # Decoders of hostile files fail in every way that there is, and each means the same to whoever sent one.
        log.info("picture not decoded", error=type(error).__name__, bytes=len(content))
        raise InvalidArgument(
            "This is no picture that we can read. Send a whole JPEG, PNG, WEBP or HEIC file",
            reason="PICTURE_UNREADABLE",
            metadata={"field": field},
        ) from error


def _prepared(content: bytes, field: str) -> Prepared:
    import pillow_heif

    pillow_heif.register_heif_opener()
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise _too_many_pixels(field)
        if opened.format in _MAY_MOVE and getattr(opened, "n_frames", 1) > 1:
            raise InvalidArgument(
                "Send one picture, not an animation", reason="PICTURE_ANIMATED", metadata={"field": field}
            )
        exif = opened.getexif()
        turn = _TURNS.get(exif.get(ExifTags.Base.Orientation, 1))
        width, height = _fitting(opened.width, opened.height)
        # Lets JPEGs be decoded at a half, a quarter or an eighth of their size, which saves most of the memory.
        opened.draft("RGB", (width, height))
        # Whatever is done to a picture before it is loaded is done to a second copy of it.
        opened.load()
        # The decoded picture is by far the largest thing in memory, so everything else happens to the shrunk one.
        shrunk = _shrunk(opened)
        upright = shrunk.transpose(turn) if turn is not None else shrunk
        return Prepared(_encoded(_flat(upright)), _position(exif))


def _fitting(width: int, height: int) -> tuple[int, int]:
    """The size at which a picture is kept."""
    scale = min(1.0, math.sqrt(KEPT_PIXELS / (width * height)), _LONGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrunk(picture: Image.Image) -> Image.Image:
    """At most as large as it is kept."""
    size = _fitting(*picture.size)
    if picture.mode not in ("L", "RGB", "RGBA", "CMYK"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture.resize(size, Image.Resampling.LANCZOS) if size != picture.size else picture


def _flat(picture: Image.Image) -> Image.Image:
    """In three colours; what is transparent becomes white."""
    if picture.mode == "RGBA":
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    """A JPEG of at most KEPT_BYTES, made of the pixels alone."""
    # What an encoder finds here it would write.
    picture.info = {}
    while True:
        for quality in _QUALITIES:
            file = io.BytesIO()
            picture.save(file, "JPEG", quality=quality)
            if file.tell() <= KEPT_BYTES:
                return file.getvalue()
        picture = picture.resize((max(1, picture.width * 3 // 4), max(1, picture.height * 3 // 4)))


def _position(exif: Image.Exif) -> Point | None:
    """Degrees north and east by the GPS tags; None for missing or nonsensical ones."""
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude])
        lng = _degrees(gps[ExifTags.GPS.GPSLongitude])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    lat = -lat if gps.get(ExifTags.GPS.GPSLatitudeRef) == "S" else lat
    lng = -lng if gps.get(ExifTags.GPS.GPSLongitudeRef) == "W" else lng
    # Cameras without a fix write zeros.
    known = abs(lat) <= _MAX_LATITUDE and abs(lng) <= _MAX_LONGITUDE and (lat, lng) != (0.0, 0.0)
    return (lat, lng) if known else None


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _too_many_pixels(field: str) -> InvalidArgument:
    return InvalidArgument(
        f"The picture is too large; at most {MOST_PIXELS // 10**6} million pixels are allowed",
        reason="PICTURE_TOO_MANY_PIXELS",
        metadata={"field": field, "limit": MOST_PIXELS},
    )
