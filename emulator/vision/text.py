"""Text in pictures, read by RapidOCR, whose models (PP-OCR: Latin scripts, Chinese, Japanese) come in its package.

The recogniser takes 0.2 GB and some seconds to load, so it is loaded for the first picture whose text is wanted.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from google.cloud.vision_v1 import AnnotateImageResponse, Block, TextAnnotation
from PIL import Image

from emulator.vision.images import Picture

_SETTINGS: Final = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "EngineConfig.onnxruntime.intra_op_num_threads": 2,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_LONGEST_SIDE: Final = 2_000
_LEAST_SIDE: Final = 16
"""No letter can be read in less; so nothing is loaded for that."""
_BREAK: Final = TextAnnotation.DetectedBreak.BreakType

Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Line:
    """A line of text, how sure the recogniser is (0 to 1), and its corners from the upper left, clockwise."""

    text: str
    sure: float
    corners: Corners

    def part(self, start: int, end: int) -> Corners:
        """The corners of some of its characters, taken to be equally wide."""
        low, high = start / len(self.text), end / len(self.text)
        (a, b, c, d) = self.corners
        return _between(a, b, low), _between(a, b, high), _between(d, c, high), _between(d, c, low)


class Reader:
    """Reads lines. Thread-safe; one picture at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recogniser: Any = None

    def lines(self, picture: Picture) -> list[Line]:
        """From the top to the bottom."""
        if min(picture.pixels.size) < _LEAST_SIDE:
            return []
        pixels, scale = _shrunk(picture.pixels)
        with self._lock:
            found = self._loaded()(pixels)
        if found.txts is None:
            return []
        return [
            Line(text, float(sure), tuple((float(x) / scale, float(y) / scale) for x, y in box))
            for text, sure, box in zip(found.txts, found.scores, found.boxes, strict=True)
            if any(one.isalnum() for one in text)
        ]

    def _loaded(self) -> Any:
        if self._recogniser is None:
            from rapidocr import RapidOCR

            self._recogniser = RapidOCR(params=dict(_SETTINGS))
        return self._recogniser


def annotate(answer: Any, lines: list[Line], width: int, height: int) -> None:
    """Put lines into an AnnotateImageResponse, as both forms of text that the service has."""
    if not lines:
        return
    whole = AnnotateImageResponse.pb()().full_text_annotation
    whole.text = "".join(f"{line.text}\n" for line in lines)
    page = whole.pages.add(width=width, height=height)
    every = [corner for line in lines for corner in line.corners]
    first = answer.text_annotations.add(description=whole.text.rstrip("\n"), locale=_language(whole.text))
    _outline(first.bounding_poly, _box(every))
    for line in lines:
        block = page.blocks.add(confidence=line.sure, block_type=Block.BlockType.TEXT)
        paragraph = block.paragraphs.add(confidence=line.sure)
        for part in (block, paragraph):
            _outline(part.bounding_box, line.corners)
        for start, end in _words(line.text):
            _add_word(paragraph.words.add(confidence=line.sure), line, start, end)
            entity = answer.text_annotations.add(description=line.text[start:end])
            _outline(entity.bounding_poly, line.part(start, end))
    answer.full_text_annotation.CopyFrom(whole)


def _add_word(word: Any, line: Line, start: int, end: int) -> None:
    _outline(word.bounding_box, line.part(start, end))
    word.property.detected_languages.add(language_code=_language(line.text[start:end]))
    for at in range(start, end):
        symbol = word.symbols.add(text=line.text[at], confidence=line.sure)
        _outline(symbol.bounding_box, line.part(at, at + 1))
    last = end == len(line.text)
    word.symbols[-1].property.detected_break.type_ = _BREAK.LINE_BREAK if last else _BREAK.SPACE


def _words(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for word in text.split():
        start = text.index(word, start)
        yield start, start + len(word)
        start += len(word)


def _language(text: str) -> str:
    """By script alone: "und" says that nothing else was looked at."""
    if any("\u3040" <= one <= "\u30ff" for one in text):
        return "ja"
    return "zh" if any("\u3400" <= one <= "\u9fff" for one in text) else "und"


def _shrunk(pixels: Image.Image) -> tuple[Any, float]:
    """Blue, green, red, as the recogniser wants it, and how much smaller than the picture."""
    import numpy

    scale = min(1.0, _LONGEST_SIDE / max(pixels.size))
    if scale < 1:
        pixels = pixels.resize((max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale))))
    return numpy.ascontiguousarray(numpy.asarray(pixels)[:, :, ::-1]), scale


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _box(corners: list[tuple[float, float]]) -> Corners:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _outline(polygon: Any, corners: Corners) -> None:
    for x, y in corners:
        polygon.vertices.add(x=round(x), y=round(y))
