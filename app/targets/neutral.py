"""How a letter opens when its target has no salutation in its language: courteous, to an office, neither man nor woman assumed.

No value carries closing punctuation: that belongs to the language and stands in `LETTER_SALUTATION_PUNCTUATION`.
For a language that is not listed there the mark is a comma.
"""

NEUTRAL_SALUTATIONS: dict[str, str] = {
    "am": "ለተከበሩ የመሥሪያ ቤቱ ኃላፊ",
    "ar": "حضرات السيدات والسادة المحترمين",
    "cs": "Vážená paní, vážený pane",
    "de": "Sehr geehrte Damen und Herren",
    "el": "Αξιότιμη κυρία, αξιότιμε κύριε",
    "en": "Dear Sir or Madam",
    "es": "Distinguida señora, distinguido señor",
    "fa": "با سلام و احترام",
    "fr": "Madame, Monsieur",
    "he": "גברת נכבדה, אדון נכבד",
    "hi": "माननीय महोदय/महोदया",
    "hu": "Tisztelt Hölgyem, Tisztelt Uram",
    "hy": "Հարգելի տիկին կամ պարոն",
    "id": "Dengan hormat",
    "it": "Gentile Signora, Egregio Signore",
    "ja": "ご担当者様",
    "ka": "პატივცემულო ქალბატონო ან ბატონო",
    "kk": "Құрметті ханымдар мен мырзалар",
    "ko": "관계자 귀하",
    "nl": "Geachte mevrouw, geachte heer",
    "pl": "Szanowni Państwo",
    "pt": "Excelentíssima Senhora, Excelentíssimo Senhor",
    "ro": "Stimată doamnă, stimate domnule",
    "ru": "Уважаемые дамы и господа",
    "sv": "Bästa mottagare",
    "th": "เรียน ท่านผู้เกี่ยวข้อง",
    "tr": "Sayın Yetkili",
    "uk": "Шановні пані та панове",
    "ur": "محترم جناب/محترمہ",
    "zh": "尊敬的女士、先生",
}
"""Language code to salutation."""

LETTER_SALUTATION_PUNCTUATION: dict[str, str] = dict.fromkeys(NEUTRAL_SALUTATIONS, ",") | {
    "am": "፣",
    "ar": "،",
    "es": ":",
    "fa": "،",
    "hu": "!",
    "ja": "",
    "kk": "!",
    "ko": "",
    "ru": "!",
    "th": "",
    "uk": "!",
    "ur": "،",
    "zh": "\N{FULLWIDTH COLON}",
}
"""Language code to the mark after the salutation; ask with `.get(language, ",")`."""
