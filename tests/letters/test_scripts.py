"""Letters in the scripts of the world: with the fonts there are, and without those of the extras."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.letters.pdf import PrintedLetter, letter_data, letters_pdf
from app.paper import fonts
from app.paper.typesetting import Unprintable
from tests.paper.layer import fonts_of, text_of

NOW = datetime(2013, 8, 20, tzinfo=UTC)

ALWAYS = {
    "en": "I ask you not to return Mr Pavlov to a risk of torture; “please” answer – at once… € 5, № 7.",
    "vi": "Tôi kính đề nghị Ngài không dẫn độ ông Pavlov, nơi ông có nguy cơ bị tra tấn.",
    "tr": "Bay Pavlov'un işkence göreceği bir ülkeye gönderilmemesini rica ederim: ğüşıöçĞÜŞİÖÇ.",
    "ru": "Прошу Вас не допустить выдачи Александра Павлова Казахстану.",
    "kk": "Павловты азаптау қаупі бар елге қайтармауыңызды сұраймын: әғқңөұүһі.",
    "el": "Σας παρακαλώ να μην εκδοθεί ο κ. Παβλόφ σε χώρα όπου κινδυνεύει.",
    "ar": "أرجو منكم ألا تسمحوا بتسليم ألكسندر بافلوف إلى كازاخستان.",
    "fa": "از شما خواهشمندم که آقای پاولوف را تحویل ندهید؛ گچپژ.",
    "ur": "میری درخواست ہے کہ پاولوف کو حوالے نہ کیا جائے، ٹڈڑںے۔",
    "hi": "मेरा आपसे निवेदन है कि श्री पावलोव को प्रत्यर्पित न किया जाए।",
}
SCRIPTS = {
    "he": "אני מבקשת שלא להסגיר את מר פבלוב למקום שבו צפויים לו עינויים.",
    "ka": "გთხოვთ, არ დაუშვათ პავლოვის ექსტრადიცია ყაზახეთში.",
    "hy": "Խնդրում եմ թույլ չտալ Պավլովի հանձնումը Ղազախստանին։",
    "am": "አቶ ፓቭሎቭ ወደ ካዛክስታን እንዳይመለሱ እጠይቃለሁ።",
    "th": "ขอความกรุณาอย่าส่งนายปาฟลอฟไปยังที่ซึ่งเขาเสี่ยงต่อการถูกทรมาน",
    "bn": "পাভলভকে ফেরত না পাঠানোর জন্য অনুরোধ করছি।",
    "ta": "பாவ்லோவை நாடு கடத்த வேண்டாம் எனக் கேட்டுக்கொள்கிறேன்.",
    "km": "ខ្ញុំសូមស្នើឲ្យកុំបញ្ជូនលោកទៅ",
    "my": "သူ့ကို ပြန်မပို့ပါရန် တောင်းဆိုပါသည်။",
}
CJK = {
    "zh": "恳请您不要允许将巴甫洛夫引渡至哈萨克斯坦，“谢谢”。",
    "zh-Hant": "懇請您不要允許將巴甫洛夫引渡至哈薩克，「謝謝」。",
    "ja": "パヴロフ氏をカザフスタンに引き渡さないようお願いいたします。",
    "ko": "파블로프 씨를 카자흐스탄으로 인도하지 말아 주십시오.",
}
EXTRA = SCRIPTS | CJK
EVERY = ALWAYS | EXTRA


def letter(language: str) -> PrintedLetter:
    text = EVERY[language]
    return PrintedLetter(
        language, (text[:9],), (text[:12], "28012 Madrid"), text[:9], text[:20], (text, text + " 7/AB-5", text[:9]), text[:9], "UA 1/26"
    )


def pdf(of: PrintedLetter) -> bytes:
    return letters_pdf([of], title="x", made_at=NOW)


def signs(text: str) -> list[str]:
    """Letters and marks in any order: the text layer has right-to-left words as they are seen."""
    return sorted(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c)[0] in "LMN")


@pytest.mark.parametrize("language", EVERY)
def test_a_sentence_comes_out_as_it_went_in(language: str) -> None:
    of = letter(language)
    printed, text = text_of(pdf(of)), unicodedata.normalize("NFC", EVERY[language])
    if language in {"ar", "fa", "ur", "he"}:
        went_in = (*of.sender_lines, *of.address_lines, of.place_and_date, of.subject, *of.paragraphs, of.signature, of.note)
        assert signs(printed) == signs("".join(went_in))
    elif language == "km":  # the text layer has each syllable once a glyph of it (typst 0.15, issue 8767)
        assert set(signs(text)) <= set(signs(printed))
    else:
        assert printed.replace(" ", "").count(text.replace(" ", "")) == 2


@pytest.mark.parametrize("language", EVERY)
def test_each_script_has_its_font_and_no_other(language: str) -> None:
    own = {
        "he": "Hebrew",
        "ka": "Georgian",
        "hy": "Armenian",
        "am": "Ethiopic",
        "th": "Thai",
        "bn": "Bengali",
        "ta": "Tamil",
        "km": "Khmer",
        "my": "Myanmar",
    }
    cjk = {"zh": "CJKsc", "zh-Hant": "CJKtc", "ja": "CJKjp", "ko": "CJKkr"}
    if language in {"ar", "fa", "ur"}:
        assert fonts_of(pdf(letter(language))) == {"Amiri"}
        return
    expected = {"NotoSans"} | {f"NotoSans{name[language]}" for name in (own, cjk) if language in name}
    assert fonts_of(pdf(letter(language))) == expected


@pytest.mark.parametrize("language", EXTRA)
def test_without_the_extras_each_sign_of_the_script_is_named(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "EXTRAS", ())
    with pytest.raises(Unprintable) as caught:
        pdf(letter(language))
    foreign = {c for c in signs(EVERY[language]) if fonts.beyond(c)}
    assert foreign <= set("".join(caught.value.characters))


@pytest.mark.parametrize("language", ALWAYS)
def test_letters_that_need_no_extra_are_the_same_bytes_without_them(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    of = replace(letter(language), paragraphs=(EVERY[language].replace("№", ""), "x"))
    with_extras = pdf(of)
    assert fonts.packages(str(letter_data(of))) == fonts.ALWAYS
    monkeypatch.setattr(fonts, "EXTRAS", ())
    assert pdf(of) == with_extras


@pytest.mark.parametrize("field", ["sender_lines", "address_lines", "place_and_date", "subject", "paragraphs", "signature", "note", "fax"])
@pytest.mark.parametrize("sign", ["😀", "中", "ש", "✓"])
def test_a_sign_without_a_font_is_named_wherever_it_stands(field: str, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "EXTRAS", ())
    text = f"Ann {sign} Lee"
    of = replace(letter("en"), **{field: (text, "x") if field.endswith("s") else text})
    with pytest.raises(Unprintable) as caught:
        pdf(of)
    assert caught.value.characters == (sign,)


@pytest.mark.parametrize("sign", ["\N{EGYPTIAN HIEROGLYPH A001}", "\N{MONGOLIAN LETTER A}", "\ue000"])
def test_a_sign_no_font_of_the_extras_has_is_named_too(sign: str) -> None:
    with pytest.raises(Unprintable) as caught:
        pdf(replace(letter("en"), signature=f"Ann {sign}"))
    assert sign in "".join(caught.value.characters)


def test_a_name_in_another_script_is_printed_in_a_letter_of_any() -> None:
    of = replace(letter("en"), signature="林怡君 · דנה · ნინო 😀", paragraphs=("a", "b"))
    assert "林怡君 · " in text_of(pdf(of))
    assert {"NotoSans", "NotoSansCJKsc", "NotoSansHebrew", "NotoSansGeorgian", "NotoEmoji"} == fonts_of(pdf(of))
