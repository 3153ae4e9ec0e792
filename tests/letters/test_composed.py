"""The letters of an appeal as they stand, from the rows to the text."""

from datetime import datetime
from typing import Any

from app import i18n
from app.db import Database
from app.letters.addressing import addressees_of
from app.letters.composing import Composed
from app.letters.wording import composed
from tests import make


def letters(database: Database, now: datetime, **appeal: Any) -> list[Composed]:
    """What an appeal writes to an official who reads Spanish, and to one who reads nothing we have."""
    with database.transaction() as session, i18n.speaking("en"):
        targets = [make.target(session, languages=["es"]), make.target(session, role="Mayor", name="", languages=["pt"], salutations={})]
        campaign = make.campaign(session, targets=targets, languages=("es", "en"))
        made = make.appeal(session, campaign, make.supporter(session), **appeal)
        return [composed(made, link.target, now) for link in addressees_of(made)]


def test_each_official_is_written_to_in_a_language_they_read(database: Database, now: datetime) -> None:
    assert [letter.language for letter in letters(database, now, letter_language="el")] == ["es", "en"]


def test_a_letter_written_freely_stays_in_its_own_language_and_greets_in_it(database: Database, now: datetime) -> None:
    first, second = letters(database, now, letter_language="el", rewritten="Σας γράφω.")
    assert first.language == second.language == "el"
    assert first.before == second.before == ("Αξιότιμη κυρία, αξιότιμε κύριε,",)
    assert first.personal == ("Σας γράφω.",)
    rewritten, _ = letters(database, now, letter_language="es", rewritten="Le ruego.")
    assert (rewritten.language, rewritten.before, rewritten.personal) == ("es", ("Sra. Ministra:",), ("Le ruego.",))


def test_the_latin_spelling_of_a_name_is_for_letters_in_latin_script(database: Database, now: datetime) -> None:
    name: dict[str, Any] = {"name": "Άννα Παπά", "latin_name": "Anna Papa"}
    assert letters(database, now, letter_language="es", **name)[0].signature[0] == "Anna Papa"
    assert letters(database, now, letter_language="el", rewritten="Σας γράφω.", **name)[0].signature[0] == "Άννα Παπά"
