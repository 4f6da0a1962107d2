"""A PDF that is written while it is laid out: each page is handed on, and forgotten, as soon as the next one begins.

What pages share comes after them: fonts with the glyphs in use, the number of pages, the page tree, the table of where
objects begin. Pages refer to it ahead by its numbers, as ISO 32000-1, 7.3.10 and 7.5.4, allows.

fpdf2 lays out and serialises; only the order is ours. It promises nothing about the parts that are put together here,
but its version is pinned, and the tests compare with what it writes by itself. Documents are of text and lines: images
and transparency are refused.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final, cast

from fpdf import FPDF
from fpdf.enums import PDFResourceType
from fpdf.errors import FPDFException
from fpdf.output import OutputProducer, PDFHeader, PDFPage, PDFPagesRoot, PDFResources, PDFXrefAndTrailer
from fpdf.syntax import Name, PDFArray, PDFContentStream, PDFObject, create_dictionary_string

_TOTAL: Final = "Total"
"""What pages call the form that shows how many they are."""


class StreamedPdf(FPDF):
    """An A4 document of which `taken` gives what is written and `closed` the rest; `output` is not for it.

    Subclasses draw the number of pages in `total`, where `show_total` in their footer is to show it.
    """

    def __init__(self) -> None:
        super().__init__(format="A4")
        # The version goes first, before it is known what will be drawn.
        self._set_min_pdf_version("1.7")
        self.alias_nb_pages("")
        self._writer = _Writer(self)

    def taken(self) -> bytes:
        """What was written since it was last asked for."""
        return self._writer.taken()

    def closed(self) -> Iterator[bytes]:
        """What is left to write: the last page, and what comes after it."""
        self._render_footer()
        count = self.page
        # This page is not written: what is drawn on it becomes the form.
        self._beginpage("", "", False, None, None)
        self.current_font_is_set_on_page = False
        # Footers stand where text would go on on the next page.
        self.in_footer = True
        self.total(count)
        drawn = self.pages.pop(self.page)
        yield from self._writer.closed(_content(drawn))

    def total(self, count: int) -> None:
        """Draw the number of pages where it stands on each of them."""

    def show_total(self) -> None:
        """Show what `total` will draw."""
        self._out(f"/{_TOTAL} Do")

    def file_id(self) -> str:
        """An identifier made of the content, so that the same document is the same file."""
        digest = self._writer.digest.hexdigest()[:32].upper()
        return f"<{digest}><{digest}>"

    def _beginpage(self, *args: Any, **kwargs: Any) -> None:
        if self.page:
            self._writer.write_page(self.pages[self.page])
        super()._beginpage(*args, **kwargs)


def _content(page: PDFPage) -> bytes:
    """What is drawn on a page that is not written."""
    return bytes(cast(bytearray, page.contents))


class _Written(bytearray):
    """What is written and not yet taken; its length is that of everything that ever was."""

    before = 0

    def __len__(self) -> int:
        return self.before + super().__len__()

    def take(self) -> bytes:
        piece = bytes(self)
        self.before += len(piece)
        self.clear()
        return piece


class _Tree(PDFPagesRoot):
    """The page tree, from which pages inherit what they draw with (ISO 32000-1, 7.7.3.4)."""

    resources: PDFResources | None = None


class _Form(PDFContentStream):
    """Content that pages draw by its name (ISO 32000-1, 8.10)."""

    def __init__(self, contents: bytes, box: PDFArray, resources: PDFResources) -> None:
        super().__init__(contents, compress=True)
        self.type = Name("XObject")
        self.subtype = Name("Form")
        self.b_box = box
        self.resources = resources


class _Writer(OutputProducer):
    """Serialises a document in the order in which it comes about."""

    def __init__(self, fpdf: FPDF) -> None:
        super().__init__(fpdf)
        self.buffer = self._written = _Written()
        self.digest = hashlib.sha256()
        width, height = fpdf.default_page_dimensions
        self._box = PDFArray([0, 0, round(width, 2), round(height, 2)])
        self._tree = _Tree(0, self._box.serialize())
        self._add_pdf_obj(self._tree)
        self.pdf_objs.clear()
        self._pages: list[PDFPage] = []

    def taken(self) -> bytes:
        """What was written since it was last asked for."""
        piece = self._written.take()
        self.digest.update(piece)
        return piece

    def write_page(self, page: PDFPage) -> None:
        """Write a page, and forget what is on it."""
        self._check_resources()
        if not self._pages:
            self._out(PDFHeader(self.fpdf.pdf_version).serialize())
        self._add_pdf_obj(page)
        contents = PDFContentStream(_content(page), compress=True)
        self._add_pdf_obj(contents)
        page.parent, page.contents, page.annots = self._tree, contents, None
        self._write(page, contents)
        self.pdf_objs.clear()
        page.contents = bytearray()
        self._pages.append(page)

    def closed(self, total: bytes) -> Iterator[bytes]:
        """What follows the last page; `total` draws the number of pages."""
        fonts = self._add_fonts({}, {}, {})
        form = _Form(total, self._box, self._add_resources_dict(fonts, {}, {}, {}, {}))
        self._add_pdf_obj(form)
        shared = self._add_resources_dict(fonts, {}, {}, {}, {})
        shared.x_object = create_dictionary_string({f"/{_TOTAL}": form.ref})
        self._tree.resources, self._tree.kids, self._tree.count = shared, PDFArray(self._pages), len(self._pages)
        info, catalog = self._add_info(), self._add_catalog()
        self._finalize_catalog(catalog, self._tree, self._pages[0], None, None, None, None)
        for one in (self._tree, *self.pdf_objs):
            self._write(cast(PDFObject, one))
            yield self.taken()
        end = PDFXrefAndTrailer(self)
        end.catalog_obj, end.info_obj = catalog, info
        self._out(end.serialize())
        yield self.taken()

    def _write(self, *objects: PDFObject) -> None:
        for one in objects:
            self.offsets[one.id] = len(self.buffer)
            self._out(one.serialize())

    def _check_resources(self) -> None:
        """Raise FPDFException if a page is drawn with more than fonts; forget with which."""
        used = self.fpdf._resource_catalog.resources_per_page
        if others := {kind for (_, kind), names in used.items() if names} - {PDFResourceType.FONT}:
            raise FPDFException(f"Pages that are written as they come have text and lines only, not {others}")
        used.clear()
