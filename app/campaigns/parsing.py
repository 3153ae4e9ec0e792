"""From the text of a campaign file to checked values. All problems are found in one go; with a single one nothing is given back."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import combinations

from email_validator import EmailNotValidError, validate_email

from app.campaigns import placeholders
from app.campaigns.filed import (
    BadCampaignFile,
    CampaignFile,
    FiledEdition,
    FiledEvent,
    FiledOutcome,
    FiledPerson,
    FiledTarget,
    FiledText,
    Problem,
)
from app.campaigns.rules import MOST_PER_HOUR, MOST_REMINDER_DAYS, Outcome, ReplyTo, Rewritten, State, slug_problem
from app.campaigns.tables import Table
from app.codes import country_problem, language_problem, timezone_problem
from app.targets.phones import number_problem
from app.targets.postal import PostalAddress, postcode_problem
from app.targets.rules import neutral_salutation

VARIANTS = {"subjects": placeholders.SUBJECT_NAMES, "openings": placeholders.LINE_NAMES, "closings": placeholders.LINE_NAMES}
"""Lists of lines of which a letter gets one, with the placeholders each may hold."""
UNQUOTED_DATE = re.compile(r"""^(\s*(?:[\w-]+\s*\.\s*)*(?:issued_on|deadline_on|on)\s*=\s*)([^\s"'#\\][^"'#\\]*?)(\s*(?:\#.*)?)$""")
FILLED_IN = "Only the subjects, openings, closings and body of a letter are filled in: here it is shown as it stands."


def decode(data: bytes) -> str:
    """The text of a file. Raises BadCampaignFile when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02X} is not UTF-8: save the file as UTF-8 in your editor."
        raise BadCampaignFile([Problem(f"line {line}", message)]) from None


def read(text: str) -> CampaignFile:
    """The campaign in a TOML text. Raises BadCampaignFile with every problem; what is merely doubtful is in `.warnings`."""
    return read_document(_toml(text))


def read_document(document: Mapping[str, object]) -> CampaignFile:
    """The same from values that are parsed already."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    file = _campaign(Table(document, "", problems), warnings)
    problems += _duplicates(file)
    if problems:
        raise BadCampaignFile(problems)
    return replace(file, warnings=(*warnings, *_missing_salutations(file)))


def _toml(text: str) -> dict[str, object]:
    """The parsed TOML. A date that is in no calendar is handed on as text, so that it is named with its place like everything else."""
    lines = text.replace("\r\n", "\n").split("\n")
    while True:
        try:
            return tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            where = re.search(r"line (\d+), column (\d+)", str(error))
            at = int(where[1]) - 1 if where else 0
            date = UNQUOTED_DATE.match(lines[at])
            if date is None:
                raise BadCampaignFile([_syntax_problem(str(error))]) from None
            lines[at] = f'{date[1]}"{date[2]}"{date[3]}'


def _syntax_problem(error: str) -> Problem:
    message, _, place = error.partition(" (at ")
    advice = "Texts stand in quotes, lists in square brackets, and every key is given once."
    return Problem(place.rstrip(")"), f"this is not TOML: {message[:1].lower()}{message[1:]}. {advice}")


def _campaign(table: Table, warnings: list[Problem]) -> CampaignFile:
    slug = table.text("slug", required=True, check=slug_problem)
    country = table.text("country", required=True, check=country_problem)
    sending = table.table("sending")
    file = CampaignFile(
        slug=slug,
        reference=table.text("reference"),
        country=country,
        timezone=table.text("timezone", required=True, check=timezone_problem),
        topics=table.texts("topics", distinct=True),
        state=table.find_choice("state", State),
        people=tuple(_person(person) for person in table.tables("people")),
        targets=_targets(table, country, warnings),
        editions=_editions(table, warnings),
        cap_per_hour=sending.number("cap_per_hour", 60, least=1, most=MOST_PER_HOUR),
        reply_to=sending.choice("reply_to", ReplyTo, ReplyTo.OFFICE),
        rewritten=sending.choice("rewritten", Rewritten, Rewritten.HOLD),
        postage=sending.translations("postage", lines=False),
        reminders=sending.numbers("reminders", (7, 3, 1), least=0, most=MOST_REMINDER_DAYS),
        outcome=_outcome(table),
        timeline=tuple(_event(event) for event in table.tables("timeline")),
        embassies=sending.flag("embassies", default=True),
    )
    sending.finish()
    table.finish()
    return file


def _person(table: Table) -> FiledPerson:
    person = FiledPerson(table.text("name", required=True), table.text("gender"), table.text("note", lines=True))
    table.finish()
    return person


def _targets(table: Table, country: str, warnings: list[Problem]) -> tuple[FiledTarget, ...]:
    targets = tuple(_target(target, country, warnings) for target in table.tables("targets"))
    if not table.values.get("targets"):
        table.note("targets", "there is none: add [[targets]] with a role, a name and, if there is one, an e-mail address.")
    elif targets and all(target.copy for target in targets):
        table.note("targets", "all of them get copies only: write copy = false for the one the letter is meant for.")
    return targets


def _target(table: Table, country: str, warnings: list[Problem]) -> FiledTarget:
    target = FiledTarget(
        role=table.text("role", required=True),
        name=table.text("name"),
        organisation=table.text("organisation"),
        address=_address(table),
        country=table.text("country", check=country_problem) or country,
        emails=tuple(dict.fromkeys(map(_normal, table.texts("emails", check=_email_problem, distinct=True)))),
        fax=table.text("fax"),
        phone=table.text("phone"),
        languages=table.texts("languages", check=language_problem, distinct=True),
        copy=table.flag("copy"),
        salutations=table.translations("salutations", lines=False),
    )
    table.finish()
    for language, salutation in target.salutations.items():
        _note(table, f"{table.at('salutations')}.{language}", salutation, placeholders.check_plain)
    warnings += _doubtful(table, target)
    return target


def _doubtful(table: Table, target: FiledTarget) -> list[Problem]:
    """A postcode or a number that can hardly be meant."""
    if country_problem(target.country):
        return []
    postcode = target.address.postcode if isinstance(target.address, PostalAddress) else ""
    found = {
        f"{table.at('address')}.postcode": postcode_problem(postcode, target.country),
        table.at("fax"): number_problem(target.fax, target.country),
        table.at("phone"): number_problem(target.phone, target.country),
    }
    return [Problem(place, message) for place, message in found.items() if message]


def _address(table: Table) -> tuple[str, ...] | PostalAddress:
    """Lines, or a table of fields in any order."""
    if not isinstance(table.values.get("address"), dict):
        return table.texts("address")
    inner = table.table("address")
    address = PostalAddress(
        street=inner.text("street", lines=True),
        district=inner.text("district"),
        city=inner.text("city"),
        area=inner.text("area"),
        postcode=inner.text("postcode"),
    )
    inner.finish()
    return address if address.table() else ()


def _editions(table: Table, warnings: list[Problem]) -> tuple[FiledEdition, ...]:
    editions = tuple(_edition(edition, warnings) for edition in table.tables("editions"))
    if not table.values.get("editions"):
        table.note("editions", "there is none: add [[editions]] with a deadline_on, and [editions.texts.en] with a headline and a body.")
    return editions


def _edition(table: Table, warnings: list[Problem]) -> FiledEdition:
    edition = FiledEdition(
        index=table.text("index"),
        issued_on=table.day("issued_on"),
        deadline_on=table.required_day("deadline_on"),
        asks_again=table.flag("asks_again"),
        preferred_languages=table.texts("preferred_languages", check=language_problem, distinct=True),
        texts=_texts(table.table("texts"), warnings),
    )
    table.finish()
    if edition.issued_on and edition.issued_on > edition.deadline_on:
        warnings.append(Problem(table.at("deadline_on"), f"{edition.deadline_on} is before the day of issue, {edition.issued_on}: is that meant?"))
    return edition


def _texts(table: Table, warnings: list[Problem]) -> tuple[FiledText, ...]:
    if not table.values:
        table.note(table.place, "there is none: add [editions.texts.en] with a headline and a body, or the same in another language.")
    return tuple(_text(table.table(language), language, warnings) for language in table.languages())


def _text(table: Table, language: str, warnings: list[Problem]) -> FiledText:
    text = FiledText(
        language=language,
        headline=table.text("headline", required=True),
        summary=table.text("summary", lines=True),
        case=table.text("case", lines=True),
        demands=table.texts("demands", lines=True),
        background=table.text("background", lines=True),
        subjects=table.texts("subjects"),
        openings=table.texts("openings"),
        closings=table.texts("closings"),
        body=table.text("body", required=True, lines=True),
    )
    table.finish()
    _note(table, table.at("headline"), table.values.get("headline"), placeholders.check_markup)
    _note(table, table.at("body"), table.values.get("body"), placeholders.check)
    for key, names in VARIANTS.items():
        variants = table.values.get(key)
        for index, variant in enumerate(variants if isinstance(variants, list) else (), 1):
            _note(table, table.at(key, index), variant, partial(placeholders.check, names=names))
    told = {"headline": text.headline, "summary": text.summary, "case": text.case, "background": text.background}
    warnings += [Problem(table.at(key), FILLED_IN) for key, words in told.items() if "{{" in words]
    return text


def _note(table: Table, place: str, text: object, check: Callable[[str], list[placeholders.Problem]]) -> None:
    """Note what `check` finds in a text, by its line and column as the file has it."""
    if isinstance(text, str):
        for problem in check(text):
            table.note(f"{place}, line {problem.line}, column {problem.column}", problem.message)


def _outcome(table: Table) -> FiledOutcome | None:
    inner = table.table("outcome")
    if "outcome" not in table.values:
        return None
    if "kind" not in inner.values:
        inner.note(inner.at("kind"), 'is missing: add kind = "good", "partly", "bad" or "unknown".')
    outcome = FiledOutcome(inner.choice("kind", Outcome, Outcome.UNKNOWN), inner.day("on"), inner.translations("story"))
    inner.finish()
    return outcome


def _event(table: Table) -> FiledEvent:
    event = FiledEvent(table.day("on"), table.translations("text"), table.text("source"))
    table.finish()
    if not table.values.get("text"):
        table.note(table.at("text"), 'is missing: add text.en = "…" to say what happened.')
    return event


def _email_problem(address: str) -> str | None:
    try:
        _normal(address)
    except EmailNotValidError as problem:
        return f"“{address}” is not an e-mail address: {problem}"
    return None


def _normal(address: str) -> str:
    found = validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    return found.ascii_email or found.normalized


def _duplicates(file: CampaignFile) -> list[Problem]:
    names = [(target.role.casefold(), target.name.casefold()) for target in file.targets]
    return [
        Problem(f"targets[{second + 1}]", f"has the same role and name as targets[{first + 1}]: take one of them out, or tell them apart.")
        for first, second in combinations(range(len(names)), 2)
        if names[first] == names[second] != ("", "")
    ]


def _missing_salutations(file: CampaignFile) -> list[Problem]:
    languages = dict.fromkeys(text.language for edition in file.editions for text in edition.texts)
    return [
        Problem(
            f"targets[{index}].salutations",
            f"there is none in “{language}”: letters in it open with the neutral form “{neutral_salutation(language)}”.",
        )
        for index, target in enumerate(file.targets, 1)
        for language in languages
        if language not in target.salutations
    ]
