"""Letters in the languages of the tests, and mails read as a mail program reads them."""

import email
import email.policy
from email.header import decode_header
from email.message import EmailMessage
from html.parser import HTMLParser

from app.letters.composing import Composed

MARKS = "\u200f\u2066\u2067\u2069"
LETTERS = {
    "en": Composed(
        "en",
        "Protect Amaranta Quishpe (UA 101/26)",
        ("Dear Minister,", "I am writing about Amaranta Quishpe, who has been threatened since 12 February."),
        ("I teach in Leeds.\nMy pupils ask about her.",),
        ("Yours faithfully,",),
        ("Eva Gil", "Leeds"),
    ),
    "es": Composed(
        "es",
        "Protejan a Amaranta Quishpe",
        ("Señora Ministra:", "Le escribo por Amaranta Quishpe, amenazada desde el 12 de febrero."),
        ("Soy maestra en Évora.",),
        ("Atentamente,",),
        ("Lucía Prado", "Évora, Portugal"),
    ),
    "ru": Composed(
        "ru",
        "Защитите Амаранту Кишпе",
        ("Уважаемая госпожа министр!", "Пишу вам о деле UA 101/26."),
        (),
        ("С уважением,",),
        ("Мария Примерова", "Казань"),
    ),
    "ar": Composed(
        "ar",
        "احموا أمارانتا كيشبه (UA 101/26)",
        ("معالي الوزيرة،", "أكتب إليكم بشأن Amaranta Quishpe والقضية UA 101/26، هاتف +34 91 397 32 86."),
        ("Soy maestra en Évora. Conozco a أمارانتا desde 2019.", "أعمل معلمة في لندن."),
        ("مع الاحترام،",),
        ("Lucía Prado", "لندن"),
    ),
    "zh": Composed("zh", "请保护阿玛兰塔", ("尊敬的部长：", "我就阿玛兰塔·基什佩一事致信。案号 UA 101/26。"), (), ("此致敬礼",), ("王小明", "台北")),
}


def read(content: bytes) -> EmailMessage:
    """A mail as the standard library's newer parser reads it."""
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def header(content: bytes, name: str) -> str:
    """A header as RFC 2047 has it read; the parser above adds a blank where a long word was broken."""
    raw = next(value for key, value in read(content).raw_items() if key == name).replace("\r\n", "")
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in decode_header(raw))


def part(content: bytes, kind: str) -> str | None:
    """The text of a part, \\n line ends, without the last one."""
    found = read(content).get_body((kind,))
    return None if found is None else str(found.get_content()).replace("\r\n", "\n").removesuffix("\n")


def unmarked(text: str) -> str:
    """A text without the marks that keep its order."""
    return text.translate(dict.fromkeys(map(ord, MARKS)))


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "p":
            self.paragraphs.append("")
        if tag in {"p", "br"}:
            self._inside = True
        if tag == "br":
            self.paragraphs[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.paragraphs[-1] += data
        else:
            assert not data.strip() or self.tags[-1][0] == "title", "text outside of a paragraph"


def seen(html: str) -> str:
    """What a reader of the HTML sees: paragraphs with an empty line between."""
    return "\n\n".join(parsed(html).paragraphs)


def parsed(html: str) -> _Seen:
    reader = _Seen()
    reader.feed(html)
    reader.close()
    return reader
