"""The text of a PDF as a screen reader reads it: glyph by glyph by the fonts' own tables, and ActualText where that is given.

pypdf's own extraction leaves ActualText out, so marks that several glyphs draw together come out twice.
"""

import io
import re
from collections.abc import Iterator

import pypdf
from pypdf.generic import ContentStream

HEX = re.compile(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def text_of(pdf: bytes) -> str:
    """The text of all pages, in the order of the document, without direction controls and breaks for endless words."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub("[\u2066-\u2069\u200b]", "", "".join("".join(_pieces(page)) for page in pages))


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the fonts that are embedded, without the marks of subset and weight."""
    found = set()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found.add(re.split("[-_]", str(font.get_object()["/BaseFont"]).split("+")[-1].lstrip("/"))[0])
    return found


def _pieces(page: pypdf.PageObject) -> Iterator[str]:
    tables = {name: _table(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    table: dict[int, str] = {}
    marks: list[str] = []
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"Tf":
            table = tables[operands[0]]
        elif operator in {b"BDC", b"BMC"}:
            actual = operands[1].get("/ActualText") if operator == b"BDC" and hasattr(operands[1], "get") else None
            marks.append("actual" if actual is not None else str(operands[0]))
            if actual is not None:
                yield str(actual)
        elif operator == b"EMC":
            marks.pop()
        elif operator in {b"Tj", b"TJ"} and "actual" not in marks:
            strings = [operands[0]] if operator == b"Tj" else [part for part in operands[0] if isinstance(part, (bytes, str))]
            glyphs = [glyph for string in strings for glyph in _glyphs(string)]
            shown = [table.get(glyph, "\ufffd") for glyph in glyphs]
            yield "".join(reversed(shown) if "/ReversedChars" in marks else shown)


def _glyphs(string: object) -> list[int]:
    data = string.original_bytes if hasattr(string, "original_bytes") else bytes(string)
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def _table(font: dict[str, object]) -> dict[int, str]:
    """Glyph to text, from the font's ToUnicode table: typst writes it with bfchar alone."""
    source = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    assert "beginbfrange" not in source
    return {
        int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
        for part in re.findall(r"beginbfchar(.*?)endbfchar", source, re.DOTALL)
        for glyph, text in HEX.findall(part)
    }
