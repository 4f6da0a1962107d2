"""The fonts that a printed plan needs, and only those: most plans do with one."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont
from fpdf import FPDF

FAMILY: Final = "plan"
_FOLDER: Final = Path(__file__).parent / "fonts"
_MAIN: Final = {"": "NotoSans-Regular.ttf", "B": "NotoSans-Bold.ttf"}
_OTHERS: Final = (
    "DroidSansFallback.ttf",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansArmenian-Regular.ttf",
    "NotoSansGeorgian-Regular.ttf",
    "NotoSansSymbols2-Regular.ttf",
)
_SHAPED: Final = re.compile("[\u0300-\u036f\u0590-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc]")
"""Scripts that run from right to left, or in which letters change with their neighbours."""


def set_fonts(pdf: FPDF, text: str) -> frozenset[str]:
    """Add what it takes to print a text; returns the characters in it that no font of ours has."""
    for style, file in _MAIN.items():
        pdf.add_font(FAMILY, style, _FOLDER / file)
    missing = frozenset(text) - _characters(_MAIN[""]) - {"\n"}
    others = []
    for file in _OTHERS:
        if missing & _characters(file):
            missing -= _characters(file)
            others.append(Path(file).stem.lower())
            pdf.add_font(others[-1], "", _FOLDER / file)
    if others:
        pdf.set_fallback_fonts(others, exact_match=False)
    return missing


@contextmanager
def shaping(pdf: FPDF, text: str) -> Iterator[bool]:
    """Print a paragraph meanwhile, whole or line by line. Shaping takes ten times as long, so it is for scripts that
    need it; says if this one does."""
    before, shaped = pdf.text_shaping, bool(_SHAPED.search(text))
    pdf.set_text_shaping(use_shaping_engine=shaped, direction=_direction(text))
    try:
        yield shaped
    finally:
        pdf.text_shaping = before


def _direction(text: str) -> str:
    """Where a paragraph runs is told by the first letter that runs anywhere (UAX #9, P2 and P3), for all its lines."""
    strong = (kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL"))
    return "ltr" if next(strong, "L") == "L" else "rtl"


@cache
def _characters(file: str) -> frozenset[str]:
    """The characters that a font has."""
    with TTFont(_FOLDER / file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
