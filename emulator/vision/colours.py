"""The colours of a picture: as labels, and as image properties."""

from __future__ import annotations

import colorsys
from typing import Any, Final

from google.cloud.vision_v1 import EntityAnnotation, ImageProperties
from PIL import Image

from emulator.vision.images import Picture

_SIDE: Final = 64
_COLOURS: Final = 10
_LEAST_SHARE: Final = 0.04
_HUES: Final = ((20, "Red"), (45, "Orange"), (70, "Yellow"), (165, "Green"), (200, "Cyan"), (260, "Blue"))
_HUES_BEYOND: Final = ((300, "Purple"), (340, "Pink"), (361, "Red"))


def labels(picture: Picture, most: int) -> list[Any]:
    """EntityAnnotations of the colours, by their share of the picture."""
    shares: dict[str, float] = {}
    for colour, share in _dominant(picture.pixels):
        name = _name(*colour)
        shares[name] = shares.get(name, 0.0) + share
    found = sorted(((share, name) for name, share in shares.items() if share >= _LEAST_SHARE), reverse=True)
    entity = EntityAnnotation.pb()
    return [entity(description=name, score=round(share, 4), topicality=round(share, 4)) for share, name in found[:most]]


def properties(picture: Picture) -> Any:
    """ImageProperties: the ten dominant colours."""
    found = ImageProperties.pb()()
    for (red, green, blue), share in _dominant(picture.pixels):
        colour = found.dominant_colors.colors.add(pixel_fraction=share, score=share)
        colour.color.red, colour.color.green, colour.color.blue = red, green, blue
    return found


def _dominant(pixels: Image.Image) -> list[tuple[tuple[int, int, int], float]]:
    small = pixels.resize((_SIDE, _SIDE)).quantize(_COLOURS)
    palette = small.getpalette() or []
    counted = sorted(small.getcolors() or [], reverse=True)
    return [
        ((palette[3 * index], palette[3 * index + 1], palette[3 * index + 2]), round(count / _SIDE**2, 4))
        for count, index in counted
        if isinstance(index, int)
    ]


def _name(red: int, green: int, blue: int) -> str:
    hue, light, saturation = colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)
    if light < 0.12:
        return "Black"
    if light > 0.92:
        return "White"
    if saturation < 0.12:
        return "Grey"
    degrees = hue * 360
    name = next(name for below, name in (*_HUES, *_HUES_BEYOND) if degrees < below)
    return "Brown" if name in ("Orange", "Red") and light < 0.4 and saturation < 0.75 else name
