"""The sheet on paper: nothing lost, nothing over something else, nobody's words taken for commands, and mirrored for Arabic."""

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdf
import pytest

from app.db import Database
from app.paper.typesetting import TEMPLATES, Unprintable
from app.sheets.content import Banner, Deadline, Event, Office, Sheet, Told
from app.sheets.pdf import LONGEST_CONTACT, TEMPLATE, document, missing, sheet_pdf
from app.site import Site
from tests.sheets import actions

MM = 72 / 25.4


@pytest.fixture(name="sheets")
def _sheets(database: Database, site: Site) -> dict[str, Sheet]:
    with database.transaction() as session:
        campaign = actions.amaranta(session)
        return {language: actions.sheet_of(campaign, language, site) for language in ("en", "es", "ru", "ar")}


@pytest.fixture
def english(sheets: dict[str, Sheet]) -> Sheet:
    return sheets["en"]


@pytest.fixture
def short(english: Sheet) -> Sheet:
    """An action of which hardly anything is known."""
    return replace(
        english,
        headline="Free Ana",
        summary="",
        people=(("Ana", ""),),
        case="Ana is in prison.",
        demands=("Free her.",),
        offices=english.offices[:1],
        copies=(),
        background="",
        events=(),
        facts=(("Name", "Ana"),),
    )


@dataclass(frozen=True)
class Piece:
    """A run of text: millimetres from the left and from the top of the page to its baseline, and its size in points."""

    text: str
    left: float
    top: float
    size: float


def pages(sheet: Sheet) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(sheet_pdf(sheet))).pages)


def text(sheet: Sheet) -> str:
    return "\n".join(page.extract_text() for page in pages(sheet))


def pieces(page: pypdf.PageObject) -> list[Piece]:
    found: list[Piece] = []

    def visit(text: str, matrix: list[float], text_matrix: list[float], font: object, size: float) -> None:
        if text.strip():
            left = text_matrix[4] * matrix[0] + matrix[4]
            found.append(Piece(text.strip(), left / MM, 297 - (text_matrix[5] * matrix[3] + matrix[5]) / MM, size))

    page.extract_text(visitor_text=visit)
    return found


def find(found: list[Piece], words: str) -> Piece:
    return next(piece for piece in found if words in piece.text)


def crowded(page: pypdf.PageObject) -> Iterator[tuple[Piece, Piece]]:
    """Lines that begin at the same place of a column and stand closer together than their letters are high."""
    lines = sorted(pieces(page), key=lambda piece: (round(piece.left, 1), piece.top))
    for upper, lower in pairwise(lines):
        apart = (lower.top - upper.top) * MM / lower.size
        if round(upper.left, 1) == round(lower.left, 1) and 0.3 < apart < 0.75:  # nearer ones are marks on the letters of one line
            yield upper, lower


@pytest.mark.parametrize("language", ["en", "es", "ru", "ar"])
def test_a_usual_action_is_two_pages_the_call_and_what_there_is_to_know(sheets: dict[str, Sheet], language: str) -> None:
    first, second = pages(sheets[language])
    assert "ministra@interior.example" in first.extract_text()
    assert "+593 2-000-0100" in first.extract_text()
    assert "Vigil Lisboa" in second.extract_text()
    assert [list(crowded(page)) for page in (first, second)] == [[], []]


def test_the_page_to_take_part_is_told_in_words_by_a_link_and_by_a_picture(english: Sheet) -> None:
    _, second = pages(replace(english, address="https://act.example/en/actions/amaranta-quishpe/"))
    shown = re.sub(r"\s", "", second.extract_text())
    assert "act.example/en/actions/amaranta-quishpe/" in shown
    assert "https://" not in shown
    links = [annotation.get_object()["/A"]["/URI"] for annotation in second["/Annots"]]
    assert set(links) == {"https://act.example/en/actions/amaranta-quishpe/"}
    picture = str(document(english)["qr"])
    assert picture.startswith("<svg")
    assert document(replace(english, address="https://act.example/"))["qr"] != picture


def test_an_address_that_is_not_encrypted_is_shown_whole(english: Sheet) -> None:
    assert "http://act.example/" in text(replace(english, address="http://act.example/"))


def test_an_arabic_sheet_is_mirrored_and_keeps_what_is_latin_in_order(sheets: dict[str, Sheet]) -> None:
    arabic, english = ([pieces(page) for page in pages(sheets[language])] for language in ("ar", "en"))
    assert find(arabic[0], "UA 117/26").left < 60
    assert find(english[0], "UA 117/26").left > 150
    assert find(english[0], "What to ask").left > 120
    assert find(arabic[0], "Olga Cisneros Vivanco").left < find(arabic[0], "Elvira Montalbán Rueda").left
    assert find(english[0], "Olga Cisneros Vivanco").left > find(english[0], "Elvira Montalbán Rueda").left
    for whole in ("Calle de los Ejemplos N24-10", "170143 Quito", "ministra@interior.example", "593 2-000-0100", "Dear Minister"):
        assert whole in [piece.text for piece in arabic[0]], whole


def test_a_right_to_left_sheet_without_words_of_its_own_is_made_with_english_ones(english: Sheet) -> None:
    first, _ = pages(replace(english, language="ur", headline="امارنتا کو تحفظ دیں"))
    assert "What to ask" in first.extract_text()
    assert find(pieces(first), "UA 117/26").left < 60


@pytest.mark.parametrize("times", [2, 5])
def test_long_texts_shrink_and_then_flow_on_and_lose_nothing(english: Sheet, times: int) -> None:
    case = "\n\n".join([english.case] * times + ["The last word of the case."])
    background = "\n\n".join([english.background] * times + ["The last word of the background."])
    long = replace(english, case=case, background=background, demands=english.demands * times)
    printed, usual = pages(long), pages(english)
    shown = "\n".join(page.extract_text() for page in printed)
    assert "The last word of the case." in shown
    assert "The last word of the background." in shown
    assert shown.count("Investigate the threats") == times
    assert len(printed) == {2: 2, 5: 4}[times]
    size, usual_size = (find(pieces(page[0]), "Every morning").size for page in (printed, usual))
    assert 7.9 < size < usual_size
    assert [pair for page in printed for pair in crowded(page)] == []


def test_many_targets_and_people_stand_in_rows(english: Sheet) -> None:
    many = replace(english, offices=english.offices * 4, copies=english.copies * 4, people=english.people * 6)
    printed = pages(many)
    shown = "\n".join(page.extract_text() for page in printed)
    assert shown.count("ministra@interior.example") == shown.count("+593 2-000-0100") == 4
    assert [pair for page in printed for pair in crowded(page)] == []


def test_where_there_is_little_to_say_it_is_said_larger_and_there_is_room_to_write(english: Sheet, short: Sheet) -> None:
    first, second = pages(short)
    headline = find(pieces(first), "Free Ana").size
    assert headline > 1.4 * find(pieces(pages(english)[0]), "protect radio journalist").size
    assert find(pieces(first), "Ana is in prison.").size > 12
    assert find(pieces(first), "Please check with us").top > 260
    assert "Notes for my letter" in second.extract_text()
    assert second.extract_text().count("Ana") == 2


def test_a_sheet_with_nothing_but_a_headline_is_made(short: Sheet) -> None:
    bare = replace(short, people=(), case="", demands=(), offices=(), facts=(), publisher=("Vigil",), languages="", about=())
    assert len(pages(bare)) == 2


def test_words_too_long_for_their_column_stay_on_the_page(english: Sheet) -> None:
    office = Office("Z" * 90, ("W" * 150,), (("E-mail", f"{'a' * 60}@{'b' * 60}.example"),), (Told("en", "S" * 90),))
    long = replace(
        english,
        headline="Rechtsschutzversicherungsgesellschaftsangestelltenvereinigung " + "H" * 90,
        summary="s" * 300,
        case="x" * 500 + " https://www.example.org/" + "abcdef/" * 30 + "?q=" + "z" * 90,
        demands=("y" * 300, "a@" + "b." * 60 + "example"),
        people=(("N" * 150, "n" * 150),),
        offices=(office,) * 3,
        facts=(("Name", "M" * 120),),
        events=(Event("1 May", Told("en", "e" * 200)),),
        address="https://act.example/en/actions/" + "long-name-" * 8 + "/",
    )
    from tests.sheets.test_golden import drawn

    for page in drawn(long):
        edge = round(page.width * 195 / 210)
        assert {dot for at in range(0, len(page.dots), page.width) for dot in page.dots[at + edge : at + page.width]} == {255}
    assert [pair for page in pages(long) for pair in crowded(page)] == []


def test_an_address_to_copy_holds_nothing_unseen(english: Sheet) -> None:
    """Only one that no column has room for may break."""
    email = "despacho.de.la.ministra@interior.gob.example"
    assert len(email) == LONGEST_CONTACT
    office = replace(english.offices[0], contacts=(("E-mail", email), ("E-mail", f"a{email}")))
    made = document(replace(english, offices=(office,)))
    offices = made["offices"]
    assert isinstance(offices, list)
    short, long = (contact["value"]["text"] for contact in offices[0]["contacts"])
    assert short == email
    assert long.replace("\u200b", "") == f"a{email}" != long


HOSTILE = (
    '#import "@preview/x:1.0.0": *',
    '#read("/etc/passwd") #eval("1+1") #sys.version',
    "$x^2$ *b* _i_ @ref <lab> `raw` ```code```",
    "\\ \\u{41} ~ -- --- ... 'q' \"q\" // /* */",
    "{a} {{ b }} {% c %} [d] // e /* f */",
    "<script>alert(1)</script> <b>x</b> &amp; %(s)s {day}",
)


def filled(english: Sheet, words: str) -> Sheet:
    """A sheet with the same words wherever words of a person may stand."""
    office = Office(words, (words,), ((words, words),), (Told("en", words),))
    return replace(
        english,
        title=words,
        kicker=words,
        about=(words, words),
        banner=Banner(words, words, words, Told("en", words)),
        headline=words,
        summary=words,
        deadline=Deadline(words, words, words, 3),
        people=((words, words),),
        case=words,
        ask=words,
        demands=(words,),
        languages=words,
        write_to=words,
        offices=(office,),
        copies=(office,),
        embassy=words,
        background=words,
        events=(Event(words, Told("en", words)),),
        facts=((words, words),),
        how=words,
        publisher=(words,),
    )


def squeezed(text: str) -> str:
    """Without blanks, and without the hyphens and breaks of a narrow column."""
    return re.sub(r"[\s\u200b\u2010-]", "", text)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_looks_like_a_command_comes_out_letter_for_letter(english: Sheet, words: str) -> None:
    plain = "Plain words of about as many letters"
    reader = pypdf.PdfReader(io.BytesIO(sheet_pdf(filled(english, words))))
    times = squeezed("".join(page.extract_text() for page in reader.pages)).count(squeezed(words))
    assert times == squeezed(text(filled(english, plain))).count(squeezed(plain)) > 35
    assert reader.metadata is not None
    assert reader.metadata.title == words


def test_the_template_evaluates_and_imports_nothing() -> None:
    code = re.sub(r"//.*", "", (TEMPLATES / TEMPLATE).read_text().replace("http://www.w3.org", ""))
    assert not re.search(r"\b(eval|import|include|read|plugin|yaml|toml|xml|csv|cbor)\b|@preview", code)
    assert {found.strip() for found in re.findall(r"\bimage\(\s*(\w+)", code)} == {"bytes"}
    assert set(re.findall(r"\bjson\(([^)]{0,12})", code)) == {'"data.json"'}


def test_characters_no_font_has_are_named(english: Sheet) -> None:
    with pytest.raises(Unprintable) as caught:
        sheet_pdf(replace(english, case="A \U00012000", publisher=("\U00013000",)))
    assert set(caught.value.characters) == {"\U00012000", "\U00013000"}
    assert set(missing(caught.value).split()) == {"\U00012000", "\U00013000"}


def test_of_many_characters_no_font_has_the_first_ones_are_named() -> None:
    assert missing(Unprintable(map(chr, range(0x12000, 0x12100)))).split()[11:] == ["\U0001200b", "…"]


def test_control_characters_and_overrides_are_left_out(english: Sheet) -> None:
    bad = "A\x00 fa\x07ir\ud800 tri\u202eal\x7f\ufeff"
    made = replace(english, headline=bad, case=bad, facts=((bad, bad),), language="xx-??")
    assert text(made).count("A fair trial") == 5


def test_a_sheet_is_the_same_file_in_any_thread(english: Sheet) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert len({sheet_pdf(english), *pool.map(sheet_pdf, [english] * 3)}) == 1


def test_a_closed_sheet_says_so_above_all_else_and_gives_no_address(database: Database, site: Site) -> None:
    with database.transaction() as session:
        made = actions.sheet_of(actions.pavlov(session), "es", site)
    first, second = pages(made)
    found = pieces(first)
    ended = find(found, "Esta acción ha terminado")
    assert ended.size >= 16
    assert ended.top < find(found, "Qué pedían las cartas").top
    for words in ("No escriba más, por favor.", "Terminó bien · 29 de julio de 2014", "libertad bajo fianza", "Alberto Ruiz-Gallardón"):
        assert words in " ".join(first.extract_text().split()), words
    for words in ("Calle Bolsa", "ministro@justicia.example", "+34", "Sr. Ministro", "Copia", "embajada"):
        assert words not in first.extract_text().replace("Copias a", ""), words
    assert "Notas para mi carta" not in second.extract_text()
