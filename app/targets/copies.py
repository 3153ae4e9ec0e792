"""How a letter says, in its own language, who else gets it: to a copy whom it is addressed to, to the main target who has a copy."""

from collections.abc import Sequence
from typing import NamedTuple


class Phrases(NamedTuple):
    addressed_to: str
    """What stands before the main addressees, in the letter to a copy."""
    copies_to: str
    """What stands before those who get a copy, in the letter to a main addressee."""
    between: str = "; "
    """What stands between two of them: names and roles have commas of their own."""


COPY_PHRASES: dict[str, Phrases] = {
    "ar": Phrases("نسخة للعلم. هذه الرسالة موجهة إلى: ", "نسخة إلى: ", "؛ "),
    "ca": Phrases("Còpia per a informació. La carta s’adreça a: ", "Amb còpia a: "),
    "cs": Phrases("Kopie na vědomí. Dopis je adresován: ", "Na vědomí: "),
    "da": Phrases("Kopi til orientering. Brevet er stilet til: ", "Kopi til: "),
    "de": Phrases("Kopie zur Kenntnisnahme. Der Brief ist gerichtet an: ", "Kopie an: "),
    "el": Phrases("Κοινοποίηση προς ενημέρωση. Η επιστολή απευθύνεται προς: ", "Κοινοποίηση: "),
    "en": Phrases("Copy for information. The letter is addressed to: ", "cc: "),
    "es": Phrases("Copia para su conocimiento. La carta va dirigida a: ", "Con copia a: "),
    "fa": Phrases("رونوشت جهت اطلاع. مخاطب این نامه: ", "رونوشت: ", "؛ "),
    "fi": Phrases("Jäljennös tiedoksi. Kirjeen vastaanottaja: ", "Tiedoksi: "),
    "fr": Phrases("Copie pour information. La lettre est adressée à : ", "Copie à : "),
    "he": Phrases("העתק לידיעה. המכתב ממוען אל: ", "העתק אל: "),
    "hu": Phrases("Másolat tájékoztatásul. A levél címzettje: ", "Másolatot kap: "),
    "id": Phrases("Tembusan untuk diketahui. Surat ini ditujukan kepada: ", "Tembusan: "),
    "it": Phrases("Copia per conoscenza. La lettera è indirizzata a: ", "p.c.: "),
    "ja": Phrases("参考のための写しです。本状の宛先：", "写し送付先：", "；"),
    "ko": Phrases("참고용 사본입니다. 이 서한의 수신인: ", "사본 수신: "),
    "nl": Phrases("Afschrift ter kennisneming. De brief is gericht aan: ", "Afschrift aan: "),
    "no": Phrases("Kopi til orientering. Brevet er stilet til: ", "Kopi til: "),
    "pl": Phrases("Kopia do wiadomości. Adresat listu: ", "Do wiadomości: "),
    "pt": Phrases("Cópia para conhecimento. A carta é dirigida a: ", "Com cópia para: "),
    "ro": Phrases("Copie spre informare. Scrisoarea este adresată: ", "Copie: "),
    "ru": Phrases("Копия для сведения. Письмо адресовано: ", "Копия: "),
    "sv": Phrases("Kopia för kännedom. Brevet är ställt till: ", "Kopia till: "),
    "tr": Phrases("Bilgi için kopyadır. Mektubun muhatabı: ", "Bilgi için: "),
    "uk": Phrases("Копія до відома. Лист адресовано: ", "Копія: "),
    "ur": Phrases("نقل برائے اطلاع۔ یہ خط جن کے نام ہے: ", "نقل بنام: ", "؛ "),
    "zh": Phrases("副本，供参考。此信致：", "抄送：", "；"),
}
"""Language code to its phrases; a right or full-width sign of its own where the language has one."""

UNKNOWN = Phrases("cc (to: ", "cc: ")
"""For a language that is not listed."""


def copy_note(language: str, titles: Sequence[str]) -> str:
    """The line at the end of the letter to a copy, which names the main addressees; "" when there are none."""
    phrases = _phrases(language)
    closing = ")" if phrases is UNKNOWN else ""
    return f"{phrases.addressed_to}{phrases.between.join(titles)}{closing}" if titles else ""


def copies_line(language: str, titles: Sequence[str]) -> str:
    """The line at the end of the letter to a main addressee, which names those who get a copy; "" when there are none."""
    phrases = _phrases(language)
    return f"{phrases.copies_to}{phrases.between.join(titles)}" if titles else ""


def _phrases(language: str) -> Phrases:
    return COPY_PHRASES.get(language) or COPY_PHRASES.get(language.split("-")[0]) or UNKNOWN
