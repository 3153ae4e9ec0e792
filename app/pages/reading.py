"""What a reader of one language is shown of an action that takes letters."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns.models import Campaign, Text
from app.letters import addressing, wording
from app.letters.composing import Composed
from app.letters.addressing import Addressee
from app.letters.wording import LetterLanguage
from app.targets.models import Target


@dataclass(frozen=True)
class Reading:
    """The letter chosen, and where its language is not the reader's, the same letter in one they read."""

    language: str
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
    """The letter in the language asked for, else in the reader's own if the officials prefer it, else in the one they read best."""
    edition = campaign.edition
    languages = wording.letter_languages(edition)
    own = [choice.code for choice in languages if choice.preferred and choice.code == language]
    text = wording.choose_text(edition, letter, *own, *(choice.code for choice in languages))
    addressees = addressing.addressees(campaign)
    target = next((link.target for link in addressees if str(link.target_id) == to), addressees[0].target)
    crib_text = wording.choose_text(edition, language) if text.language != language else None
    if crib_text is not None and crib_text.language == text.language:
        crib_text = None
    return Reading(
        language=language,
        letter=wording.sample(campaign, text, target, now),
        crib=wording.sample(campaign, crib_text, target, now) if crib_text else None,
        crib_text=crib_text,
        target=target,
        addressees=addressees,
        languages=languages,
    )
