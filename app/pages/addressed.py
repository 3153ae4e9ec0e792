"""What a writer's page shows of the letter to one target: its text, the ways to send it, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime

from app.letters import addressing, advice, timeline, wording
from app.letters.actions import AGAIN
from app.letters.advice import Post
from app.letters.composing import Composed
from app.letters.models import Appeal, Letter
from app.letters.own_mail import OwnMail, own_mail
from app.letters.rules import SENT, WITHDRAWABLE, Channel, LetterState
from app.letters.timeline import Step
from app.letters.wording import Chosen
from app.targets.models import Target


@dataclass(frozen=True)
class Addressed:
    """The letter to one target, and how far each way of sending it has come."""

    target: Target
    title: str
    copy: bool
    letter: Composed
    chosen: Chosen | None
    """The text it is made of; None: it is all its writer's own."""
    crib: Composed | None
    """The same letter in the reader's language, or the nearest there is, where it is in another."""
    mail: OwnMail
    ways: dict[str, Letter]
    post: Post
    post_days: int

    def state(self, channel: str) -> str:
        """The state of the letter by this channel, empty where there is none."""
        return self.ways[channel].state if channel in self.ways else ""

    @property
    def left(self) -> bool:
        """Whether our letter to this target has gone out, as far as anybody knows."""
        return self.state(Channel.PLATFORM) in {*SENT, LetterState.CAPTURED}

    @property
    def wanting(self) -> bool:
        """Whether asking us to send it would do anything: neither have we been asked, nor has the writer mailed it."""
        return self.state(Channel.PLATFORM) in {"", *AGAIN} and self.state(Channel.OWN_MAIL) != LetterState.REPORTED


@dataclass(frozen=True)
class Way:
    """What became of one letter by one channel."""

    letter: Letter
    steps: list[Step]
    withdrawable: bool
    late: bool
    """Its turn should come after the deadline."""
    stuck: bool
    """It will not go out from here: another way is offered."""


STUCK = frozenset({LetterState.REJECTED, LetterState.EXPIRED, LetterState.BOUNCED, LetterState.RETURNED})


def addressed(appeal: Appeal, language: str, moment: datetime) -> list[Addressed]:
    """The letters of an appeal for a reader of a language, main targets first."""
    letters = []
    days = appeal.campaign.days_left(moment)
    for link in addressing.addressees_of(appeal):
        target = link.target
        composed = wording.composed(appeal, target, moment)
        ways = {letter.channel: letter for letter in appeal.letters if letter.target_id == target.id}
        within = appeal.country == target.country
        letters.append(
            Addressed(
                target=target,
                title=link.title,
                copy=link.copy,
                letter=composed,
                chosen=wording.chosen(appeal, target),
                crib=wording.facing(appeal, target, language, moment),
                mail=own_mail(composed, target),
                ways=ways,
                post=advice.post(days, within=within),
                post_days=advice.post_days(within=within),
            )
        )
    return letters


def ways_gone(appeal: Appeal, expected: dict[int, datetime]) -> list[Way]:
    """The letters somebody asked for or reported, with their steps; `expected` is when waiting ones should leave, by letter id."""
    deadline_at = appeal.campaign.deadline_at
    return [
        Way(
            letter=letter,
            steps=timeline.steps(
                LetterState(letter.state),
                prepared_at=appeal.created_at,
                confirmed_at=appeal.proven_at,
                in_line_at=letter.waiting_at,
                state_at=letter.state_at,
                expected_at=expected.get(letter.id),
            ),
            withdrawable=letter.state in WITHDRAWABLE,
            late=letter.id in expected and expected[letter.id] >= deadline_at,
            stuck=letter.state in STUCK,
        )
        for letter in appeal.letters
        if letter.state != LetterState.PREPARED
    ]
