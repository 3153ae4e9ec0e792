"""From the text of a directory of embassies to checked values. All flaws are found in one go; with a single one nothing is given back."""

import re
from collections.abc import Callable, Iterable

from langcodes import standardize_tag, tag_is_valid

from app import i18n
from app.codes import country_problem, language_problem
from app.errors import Refused
from app.mail.addresses import normalise
from app.targets import sheets
from app.targets.filed import BadDirectory, DirectoryFile, FiledEmbassy, Flaw
from app.targets.phones import number_problem
from app.targets.postal import FIELDS, PostalAddress, postcode_problem
from app.targets.sheets import CONTROL, Line

COLUMNS = (
    *("represents", "accredited_to", "country", "role", "name", "organisation"),
    *("street", "district", "city", "area", "postcode", "address"),
    *("emails", "phone", "fax", "languages"),
)
SALUTATION = "salutation_"
NAMES = (*COLUMNS, f"{SALUTATION}en")
OTHER_NAMES = {
    "represent": "represents",
    "of": "represents",
    "embassy_of": "represents",
    "accredited": "accredited_to",
    "accreditation": "accredited_to",
    "in": "accredited_to",
    "host": "accredited_to",
    "host_country": "accredited_to",
    "seat": "country",
    "title": "role",
    "function": "role",
    "ambassador": "name",
    "organization": "organisation",
    "embassy": "organisation",
    "office": "organisation",
    "street_address": "street",
    "town": "city",
    "locality": "city",
    "state": "area",
    "province": "area",
    "region": "area",
    "zip": "postcode",
    "zip_code": "postcode",
    "postal_code": "postcode",
    "post_code": "postcode",
    "postal_address": "address",
    "address_lines": "address",
    "email": "emails",
    "e_mail": "emails",
    "e_mails": "emails",
    "mail": "emails",
    "telephone": "phone",
    "tel": "phone",
    "telefax": "fax",
    "language": "languages",
}
REQUIRED = ("represents", "accredited_to")
LONGEST, MOST_EMAILS, MOST_ADDRESS_LINES = 300, 10, 8
"""Characters of a cell that is one line, and how many of the others fit."""
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)


def known(name: str) -> str | None:
    """The column that a header means, however it is written, e.g. `E-Mail` is `emails`; None for an unknown one."""
    plain = re.sub(r"[\W_]+", "_", name.casefold()).strip("_")
    if plain.startswith(SALUTATION):
        code = plain.removeprefix(SALUTATION).replace("_", "-")
        return SALUTATION + (standardize_tag(code) if tag_is_valid(code) else code)
    plain = OTHER_NAMES.get(plain, plain)
    return plain if plain in COLUMNS else None


def read(text: str) -> DirectoryFile:
    """The embassies in a CSV text. Raises BadDirectory with every flaw; what is merely doubtful is in `.warnings`."""
    headers, lines, flaws = sheets.read(text, known, NAMES)
    flaws += _header_flaws(headers)
    if not lines and not flaws:
        flaws.append(Flaw(0, "", "there is no embassy in the file: each has a line below the names of the columns."))
    if any(column not in headers for column in REQUIRED):
        raise BadDirectory(flaws)
    warnings: list[Flaw] = []
    read_lines = [_Reader(line, headers, flaws, warnings).embassy() for line in lines]
    flaws += _twice(read_lines, headers)
    if flaws:
        raise BadDirectory(sorted(flaws, key=lambda flaw: flaw.line))
    return DirectoryFile(tuple(read_lines), tuple(warnings))


def _header_flaws(headers: dict[str, str]) -> list[Flaw]:
    flaws = [Flaw(1, column, f"is missing: the first line needs a column “{column}”.") for column in REQUIRED if column not in headers]
    for column, name in headers.items():
        wrong = language_problem(column.removeprefix(SALUTATION)) if column.startswith(SALUTATION) else None
        if wrong:
            flaws.append(Flaw(1, name, f"must end in a language code, e.g. {SALUTATION}es: {wrong}"))
    return flaws


class _Reader:
    """One line. Each reader gives a value of the promised type whatever it finds; what it found wrong is noted with its place."""

    def __init__(self, line: Line, headers: dict[str, str], flaws: list[Flaw], warnings: list[Flaw]) -> None:
        self.line, self.headers, self.flaws, self.warnings = line, headers, flaws, warnings

    def embassy(self) -> FiledEmbassy:
        represents = self.country("represents", required=True)
        accredited_to = self.accredited_to(represents)
        country = self.country("country") or (accredited_to[0] if accredited_to else "")
        role, organisation = self.text("role"), self.text("organisation")
        return FiledEmbassy(
            line=self.line.number,
            represents=represents,
            accredited_to=accredited_to,
            country=country,
            role=role or organisation or f"Embassy of {i18n.country_name(represents, 'en')}",
            name=self.text("name"),
            organisation=organisation if role else "",
            address=self.address(country),
            emails=self.emails(),
            phone=self.number("phone", country),
            fax=self.number("fax", country),
            languages=self.codes("languages", language_problem),
            salutations={
                column.removeprefix(SALUTATION): text for column in self.line.cells if column.startswith(SALUTATION) and (text := self.text(column))
            },
        )

    def note(self, column: str, message: str) -> None:
        self.flaws.append(Flaw(self.line.number, self.headers.get(column, column), message))

    def doubt(self, column: str, message: str | None) -> None:
        if message:
            self.warnings.append(Flaw(self.line.number, self.headers.get(column, column), message))

    def cell(self, column: str) -> str:
        text = self.line.cells.get(column, "")
        sign = CONTROL.search(text)
        if sign:
            self.note(column, f"holds the control character U+{ord(sign[0]):04X}: take it out.")
        return CONTROL.sub("", text)

    def text(self, column: str) -> str:
        """One line of text; "" when there is none."""
        text = " ".join(self.cell(column).split())
        if len(text) > LONGEST:
            self.note(column, f"is {len(text)} characters long: {LONGEST} fit.")
        return text

    def items(self, column: str, separators: str = r"[,;/|\s]+") -> list[str]:
        return list(dict.fromkeys(filter(None, re.split(separators, self.cell(column)))))

    def country(self, column: str, *, required: bool = False) -> str:
        text = self.text(column)
        code = self._country(text, column)
        if required and not text:
            self.note(column, "is empty: write the two letters of the country, e.g. EC.")
        return code

    def _country(self, text: str, column: str) -> str:
        """The code, also from small letters; "" for what is none."""
        code = text.upper() if len(text) == 2 else text
        wrong = country_problem(code) if code else None
        if wrong:
            self.note(column, wrong)
        return "" if wrong else code

    def accredited_to(self, represents: str) -> tuple[str, ...]:
        typed = [part.strip() for part in re.split(r"[,;/|\n]", self.cell("accredited_to")) if part.strip()]
        if all(len(word) == 2 for part in typed for word in part.split()):
            typed = [word for part in typed for word in part.split()]
        codes = tuple(dict.fromkeys(filter(None, (self._country(text, "accredited_to") for text in typed))))
        if not typed:
            self.note("accredited_to", "is empty: write the two letters of each country it is accredited to, that of its seat first, e.g. CH, LI.")
        if represents and represents in codes:
            self.note("accredited_to", f"{represents} is the country it represents: an embassy stands in another one.")
        return codes

    def codes(self, column: str, problem: Callable[[str], str | None]) -> tuple[str, ...]:
        found = []
        for code in self.items(column):
            plain = code.lower() if problem(code) and not problem(code.lower()) else code
            wrong = problem(plain)
            if wrong:
                self.note(column, wrong)
            found.append(plain)
        return tuple(dict.fromkeys(found))

    def emails(self) -> tuple[str, ...]:
        typed, found = self.items("emails", r"[,;|\s]+"), []
        if len(typed) > MOST_EMAILS:
            self.note("emails", f"holds {len(typed)} addresses: {MOST_EMAILS} fit.")
        for address in typed[:MOST_EMAILS]:
            try:
                found.append(normalise(address.removeprefix("mailto:").strip("<>")))
            except Refused as refusal:
                self.note("emails", f"“{address}” is not an e-mail address. {refusal.reason}")
        return tuple(dict.fromkeys(found))

    def number(self, column: str, country: str) -> str:
        number = self.text(column)
        if SCIENTIFIC.fullmatch(number):
            self.note(column, f"“{number}” is what the spreadsheet made of a number: format the column as text and type it again.")
        elif country:
            self.doubt(column, number_problem(number, country))
        return number

    def address(self, country: str) -> tuple[str, ...] | PostalAddress:
        lines = tuple(" ".join(line.split()) for line in re.split(r"[\n|]", self.cell("address")) if line.strip())
        street = "\n".join(" ".join(line.split()) for line in re.split(r"[\n|]", self.cell("street")) if line.strip())
        fields = {name: street if name == "street" else self.text(name) for name in FIELDS}
        long = [
            column
            for column, text in (("address", "\n".join(lines)), ("street", street))
            if len(text) > LONGEST or text.count("\n") >= MOST_ADDRESS_LINES
        ]
        for column in long:
            self.note(column, f"is too long: {MOST_ADDRESS_LINES} lines and {LONGEST} characters fit.")
        given = [name for name, text in fields.items() if text]
        if lines and given:
            self.note("address", f"stands beside {', '.join(given)}: give the address in lines or in columns, not both.")
        if lines or not given:
            return lines
        if country:
            self.doubt("postcode", postcode_problem(fields["postcode"], country))
        return PostalAddress(**fields)


def _twice(embassies: Iterable[FiledEmbassy], headers: dict[str, str]) -> list[Flaw]:
    seen: dict[tuple[str, str], int] = {}
    flaws = []
    for one in embassies:
        for country in one.accredited_to if one.represents else ():
            first = seen.setdefault((one.represents, country), one.line)
            if first != one.line:
                message = f"the embassy of {one.represents} in {country} stands in line {first} already: take one out."
                flaws.append(Flaw(one.line, headers["accredited_to"], message))
    return flaws
