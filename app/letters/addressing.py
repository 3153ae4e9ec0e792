"""Whom an appeal is addressed to: main targets, copies, and the embassy in its writer's country."""

from collections.abc import Sequence
from typing import NamedTuple

from app.campaigns.models import Campaign
from app.errors import NotFound
from app.letters.models import Appeal
from app.targets.copies import copies_line, copy_note
from app.targets.models import Target
from app.targets.rules import choose_embassy


class Addressee(NamedTuple):
    """A target as a letter addresses it."""

    target: Target
    copy: bool
    embassy: bool = False
    """It is the embassy in the writer's country."""

    @property
    def target_id(self) -> int:
        return self.target.id

    @property
    def title(self) -> str:
        """The target in one line; an embassy with its name, since any country has ambassadors."""
        own = self.target.title
        return f"{own}, {self.target.organisation}" if self.embassy and self.target.organisation else own


def addressees(campaign: Campaign) -> list[Addressee]:
    """Whom everybody writes to: main targets first, copies last."""
    links = sorted(campaign.targets, key=lambda link: (link.copy, link.position))
    return [Addressee(link.target, link.copy) for link in links]


def addressees_of(appeal: Appeal) -> list[Addressee]:
    """Whom an appeal is addressed to: main targets first, copies after them, and last the embassy in the writer's country if it gets a copy.

    For many appeals load `Appeal.embassy` with them.
    """
    links = addressees(appeal.campaign)
    embassy = choose_embassy(
        {appeal.country: appeal.embassy} if appeal.embassy else {},
        government=appeal.campaign.country,
        living_in=appeal.country,
        wanted=appeal.campaign.embassies,
        listed=[link.target for link in links],
    )
    return links if embassy is None else [*links, Addressee(embassy, copy=True, embassy=True)]


def copying_line(addressees: Sequence[Addressee], target: Target, language: str) -> str:
    """What the letter to a target says at its end of the others: to a copy, whom it is addressed to; to a main target, who has a copy."""
    mine = next((one for one in addressees if one.target_id == target.id), None)
    if mine is not None and mine.copy:
        return copy_note(language, [one.title for one in addressees if not one.copy])
    return copies_line(language, [one.title for one in addressees if one.copy])


def get_target(appeal: Appeal, target_id: int) -> Target:
    """A target that the appeal is addressed to. Raises NotFound for any other."""
    for link in addressees_of(appeal):
        if link.target_id == target_id:
            return link.target
    raise NotFound
