"""PDFs that are written while laid out: the same as fpdf2 writes by itself, valid, and never whole in memory."""

import io
import re
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fpdf import FPDF
from fpdf.errors import FPDFException
from fpdf.output import PDFPage
from fpdf.syntax import PDFContentStream
from PIL import Image
from pypdf import PdfReader

from shared.documents import compact
from shared.exports import streamed
from shared.exports.fonts import FAMILY, set_fonts
from shared.exports.models import Itinerary
from shared.exports.printed import printed
from shared.exports.streamed import StreamedPdf
from shared.plan.limits import MAX_PLAN_BYTES
from shared.plan.schema import MAX_DAYS, MAX_STOPS
from tests.exports.plans import NOW, plan, shown, stop

TEXT = "Nishiki Market 京都 Ω"


def drawn(pdf: FPDF) -> FPDF:
    """Three pages of text and lines in three fonts."""
    pdf.alias_nb_pages("")
    pdf.set_creation_date(NOW)
    set_fonts(pdf, TEXT)
    for number in range(3):
        pdf.add_page()
        pdf.set_font(FAMILY, "B" if number else "", 12 + number)
        pdf.set_text_color(0, 105, 112)
        pdf.multi_cell(60, 6, f"{TEXT} {number}")
        pdf.rect(20, 40, 10, 10)
    return pdf


def written(pdf: StreamedPdf) -> bytes:
    return pdf.taken() + b"".join(pdf.closed())


def read(content: bytes) -> PdfReader:
    """The file, in which every object must be where its table says."""
    start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    first, *offsets = re.findall(rb"(\d{10}) (\d{5}) ([fn])", content[start:])
    assert content[start:].startswith(f"xref\n0 {len(offsets) + 1}\n".encode()) and first[2] == b"f"
    for number, (offset, _, _) in enumerate(offsets, 1):
        assert content[int(offset) :].startswith(f"{number} 0 obj\n".encode())
    return PdfReader(io.BytesIO(content), strict=True)


def seen(content: bytes) -> tuple[list[bytes], list[Any], list[Any]]:
    """What pages draw, how large they are, and what is in the fonts."""
    reader = read(content)
    fonts = {name: font for page in reader.pages for name, font in page["/Resources"]["/Font"].items()}
    described = []
    for name, font in sorted(fonts.items()):
        below = font["/DescendantFonts"][0]
        streams = (font["/ToUnicode"], below["/CIDToGIDMap"], below["/FontDescriptor"]["/FontFile2"])
        described.append((name, font["/BaseFont"], str(below["/W"]), [one.get_data() for one in streams]))
    return (
        [page.get_contents().get_data() for page in reader.pages],
        [page.mediabox for page in reader.pages],
        described,
    )


def test_it_is_what_fpdf2_writes_by_itself_in_another_order() -> None:
    ours, theirs = written(drawn(StreamedPdf())), bytes(drawn(FPDF()).output())
    assert seen(ours) == seen(theirs)
    assert ours.index(b"/FontFile2") > ours.rindex(b"/Type /Page\n") > ours.index(b"endstream")
    assert ours.index(b"\n1 0 obj") > ours.rindex(b"/Type /Page\n"), "the page tree is known last"


def test_pages_are_written_when_the_next_one_begins() -> None:
    pdf = StreamedPdf()
    set_fonts(pdf, TEXT)
    pages = []
    for _ in range(3):
        pdf.add_page()
        pages.append(pdf.taken())
    assert [piece.count(b"/Type /Page\n") for piece in pages] == [0, 1, 1]
    assert pages[1].startswith(b"%PDF-1.7\n")


def test_what_pages_cannot_name_is_refused() -> None:
    for draw in (
        lambda pdf: pdf.image(Image.new("RGB", (2, 2)), 0, 0),
        lambda pdf: pdf.local_context(fill_opacity=0.5).__enter__(),
    ):
        pdf = StreamedPdf()
        pdf.add_page()
        draw(pdf)
        with pytest.raises(FPDFException, match="text and lines only"):
            pdf.add_page()


def test_a_plan_is_a_valid_file_that_says_what_it_is() -> None:
    told = shown({"a": stop("京都 {nb}"), "b": stop("متحف", dayId="d2", order="a1")}, days=2, language="ja")
    content = b"".join(printed(told, NOW))
    reader = read(content)
    assert content == b"".join(printed(told, NOW))
    assert (reader.metadata.title, reader.metadata.creator, reader.metadata.creation_date) == ("A trip", "Travvy", NOW)
    assert reader.trailer["/Root"]["/Lang"] == "ja" and reader.trailer["/Root"]["/Pages"]["/Count"] == 3
    assert "京都 {nb}" in reader.pages[1].extract_text(), "nothing that people write stands for the number of pages"
    other = read(b"".join(printed(shown({}, days=2), NOW)))
    assert reader.trailer["/ID"] != other.trailer["/ID"]


def test_every_page_says_how_many_there_are() -> None:
    reader = read(b"".join(printed(shown({}, days=11), NOW)))
    below = [page.extract_text().split("\n")[-2:] for page in reader.pages]
    assert [[part.strip() for part in parts] for parts in below] == [[f"{number} /", "12"] for number in range(1, 13)]
    forms = {page["/Resources"]["/XObject"].raw_get("/Total").idnum for page in reader.pages}
    assert len(forms) == 1, "one form, which all pages refer to ahead"


def test_text_that_goes_on_and_what_is_above_and_below_it_stay_in_place() -> None:
    told = shown({f"s{i}": stop(notes="Bring cash.\n" * 70, order=f"a{i}") for i in range(4)})
    _, *pages = read(b"".join(printed(told, NOW))).pages
    drawn = [re.findall(rb"([\d.]+) ([\d.]+) Td", page.get_contents().get_data()) for page in pages]
    assert len(drawn) == 6 and len({(above, right, below) for above, right, *_, below in drawn}) == 1
    edges = Counter(x for places in drawn for x, _ in places)
    assert edges.most_common(1)[0][1] == 4 * (2 + 70), "names, what is told about them, and notes have one edge"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple["weakref.WeakSet[Any]", "weakref.WeakSet[Any]"]]:
    """The pages and the content streams that are in memory."""
    pages: weakref.WeakSet[Any] = weakref.WeakSet()
    streams: weakref.WeakSet[Any] = weakref.WeakSet()

    class KeptPage(PDFPage):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            pages.add(self)

    class KeptStream(PDFContentStream):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            streams.add(self)

    monkeypatch.setattr("fpdf.fpdf.PDFPage", KeptPage)
    monkeypatch.setattr(streamed, "PDFContentStream", KeptStream)
    return pages, streams


def largest() -> Itinerary:
    """As many days and stops as a plan may have, with as much to say as it may weigh."""
    stops = {
        f"s{i:03}": stop(f"Stop {i}", dayId=f"d{i % MAX_DAYS + 1}", order=f"a{i:03}", lat=35.0, lng=135.0 + i / 1e4)
        for i in range(MAX_STOPS)
    }
    room = MAX_PLAN_BYTES - len(compact(plan(stops, days=MAX_DAYS)))
    for one in stops.values():
        one["notes"] = "\n".join(["Bring cash, and be there before nine."] * (room // MAX_STOPS // 40))
    assert MAX_PLAN_BYTES * 0.9 < len(compact(plan(stops, days=MAX_DAYS))) <= MAX_PLAN_BYTES
    return shown(stops, days=MAX_DAYS)


@pytest.mark.parametrize(
    ("told", "least"),
    [
        (largest, 300),
        (lambda: shown({"s": stop(notes="متحف " * 2000)}), 4),
        (lambda: shown({"s": stop(notes="متحف\n" * 2000)}), 30),
    ],
    ids=["largest plan", "longest paragraph", "most paragraphs"],
)
def test_no_more_than_one_page_and_the_one_that_is_handed_on_are_kept(told: Any, least: int, kept: Any) -> None:
    pages, streams = kept
    written_pages = 0
    for piece in printed(told(), NOW):
        if b"/FontFile2" in piece:
            break
        in_piece = piece.count(b"/Type /Page\n")
        assert in_piece + len(streams) + sum(bool(page.contents) for page in pages) <= 2
        written_pages += in_piece
    assert len(pages) >= written_pages >= least
