"""The look of a printed plan: what a section, a stop, a line of the overview look like on paper."""

import math
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from fpdf import FPDF
from fpdf.enums import TextEmphasis, XPos, YPos

from shared.exports.fonts import FAMILY, set_fonts, shaping
from shared.exports.lines import broken
from shared.exports.streamed import StreamedPdf

_INK: Final = (28, 30, 34)
_MUTED: Final = (108, 114, 124)
_ACCENT: Final = (0, 105, 112)
_PALE: Final = (231, 243, 243)
_RULE: Final = (214, 218, 224)
_MARGIN: Final = 18.0
_TIME_WIDTH: Final = 21.0
_TEXT_LEFT: Final = _MARGIN + _TIME_WIDTH + 7
"""Where the text of a stop begins, in millimetres; its dot stands between it and its times."""
_DOT: Final = 2.4


class _Pages(StreamedPdf):
    """Pages with the trip's name above from the second on, and their numbers below."""

    def __init__(self, title: str, language: str) -> None:
        super().__init__()
        self.running = ("", "")
        self.set_title(title)
        self.set_lang(language)

    def header(self) -> None:
        if self.page_no() == 1:
            return
        self.set_font(FAMILY, "", 8)
        self.set_text_color(*_MUTED)
        self.set_xy(_MARGIN, 9)
        left, right = self.running
        # Not `epw`: a page may begin in the midst of text that has another margin.
        width = self.w - 2 * _MARGIN
        with shaping(self, left):
            self.cell(width * 0.72, 5, _fitting(self, left, width * 0.72))
        with shaping(self, right):
            self.cell(width * 0.28, 5, right, align="R")
        self.set_xy(_MARGIN, _MARGIN)

    def footer(self) -> None:
        self._below(_MARGIN, f"{self.page_no()} / ", align="R")
        self.show_total()

    def total(self, count: int) -> None:
        self._below(self.w / 2 - self.c_margin, str(count), align="L")

    def _below(self, left: float, text: str, align: str) -> None:
        """One side of the number below a page, which ends or begins in the middle."""
        self.set_font(FAMILY, "", 8)
        self.set_text_color(*_MUTED)
        self.set_xy(left, -13)
        with shaping(self, text):
            self.cell(self.w / 2 - _MARGIN + self.c_margin, 5, text, align=align)

    def set_font(self, family: str | None = None, style: str | TextEmphasis = "", size: float = 0) -> None:
        super().set_font(family, style, size)
        if self.page and self.current_font and not self.current_font_is_set_on_page:
            # Otherwise fpdf2 sets it within a line that begins in a fallback font, and takes it for set from then on.
            self._out(self._set_font_for_page(self.current_font, self.font_size_pt))


class Sheet:
    """A document under way. `text` is all that people wrote in it, `language` what our own words in it are in; lengths
    are in millimetres.

    Whatever is drawn yields what it completes of the file, so that no more than a few pages are ever kept.
    """

    def __init__(self, title: str, text: str, revised: datetime, language: str) -> None:
        self._pdf = _Pages(title, language)
        self._pdf.set_creation_date(revised)
        self._pdf.set_creator("Travvy")
        self._pdf.set_producer("Travvy")
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.set_auto_page_break(True, margin=_MARGIN)
        self._widths: dict[tuple[str, float, bool], dict[str, float]] = {}
        self._gone = dict.fromkeys(map(ord, set_fonts(self._pdf, text)))
        self._title = self._printable(title)

    def closed(self) -> Iterator[bytes]:
        """The rest of the file, once everything is drawn."""
        yield from self._completed()
        yield from self._pdf.closed()

    def cover(self, title: str, where: str, when: str, running: str) -> Iterator[bytes]:
        """Begin the first page; `running` is what it is called."""
        pdf = self._pdf
        pdf.running = (self._title, running)
        pdf.add_page()
        pdf.set_fill_color(*_ACCENT)
        pdf.rect(0, 0, pdf.w, 5, style="F")
        pdf.set_y(26)
        yield from self._write(title, 26, style="B", height=11)
        yield from self._write(where, 12, colour=_ACCENT, height=7)
        yield from self._write(when, 11, colour=_MUTED, height=7)
        pdf.ln(6)

    def section(self, running: str, title: str, subtitle: str) -> Iterator[bytes]:
        """Begin a page of its own, with a band across its head."""
        pdf = self._pdf
        pdf.running = (self._title, running)
        pdf.add_page()
        pdf.set_y(_MARGIN + 3)
        yield from self._write(running.upper(), 9, style="B", colour=_ACCENT, height=5)
        yield from self._write(title, 18, style="B", height=9)
        yield from self._write(subtitle, 10, colour=_MUTED, height=5.5)
        pdf.ln(2)
        pdf.set_draw_color(*_ACCENT)
        pdf.set_line_width(0.6)
        pdf.line(_MARGIN, pdf.y, pdf.w - _MARGIN, pdf.y)
        pdf.ln(5)

    def heading(self, text: str) -> Iterator[bytes]:
        """A heading within a page."""
        self._pdf.ln(6)
        self._keep(20)
        yield from self._write(text, 13, style="B", height=8)

    def row(self, label: str, when: str, text: str) -> Iterator[bytes]:
        """A line of the overview."""
        pdf = self._pdf
        self._keep(9)
        yield from self._completed()
        top = pdf.y
        pdf.set_text_color(*_ACCENT)
        pdf.set_font(FAMILY, "B", 10)
        pdf.cell(20, 8, label)
        pdf.set_text_color(*_MUTED)
        pdf.set_font(FAMILY, "", 10)
        pdf.cell(28, 8, when)
        pdf.set_text_color(*_INK)
        with shaping(pdf, text):
            pdf.cell(0, 8, _fitting(pdf, self._printable(text), pdf.epw - 48))
        pdf.set_draw_color(*_RULE)
        pdf.set_line_width(0.2)
        pdf.line(_MARGIN, top + 8, pdf.w - _MARGIN, top + 8)
        pdf.set_xy(_MARGIN, top + 8)

    def paragraph(self, text: str, *, strong: bool = False, muted: bool = False, above: float = 0) -> Iterator[bytes]:
        """Text across the page."""
        self._pdf.ln(above)
        yield from self._write(text, 10, style="B" if strong else "", colour=_MUTED if muted else _INK, height=5.2)
        self._pdf.ln(2)

    def way(self, text: str) -> Iterator[bytes]:
        """How one gets from the stop above to the one below."""
        self._keep(24)
        yield from self._write(text, 8.5, colour=_MUTED, height=5, left=_TEXT_LEFT)
        self._pdf.ln(2)

    def stop(self, begins: str, ends: str, name: str, told: str, notes: str) -> Iterator[bytes]:
        """A stop: its times, its name, what is told about it, and its notes, which may go on on the next page."""
        pdf = self._pdf
        name = self._printable(name)
        pdf.set_font(FAMILY, "B", 12)
        with shaping(pdf, name):
            rows = math.ceil(1.1 * pdf.get_string_width(name) / (pdf.w - _MARGIN - _TEXT_LEFT))
        self._keep(6 * rows + 12)
        page, top = pdf.page, pdf.y
        pdf.set_text_color(*_INK)
        pdf.set_font(FAMILY, "B", 11)
        pdf.cell(_TIME_WIDTH, 6, begins)
        pdf.set_fill_color(*_ACCENT)
        pdf.ellipse(_MARGIN + _TIME_WIDTH + 0.6, top + 3 - _DOT / 2, _DOT, _DOT, style="F")
        pdf.set_xy(_TEXT_LEFT, top)
        yield from self._write(name, 12, style="B", height=6, left=_TEXT_LEFT)
        below = pdf.y
        if ends:
            pdf.set_font(FAMILY, "", 9)
            pdf.set_text_color(*_MUTED)
            pdf.set_xy(_MARGIN, top + 5.6)
            pdf.cell(_TIME_WIDTH, 5, f"– {ends}")
        pdf.set_xy(_MARGIN, below)
        yield from self._write(told, 9, colour=_MUTED, height=5, left=_TEXT_LEFT)
        if notes:
            pdf.ln(0.6)
            yield from self._write(notes, 9.5, height=4.9, left=_TEXT_LEFT)
        if pdf.page == page:
            middle = _MARGIN + _TIME_WIDTH + 0.6 + _DOT / 2
            pdf.set_draw_color(*_RULE)
            pdf.set_line_width(0.3)
            pdf.line(middle, top + 3 + _DOT, middle, pdf.y)
        pdf.ln(3)

    def tick(self, text: str, *, done: bool) -> Iterator[bytes]:
        """A box to tick, and what it is for."""
        pdf = self._pdf
        self._keep(8)
        pdf.set_draw_color(*_ACCENT)
        pdf.set_fill_color(*_PALE)
        pdf.set_line_width(0.4)
        x, y = _MARGIN + 0.5, pdf.y + 1
        pdf.rect(x, y, 3.6, 3.6, style="DF")
        if done:
            pdf.polyline([(x + 0.7, y + 1.9), (x + 1.6, y + 2.8), (x + 3.0, y + 0.8)])
        yield from self._write(text, 10.5, colour=_MUTED if done else _INK, height=5.6, left=_MARGIN + 8)
        pdf.ln(1.2)

    def _write(
        self,
        text: str,
        size: float,
        *,
        height: float,
        style: str = "",
        colour: tuple[int, int, int] = _INK,
        left: float = _MARGIN,
    ) -> Iterator[bytes]:
        """Text from a left edge to the right margin; what does not fit goes on on the next page, from the same edge."""
        if not (text := self._printable(text)):
            return
        pdf = self._pdf
        pdf.set_font(FAMILY, style, size)
        pdf.set_text_color(*colour)
        pdf.set_left_margin(left)
        width = pdf.w - _MARGIN - left
        for paragraph in text.split("\n"):
            with shaping(pdf, paragraph) as shaped:
                measure = self._measure(style, size, shaped=shaped)
                for line in broken(paragraph, width - 2 * pdf.c_margin, measure):
                    # fpdf2 would begin the page by itself, but take the header's font for the one that is set.
                    self._keep(height)
                    pdf.set_x(left)
                    pdf.cell(width, height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
                    yield from self._completed()
        pdf.set_left_margin(_MARGIN)
        pdf.set_x(_MARGIN)

    def _measure(self, style: str, size: float, *, shaped: bool) -> Callable[[str], float]:
        """Tells how wide a text is in the font that is set; letters that are shaped change with their neighbours."""
        known = self._widths.setdefault((style, size, shaped), {})

        def wide(text: str) -> float:
            if text not in known:
                known[text] = self._pdf.get_string_width(text)
            return known[text]

        return wide if shaped else lambda text: sum(map(wide, text))

    def _completed(self) -> Iterator[bytes]:
        """What is written since this was last asked for, if anything is."""
        if piece := self._pdf.taken():
            yield piece

    def _keep(self, height: float) -> None:
        """Begin a new page unless so much still fits on this one."""
        if self._pdf.y + height > self._pdf.page_break_trigger:
            self._pdf.add_page()

    def _printable(self, text: str) -> str:
        return text.translate(self._gone).strip()


def _fitting(pdf: FPDF, text: str, width: float) -> str:
    """As much of a text as fits, with an ellipsis if that is not all."""
    if pdf.get_string_width(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if pdf.get_string_width(text[:middle].rstrip() + "…") <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
