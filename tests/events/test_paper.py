"""The pack on paper: every page there, the codes readable, nobody's words taken for commands, made in a process that ends."""

import io
import multiprocessing
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pypdf
import pytest

from app.errors import Refused
from app.events import paper
from app.events.paper import AT_ONCE, Addressee, Busy, Code, Cover, Fact, Pack, Sheet, document, make_apart, pack_pdf
from app.letters.pdf import PrintedLetter
from app.paper import typesetting
from app.paper.typesetting import Unprintable
from tests import png

NOW = datetime(2026, 3, 10, 10, tzinfo=UTC)
MM = 72 / 25.4
SIZES = {"a4": (210, 297), "us-letter": (215.9, 279.4)}
ACTION = Code("The action", "https://vigil.example/en/actions/lopez/")
REPORT = Code("Report your letters", "https://vigil.example/en/actions/lopez/event#report")
LETTER = PrintedLetter(
    language="es",
    sender_lines=(),
    address_lines=("Sra. Ministra de Vivienda", "Calle del Ejemplo 8", "28012 Madrid", "ESPAÑA"),
    place_and_date="",
    subject="La familia López",
    paragraphs=("Sra. Ministra:", "Le ruego que no permita el desalojo de la familia López.", "Atentamente,"),
    signature="",
    note="UA 101/26",
    copies=("Con copia a: Defensora del Pueblo",),
)
ARABIC_LETTER = replace(LETTER, language="ar", subject="عائلة لوبيز", paragraphs=("معالي الوزيرة،", "أرجو وقف إخلاء منزل العائلة.", "مع الاحترام،"))


def pack(writers: int = 3, **changes: object) -> Pack:
    """A pack in English with Spanish letters to one office."""
    made = Pack(
        language="en",
        paper="a4",
        title="Letters to write together: Stop the eviction",
        cover=Cover(
            kicker="Writing letters together · Vigil",
            headline="Stop the eviction of the López family",
            facts=(Fact("Write by", "Tuesday, 24 March 2026", "until the end of the day"), Fact("In this pack", f"{writers} letters in Spanish")),
            steps_name="How to go about it",
            steps=("Print it.", "Tell of it.", "Write.", "Add a sentence.", "Post it.", "Report it."),
            postage="A stamp costs 1.20 euros.",
            codes=(ACTION, REPORT),
            targets_name="Whom you write to",
            targets=(Addressee(("Sra. Ministra de Vivienda", "28012 Madrid"), "the letters in this pack"),),
        ),
        letters=(LETTER, replace(LETTER, subject="Un desalojo")),
        order=tuple(n % 2 for n in range(writers)),
        sheet=Sheet(
            name="Sign-up sheet",
            headline="Stop the eviction of the López family",
            consent="With my signature I agree.",
            keep="Then destroy the sheet.",
            columns=("", "Name", "E-mail", "Country, town", "Remind me", "New actions", "Signature"),
            code=ACTION,
            pages=2,
            rows=10,
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def arabic(made: Pack) -> Pack:
    """The same for an organiser who reads Arabic."""
    cover = replace(made.cover, kicker="نكتب الرسائل معًا", headline="أوقفوا إخلاء عائلة لوبيز", steps=("اطبعوا هذه الحزمة.",) * 6)
    sheet = replace(
        made.sheet, name="ورقة التسجيل", consent="بتوقيعي أوافق على ذلك.", columns=("", "الاسم", "البريد", "البلد", "ذكّروني", "نداءات", "التوقيع")
    )
    return replace(made, language="ar", cover=cover, sheet=sheet)


def read(made: Pack) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pack_pdf(made, made_at=NOW)))


def texts(made: Pack) -> list[str]:
    return [page.extract_text() for page in read(made).pages]


def lines(page: pypdf.PageObject, tall: float) -> Iterator[tuple[float, float, float]]:
    """The straight lines drawn across: left, top and length in millimetres."""
    found: list[tuple[float, float, float]] = []

    def visit(operator: bytes, operands: list[float], matrix: list[float], _text_matrix: list[float]) -> None:
        if operator == b"l" and float(operands[1]) == 0 and float(operands[0]) > 0:
            found.append((matrix[4] / MM, tall - matrix[5] / MM, float(operands[0]) / MM))

    page.extract_text(visitor_operand_before=visit)
    return iter(found)


@pytest.mark.parametrize("size", SIZES)
def test_pack_is_a_page_for_the_organiser_a_letter_for_each_writer_and_the_sheet(size: str) -> None:
    pages = read(pack(5, paper=size)).pages
    cover, *letters = pages[:6]
    assert len(pages) == 1 + 5 + 2
    for words in ("Stop the eviction", "24 March 2026", "5 letters in Spanish", "1.20 euros", "Report it.", "28012 Madrid", ACTION.url, REPORT.url):
        assert words in cover.extract_text().replace("\n", ""), words
    assert ["Un desalojo" in letter.extract_text() for letter in letters] == [False, True, False, True, False]
    assert all("Sra. Ministra:" in letter.extract_text() and "UA 101/26" in letter.extract_text() for letter in letters)
    width, height = SIZES[size]
    assert {(round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) for page in pages[:6]} == {
        (round(width), round(height))
    }
    assert all(page.mediabox.width > page.mediabox.height for page in pages[6:]), "the sheet lies on its side: an address needs room"


@pytest.mark.parametrize("copies", [(), ("Copy to: the Ombudsman",)], ids=["alone", "with copies"])
@pytest.mark.parametrize("letter", [LETTER, ARABIC_LETTER], ids=lambda one: one.language)
def test_letter_has_a_line_for_place_and_date_and_two_beside_each_other_to_sign(letter: PrintedLetter, copies: tuple[str, ...]) -> None:
    page = read(pack(1, letters=(replace(letter, copies=copies),), order=(0,))).pages[1]
    drawn = sorted((round(top), round(left), round(length)) for left, top, length in lines(page, 297) if left > 20)
    date, first, second = drawn
    assert date[2] == 55
    assert date[1] == (25 if letter.language == "ar" else 135), "at the end of its line"
    assert first[0] == second[0] > date[0] + 40
    assert (first[2], second[2]) == (65, 65)
    assert [first[1], second[1]] == ([45, 125] if letter.language == "ar" else [25, 105])


def test_sheet_has_ten_rows_on_each_page_and_numbers_go_on() -> None:
    *_others, first, second = texts(pack())
    for page in (first, second):
        assert all(words in page for words in ("Sign-up sheet", "E-mail", "Remind me", "I agree.", "Then destroy the sheet."))
    assert [str(n) in first.split() for n in (1, 10, 11)] == [True, True, False]
    assert [str(n) in second.split() for n in (10, 11, 20)] == [False, True, True]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("words", ["With my signature I agree.", "With my signature I agree to it. " * 25])
def test_rows_of_the_sheet_share_the_page_however_long_the_words_above_are(size: str, words: str) -> None:
    made = pack(1, paper=size)
    page = read(replace(made, sheet=replace(made.sheet, pages=1, consent=words))).pages
    assert len(page) == 3
    wide, tall = SIZES[size][1], SIZES[size][0]
    across = sorted({round(top, 1) for _left, top, length in lines(page[2], tall) if length == pytest.approx(wide - 30, abs=1)})
    heights = [lower - upper for upper, lower in pairwise(across)][1:]
    assert len(heights) == 10
    assert max(heights) - min(heights) < 0.2
    assert min(heights) > 8, "there is room to write"
    assert across[-1] == pytest.approx(tall - 13, abs=0.5)


def test_pack_is_tagged_and_says_its_language_and_title() -> None:
    catalogue = read(pack()).root_object
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    reader = read(arabic(pack()))
    assert reader.root_object["/Lang"] == "ar"
    assert reader.metadata is not None
    assert reader.metadata.title == "Letters to write together: Stop the eviction"


def test_same_pack_is_the_same_bytes() -> None:
    assert pack_pdf(pack(), made_at=NOW) == pack_pdf(pack(), made_at=NOW)


def test_arabic_page_is_mirrored_and_its_letters_stay_as_they_are() -> None:
    english, mirrored = read(pack()).pages, read(arabic(pack())).pages
    assert english[1].extract_text() == mirrored[1].extract_text()
    assert _ordered(english[-1], "Name", "Signature")
    assert not _ordered(mirrored[-1], "الاسم", "التوقيع")


def _ordered(page: pypdf.PageObject, first: str, second: str) -> bool:
    """Whether one word stands left of the other. Whatever form and order a reader of the PDF gives right-to-left letters."""
    lefts: dict[str, float] = {}

    def visit(text: str, matrix: list[float], text_matrix: list[float], _font: object, _size: float) -> None:
        for word in (first, second):
            if sorted(unicodedata.normalize("NFKC", text.strip())) == sorted(word):
                lefts[word] = text_matrix[4] * matrix[0] + matrix[4]

    page.extract_text(visitor_text=visit)
    return lefts[first] < lefts[second]


HOSTILE = '#import "x.typ" #read("/etc/passwd") $x^2$ *b* @ref <lab> `raw` {{ name }} <b>'


def test_words_of_people_are_shown_as_they_are() -> None:
    made = pack(1)
    cover = replace(made.cover, headline=HOSTILE, postage=HOSTILE, steps=(HOSTILE,), targets=(Addressee((HOSTILE,), HOSTILE),), targets_name="To")
    sheet = replace(made.sheet, headline=HOSTILE, consent=HOSTILE, pages=1)
    shown = texts(replace(made, cover=cover, sheet=sheet, title=HOSTILE, letters=(replace(LETTER, subject=HOSTILE),), order=(0,)))
    wanted = "".join(HOSTILE.split())
    found = ["".join(page.split()).count(wanted) for page in shown]
    assert found == [5, 1, 2]


def dark_modules(made: Pack, left: float, ppi: int = 96) -> list[tuple[tuple[int, ...], ...]]:
    """The codes of the organiser's page whose left edge is there, read off its picture: the first columns' seven dark modules give them away."""
    picture = png.read(typesetting.png(paper.TEMPLATE, document(made), ppi=ppi), ppi)
    found: list[tuple[tuple[int, ...], ...]] = []
    top = 0.0
    for code in made.cover.codes:
        size = len(code.matrix)
        module = 32 / size
        while not all(picture.is_dark(left + module / 2, top + (n + 0.5) * module) for n in range(7)):
            top += 0.1
            assert top < 297 - 32, "no code is there"
        top += module / 2  # seven dark places are seen as soon as the first of them lies on the edge
        found.append(
            tuple(tuple(int(picture.is_dark(left + (x + 0.5) * module, top + (y + 0.5) * module)) for x in range(size)) for y in range(size))
        )
        top += 32
    return found


@pytest.mark.parametrize(("made", "left"), [(pack(), 142), (arabic(pack()), 41)], ids=["en", "ar"])
def test_codes_on_paper_are_those_of_their_addresses(made: Pack, left: float) -> None:
    assert dark_modules(made, left) == [ACTION.matrix, REPORT.matrix]
    assert ACTION.matrix != REPORT.matrix


def test_longest_letter_decides_the_size_of_all() -> None:
    long = replace(LETTER, paragraphs=("Sra. Ministra:", *["Le ruego que no permita el desalojo de la familia López. " * 5] * 6, "Atentamente,"))
    assert len(read(pack(4, letters=(LETTER, long), order=(0, 1, 0, 1))).pages) == 1 + 4 + 2


def test_pack_made_apart_is_the_pack_and_its_process_ends() -> None:
    assert make_apart(pack(), made_at=NOW) == pack_pdf(pack(), made_at=NOW)
    assert multiprocessing.active_children() == []


def test_sign_that_no_font_has_is_named_from_the_other_process() -> None:
    with pytest.raises(Unprintable) as problem:
        make_apart(pack(1, letters=(replace(LETTER, subject="\U00013000"),), order=(0,)), made_at=NOW)
    assert "\U00013000" in "".join(problem.value.characters)


def test_pack_that_takes_too_long_is_refused_and_its_process_stopped() -> None:
    with pytest.raises(Refused, match="takes too long"):
        make_apart(pack(1000), made_at=NOW, seconds=0.05)
    assert multiprocessing.active_children() == []
    assert make_apart(pack(1), made_at=NOW).startswith(b"%PDF"), "its place is free again"


def test_process_that_dies_without_an_answer_is_no_silent_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_work", print)
    with pytest.raises(RuntimeError, match="ended without one"):
        make_apart(pack(1), made_at=NOW)


def test_more_packs_than_places_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def wait(*_arguments: object) -> bytes:
        begun.release()
        assert go_on.wait(10)
        return b"made"

    monkeypatch.setattr(paper, "_in_child", wait)
    made: list[bytes] = []
    threads = [threading.Thread(target=lambda: made.append(make_apart(pack(), made_at=NOW))) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    assert all(begun.acquire(timeout=10) for _ in threads)
    with pytest.raises(Busy):
        make_apart(pack(), made_at=NOW)
    go_on.set()
    for thread in threads:
        thread.join()
    assert made == [b"made"] * AT_ONCE
    assert make_apart(pack(), made_at=NOW) == b"made"
