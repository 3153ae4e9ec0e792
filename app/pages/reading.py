"""What a reader of one language is shown of an action that takes letters."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns.models import Campaign, Edition, Text
from app.letters import addressing, wording
from app.letters.addressing import Addressee
from app.letters.composing import Composed
from app.letters.wording import Chosen, LetterLanguage
from app.targets.models import Target


@dataclass(frozen=True)
class Reading:
    """The letter chosen, and where its language is not the reader's, the same letter in one they read."""

    language: str
    chosen: Chosen
    letter: Composed
    crib: Composed | None
    crib_text: Text | None
    """The text the crib was made from; its demands stand beside the letter."""
    target: Target
    addressees: list[Addressee]
    languages: list[LetterLanguage]

    @property
    def foreign(self) -> bool:
        """Whether the letter is in another language than the page."""
        return self.letter.language != self.language

    def is_chosen(self, letter: str, to: str) -> bool:
        """Whether the page's arguments were understood; an empty one asks for nothing."""
        return letter in {"", self.letter.language} and to in {"", str(self.target.id)}


def read(campaign: Campaign, language: str, letter: str, to: str, now: datetime) -> Reading:
    """The letter in the language asked for, else in the reader's own if the officials prefer it, else in the one they read best.

    Where there is no text in that one, in one that its target reads.
    """
    edition = campaign.edition
    languages = wording.letter_languages(edition)
    addressees = addressing.addressees(campaign)
    target = next((link.target for link in addressees if str(link.target_id) == to), addressees[0].target)
    chosen = wording.choose_letter(edition, letter or _wanted(edition, languages, language), target)
    text = chosen.text
    crib_text = wording.choose_text(edition, language) if text.language != language else None
    if crib_text is not None and crib_text.language == text.language:
        crib_text = None
    return Reading(
        language=language,
        chosen=chosen,
        letter=wording.sample(campaign, text, target, now),
        crib=wording.sample(campaign, crib_text, target, now) if crib_text else None,
        crib_text=crib_text,
        target=target,
        addressees=addressees,
        languages=languages,
    )


def _wanted(edition: Edition, languages: list[LetterLanguage], language: str) -> str:
    """The reader's language if the officials prefer it, else the one they read best, whether there is a text in it or not."""
    own = [choice.code for choice in languages if choice.preferred and choice.code == language]
    return next(iter((*own, *edition.preferred_languages, languages[0].code)))
