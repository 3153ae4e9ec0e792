"""The printed letter: one page, the address in the window, nobody's words taken for commands."""

import io
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pypdf
import pytest

from app.letters.pdf import PrintedLetter, letter_data, letter_png, letters_pdf
from app.paper import typesetting
from app.paper.typesetting import TEMPLATES, Unprintable

NOW = datetime(2013, 8, 20, 12, 30, tzinfo=UTC)
MM = 72 / 25.4
ADDRESS = ("Sr. Ministro de Justicia", "Ministerio de Justicia", "Calle de la Bolsa 8", "28012 Madrid", "ESPAÑA")


def letter(language: str, place: str, subject: str, opening: str, closing: str, name: str, sentence: str) -> PrintedLetter:
    text = " ".join([sentence] * 5)
    return PrintedLetter(language, (name, place, "X"), ADDRESS, f"{place}, 20.8.2013", subject, (opening, text, text, closing), name, "UA 101/26")


SPANISH = letter(
    "es",
    "Salamanca",
    "Aleksandr Pavlov: peligro de tortura",
    "Sr. Ministro:",
    "Lo saluda atentamente,",
    "María Fernández Ortiz",
    "Le ruego que no permita la extradición de Aleksandr Pavlov a Kazajistán.",
)
ARABIC = letter(
    "ar",
    "فيينا",
    "ألكسندر بافلوف: خطر التعذيب",
    "معالي الوزير،",
    "مع فائق التقدير،",
    "ليلى حداد",
    "أرجو منكم ألا تسمحوا بتسليم ألكسندر بافلوف إلى كازاخستان (القضية 1234/AB-56).",
)
ENGLISH = letter(
    "en", "Leeds", "A risk of torture", "Dear Minister,", "Yours sincerely,", "Ann Whit", "I ask you not to return Mr Pavlov to a risk of torture."
)
FRENCH = letter(
    "fr",
    "Besançon",
    "Risque de torture",
    "Monsieur le Ministre,",
    "Avec ma haute considération,",
    "Zoé Lefèvre",
    "Je vous prie de veiller à ce qu’il ne soit pas extradé : il risque la torture.",
)
RUSSIAN = letter(
    "ru",
    "Рига",
    "Угроза пыток",
    "Уважаемый господин министр!",
    "С уважением,",
    "Ольга Никитина",
    "Прошу Вас не допустить выдачи Александра Павлова Казахстану.",
)
FIVE = pytest.mark.parametrize("of", [SPANISH, ENGLISH, FRENCH, RUSSIAN, ARABIC], ids=lambda one: one.language)


@dataclass(frozen=True)
class Piece:
    """A run of text: millimetres from the left and from the top of the page to its baseline, and its size."""

    text: str
    left: float
    top: float
    size: float


def pages(of: PrintedLetter) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(letters_pdf([of], title=of.subject, made_at=NOW))).pages)


def pieces(page: pypdf.PageObject) -> list[Piece]:
    found: list[Piece] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            left = text_matrix[4] * matrix[0] + matrix[4]
            found.append(Piece(text.strip(), left / MM, float(page.mediabox.height) / MM - (text_matrix[5] * matrix[3] + matrix[5]) / MM, size))

    page.extract_text(visitor_text=visit)
    return found


def rules(page: pypdf.PageObject) -> Iterator[tuple[float, float, float]]:
    """The drawn lines: left, top, length in millimetres."""
    lines: list[tuple[float, float, float]] = []

    def visit(operator: bytes, operands: list[float], matrix: list[float], text_matrix: list[float]) -> None:
        if operator == b"l" and float(operands[1]) == 0 and float(operands[0]) > 0:
            lines.append((matrix[4] / MM, float(page.mediabox.height) / MM - matrix[5] / MM, float(operands[0]) / MM))

    page.extract_text(visitor_operand_before=visit)
    return iter(lines)


def inks(page: pypdf.PageObject) -> list[float]:
    """The greys that text and lines have: 0 is black."""
    found: list[float] = []

    def visit(operator: bytes, operands: list[float], matrix: list[float], text_matrix: list[float]) -> None:
        if operator in {b"sc", b"scn", b"SC", b"SCN", b"g", b"G", b"rg", b"RG", b"k", b"K"}:
            found.extend(float(operand) for operand in operands)

    page.extract_text(visitor_operand_before=visit)
    return found


def letters_of(text: str) -> list[str]:
    """The letters, whatever order a reader of the PDF puts right-to-left words in."""
    return sorted(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


@FIVE
def test_a_normal_letter_is_one_page_with_its_salutation_address_and_name(of: PrintedLetter) -> None:
    (page,) = pages(of)
    lines = page.extract_text().splitlines()
    for expected in (of.paragraphs[0], of.paragraphs[-1], *of.address_lines, of.signature):
        assert letters_of(expected) in [letters_of(line) for line in lines], expected


@FIVE
def test_the_address_and_the_sender_above_it_lie_in_the_window_of_the_envelope(of: PrintedLetter) -> None:
    (page,) = pages(of)
    address = [piece for piece in pieces(page) if piece.text in of.address_lines]
    assert [piece.text for piece in address] == list(of.address_lines)
    assert all(piece.left == pytest.approx(25, abs=0.5) for piece in address)
    shown = [piece for piece in pieces(page) if piece.top < 95]
    assert all(20 <= piece.left < 105 and 45 + piece.size / MM <= piece.top <= 89.1 for piece in shown)
    assert {piece.size < 9 for piece in shown if piece.top < address[0].top} == {True}


LONG = tuple(f"{number}. Dirección General de Cooperación Jurídica Internacional" for number in range(1, 10))


@pytest.mark.parametrize(
    "lines", [LONG, LONG[:2], (*ADDRESS, "x", "y"), ("W" * 20,) * 6, ("中" * 30,) * 3], ids=["long", "two", "seven", "wide", "cjk"]
)
def test_a_long_address_stays_in_the_window(lines: tuple[str, ...]) -> None:
    (page,) = pages(replace(SPANISH, address_lines=lines))
    shown = [piece for piece in pieces(page) if piece.top < 95]
    assert lines[-1][:2] in " ".join(piece.text for piece in shown)
    assert all(20 <= piece.left < 105 and 45 < piece.top <= 89.1 for piece in shown)


@FIVE
def test_on_us_letter_the_address_lies_where_the_window_is_however_the_sheet_slides(of: PrintedLetter) -> None:
    """A #10 envelope is 9 1/2 x 4 1/8 in, its window 4 1/2 x 1 1/8 in, 7/8 in from the left and 1/2 in from the bottom; a third is 3 2/3 in high."""
    inch, sheet_height = 25.4, 11 / 3
    (page,) = pages(replace(of, paper="us-letter"))
    assert [float(side) for side in page.mediabox[2:]] == [612, 792]
    found = pieces(page)
    address = [piece for piece in found if piece.text in of.address_lines]
    assert [piece.text for piece in address] == list(of.address_lines)
    for slid in (0, 0.25, 1 - 0.125):
        assert all(0.875 <= piece.left / inch + slid < 0.875 + 4.5 for piece in address)
    window = (sheet_height - 0.5 - 1.125, sheet_height - 0.5)
    assert all(window[0] + 0.1 + piece.size / MM / inch <= piece.top / inch <= window[1] - 0.1 for piece in address)
    assert [piece.text for piece in found if window[0] - 0.5 < piece.top / inch < window[1] + 0.5] == list(of.address_lines)
    assert sorted(round(top / inch, 2) for left, top, _ in rules(page) if left < 20) == [3.67, 7.33]


@pytest.mark.parametrize("lines", [LONG, LONG[:3], ("W" * 30,) * 5], ids=["long", "three", "wide"])
def test_on_us_letter_a_long_address_stays_in_the_window_too(lines: tuple[str, ...]) -> None:
    (page,) = pages(replace(ENGLISH, paper="us-letter", address_lines=lines, sender_lines=()))
    shown = [piece for piece in pieces(page) if piece.top < 92]
    assert lines[-1][:2] in " ".join(piece.text for piece in shown)
    assert all(22 <= piece.left < 111 and 52 < piece.top <= 79 for piece in shown)


def test_the_page_has_marks_to_fold_it_at_105_and_210_millimetres() -> None:
    (page,) = pages(SPANISH)
    assert sorted(round(top) for left, top, _ in rules(page) if left < 20) == [105, 210]


@FIVE
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
def test_a_fax_has_its_number_above_the_address_no_marks_and_nothing_grey(of: PrintedLetter, paper: str) -> None:
    (page,) = pages(replace(of, paper=paper, fax="+34 913 90 22 77"))
    lines = page.extract_text().splitlines()
    assert lines.index("Fax: +34 913 90 22 77") == lines.index(of.address_lines[0]) - 1
    assert not [rule for rule in rules(page) if rule[0] < 20]
    assert set(inks(page)) == {0}
    assert set(inks(pages(replace(of, paper=paper))[0])) > {0}


@FIVE
@pytest.mark.parametrize("paper", ["a4", "us-letter"])
@pytest.mark.parametrize("sentences", range(1, 30))
def test_a_letter_that_is_not_measured_fits_on_its_page(of: PrintedLetter, paper: str, sentences: int) -> None:
    text = " ".join([of.paragraphs[1]] * 30).split(" ")[: sentences * 14]
    for count in (1, 6):
        parts = [" ".join(text[at::count]) for at in range(count)]
        longer = replace(of, paper=paper, paragraphs=(of.paragraphs[0], *parts, of.paragraphs[-1]))
        if letter_data(longer)["short"]:
            assert len(pages(longer)) == 1


def test_a_right_to_left_letter_starts_at_the_right_and_keeps_a_case_number_whole() -> None:
    (page,) = pages(ARABIC)
    found = pieces(page)
    assert "1234/AB-56" in [piece.text for piece in found]
    assert [piece.left > 160 for piece in found if piece.text in ("معالي", "معالي الوزير،")] == [True]
    assert [piece.left < 60 for piece in found if piece.text.startswith("20.8")] == [True]


def test_lines_of_an_address_in_two_scripts_each_run_their_own_way() -> None:
    (page,) = pages(replace(ARABIC, address_lines=("وزارة العدل في مدريد عاصمة إسبانيا", "28012 Madrid", "الطابق 3")))
    assert "28012 Madrid" in [piece.text for piece in pieces(page)]


def test_a_mostly_foreign_paragraph_in_a_right_to_left_letter_runs_its_own_way() -> None:
    own = "I live in Vienna. Please answer me in English."
    (page,) = pages(replace(ARABIC, paragraphs=(*ARABIC.paragraphs[:2], own, ARABIC.paragraphs[-1])))
    assert [round(piece.left) for piece in pieces(page) if piece.text == own] == [25]


HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd") #eval("1+1") #sys.version',
    "$x^2$ *b* _i_ @ref <lab> `raw` ```code``` \\ \\u{41} ~ -- --- ... 'q' \"q\"",
    "{a} {{ b }} {% c %} [d] // e /* f */",
    "<script>alert(1)</script> <b>x</b> &amp; http://a.example/",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_command_comes_out_letter_for_letter(text: str) -> None:
    of = replace(
        SPANISH, sender_lines=(text,), address_lines=(text,), place_and_date=text, subject=text, paragraphs=(text, text), signature=text, note=text
    )
    reader = pypdf.PdfReader(io.BytesIO(letters_pdf([of], title=text, made_at=NOW)))
    printed = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
    assert printed.count(re.sub(r"\s", "", text)) == 8
    assert reader.metadata is not None and reader.metadata.title == text


def test_the_templates_evaluate_nothing_and_import_only_each_other() -> None:
    for path in TEMPLATES.glob("*.typ"):
        code = re.sub(r"//.*", "", path.read_text())
        assert not re.search(r"\b(eval|include|read|plugin)\b|\bimage\((?!\s*bytes\()|@preview", code)
        assert set(re.findall(r"#import (\S+):", code)) <= {f'"{other.name}"' for other in TEMPLATES.glob("*.typ")}


def test_characters_no_font_has_are_named() -> None:
    with pytest.raises(Unprintable) as caught:
        letters_pdf([replace(SPANISH, signature="María \u1820 😀", note="\U00013000")], title="x", made_at=NOW)
    assert set(caught.value.characters) == {"\u1820", "\U00013000"}
    assert "\u1820 (U+1820)" in str(caught.value)


def test_control_characters_overrides_and_lone_surrogates_are_left_out() -> None:
    bad = "Sr.\x00 Mi\x07nis\ud800tro\u202e\u2066\u2069:\x7f\x85\ufeff\uffff"
    (page,) = pages(replace(SPANISH, paragraphs=(bad, *SPANISH.paragraphs[1:]), signature=bad, subject=bad, language="xx-??"))
    assert page.extract_text().count("Sr. Ministro:") == 3


def test_the_same_letters_give_the_same_bytes_in_any_thread() -> None:
    def make(_: int) -> bytes:
        return letters_pdf([SPANISH, ARABIC], title="Two", made_at=NOW)

    with ThreadPoolExecutor(2) as pool:
        assert len({make(0), *pool.map(make, range(4))}) == 1


def test_a_blank_letter_has_lines_for_date_and_signature_and_no_name() -> None:
    (page,) = pages(replace(SPANISH, sender_lines=(), place_and_date="", signature="", note=""))
    assert "María" not in page.extract_text()
    assert page.extract_text().rstrip().endswith("Lo saluda atentamente,")
    closing = next(piece for piece in pieces(page) if piece.text.startswith("Lo saluda"))
    assert [round(length) for left, top, length in rules(page) if left > 20 and top > closing.top + 10] == [65]
    (signed,) = pages(SPANISH)
    assert [rule for rule in rules(signed) if rule[0] > 20] == []


def test_a_signature_of_two_lines_keeps_them() -> None:
    (page,) = pages(replace(SPANISH, signature="María Fernández\nSalamanca"))
    assert [piece.text for piece in pieces(page)][-3:] == ["María Fernández", "Salamanca", "UA 101/26"]


def test_another_document_sets_letters_in_a_size_of_its_own_with_more_under_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    source = b"""#import "letters.typ": fits, letter, sizes
    #let data = json("data.json")
    #set document(title: "Two")
    #context if fits(data.short, sizes.first()) and not fits(data.long, sizes.first()) { page[Told] }
    #letter(data.short, size: 9pt, last: [Town])
    #letter(data.short, last: [Town])"""
    templates = {**typesetting._templates(), "two.typ": source}
    monkeypatch.setattr(typesetting, "_templates", lambda: templates)
    data = {"short": letter_data(SPANISH), "long": letter_data(replace(SPANISH, paragraphs=("a " * 2500,) * 4))}
    told, small, large = pypdf.PdfReader(io.BytesIO(typesetting.pdf("two.typ", data, made_at=NOW))).pages
    assert told.extract_text() == "Told"
    for page, size in ((small, 9), (large, 11)):
        assert [piece.size for piece in pieces(page) if piece.text in {"Sr. Ministro:", "Town"}] == [size, size]


def test_each_letter_starts_a_page() -> None:
    reader = pypdf.PdfReader(io.BytesIO(letters_pdf([SPANISH, RUSSIAN], title="Two", made_at=NOW)))
    assert ["Sr. Ministro:" in page.extract_text() for page in reader.pages] == [True, False]
    assert len(reader.pages) == 2


@pytest.mark.parametrize(("sentences", "size", "count"), [(14, 11, 1), (22, 10, 1), (28, 9, 1), (80, 9, 2)])
def test_a_long_text_shrinks_to_one_page_before_it_flows_onto_a_second(sentences: int, size: int, count: int) -> None:
    text = " ".join(["Le ruego que no permita la extradición de Aleksandr Pavlov a Kazajistán, donde corre peligro."] * (sentences // 2))
    found = pages(replace(SPANISH, paragraphs=("Sr. Ministro:", text, text, "Lo saluda atentamente,")))
    assert len(found) == count
    assert {piece.size for piece in pieces(found[0]) if piece.text == "Sr. Ministro:"} == {size}
    assert "María Fernández Ortiz" in found[-1].extract_text()


def test_an_endless_word_stays_on_the_page() -> None:
    (page,) = pages(replace(SPANISH, paragraphs=("Sr. Ministro:", "x" * 900)))
    assert len([piece for piece in pieces(page) if set(piece.text) <= {"x", "\u200b"}]) > 5


def test_no_letters_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no letters"):
        letters_pdf([], title="x", made_at=NOW)


def test_the_picture_of_a_letter_is_a_png_of_its_first_page() -> None:
    for of in (SPANISH, replace(SPANISH, paragraphs=tuple(["palabra " * 500] * 4)), replace(SPANISH, signature="\u1820")):
        assert letter_png(of).startswith(b"\x89PNG")


@FIVE
@pytest.mark.parametrize("fax", ["", "+34 913 90 22 77"], ids=["post", "fax"])
def test_a_letter_declares_itself_accessible_and_says_its_language_title_and_order(of: PrintedLetter, fax: str) -> None:
    """What veraPDF looks at first (ISO 14289-1, 5 and 7.1); typst refuses to set what breaks the rest."""
    reader = pypdf.PdfReader(io.BytesIO(letters_pdf([replace(of, fax=fax)], title=of.subject, made_at=NOW)))
    catalogue = reader.root_object
    metadata = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == of.language
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == of.subject
    assert catalogue["/StructTreeRoot"]["/K"]
    assert all(page["/Tabs"] == "/S" for page in reader.pages)
