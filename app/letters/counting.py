"""Keeping the public number and the ledger true as letters change (design section 1)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.campaigns.actions import CountKey, count
from app.letters.models import Appeal, Letter
from app.letters.rules import EVIDENCE, AppealState, Counted, LetterState, LetterView, counted_as, own_words
from app.site import Site

PEOPLE, LETTERS, OWN_WORDS = "people", "letters", "own words"


def set_state(session: Session, appeal: Appeal, letter: Letter, state: LetterState, *, now: datetime) -> None:
    """Move a letter; a proven one is counted under its evidence once it has some."""
    letter.state, letter.state_at = state, now
    session.flush()
    if state in EVIDENCE and appeal.state == AppealState.PROVEN:
        count(session, {key(appeal, LETTERS, state, today(appeal, now)): 1})


def recount(session: Session, appeal: Appeal, *, site: Site, now: datetime) -> None:
    """Bring one person's place in the public number up to date."""
    recount_all(session, [appeal], site=site, now=now)


def recount_all(session: Session, appeals: Iterable[Appeal], *, site: Site, now: datetime) -> None:
    """The same for many: one statement for each kind of move and one upsert for each ledger line, however many people.

    Each move is a compare-and-set on the old standing, so two processes never count a person twice.
    """
    session.flush()
    moves: dict[tuple[Counted | None, Counted | None, date], list[Appeal]] = {}
    for appeal in appeals:
        old, new = Counted(appeal.counted) if appeal.counted else None, _standing(appeal, site=site)
        if new is not old:
            moves.setdefault((old, new, today(appeal, now)), []).append(appeal)
    changes: Counter[CountKey] = Counter()
    for (old, new, on), movers in moves.items():
        for appeal in _move(session, movers, old, new, on):
            if old is not None and appeal.counted_on is not None:
                changes[key(appeal, PEOPLE, old, appeal.counted_on)] -= 1
                changes[key(appeal, OWN_WORDS, own_words(appeal.own_share), appeal.counted_on)] -= 1
            if new is not None:
                changes[key(appeal, PEOPLE, new, on)] += 1
                changes[key(appeal, OWN_WORDS, own_words(appeal.own_share), on)] += 1
            set_committed_value(appeal, "counted", new)
            set_committed_value(appeal, "counted_on", on if new else None)
    count(session, changes)


def _standing(appeal: Appeal, *, site: Site) -> Counted | None:
    main = {link.target_id for link in appeal.campaign.targets if not link.copy}
    views = [LetterView(LetterState(letter.state), letter.target_id not in main) for letter in appeal.letters]
    return counted_as(AppealState(appeal.state), views, captures=site.captures)


def _move(session: Session, appeals: list[Appeal], old: Counted | None, new: Counted | None, on: date) -> list[Appeal]:
    moved = session.scalars(
        update(Appeal)
        .where(Appeal.id.in_([appeal.id for appeal in appeals]), Appeal.counted.is_(None) if old is None else Appeal.counted == old)
        .values(counted=new, counted_on=on if new else None)
        .returning(Appeal.id)
        .execution_options(synchronize_session=False)
    ).all()
    ids = set(moved)
    return [appeal for appeal in appeals if appeal.id in ids]


def count_letters(session: Session, letters: Iterable[Letter], *, now: datetime) -> None:
    """Enter letters that just reached a kind of evidence in the ledger."""
    count(
        session,
        Counter(key(letter.appeal, LETTERS, LetterState(letter.state), today(letter.appeal, now)) for letter in letters if letter.state in EVIDENCE),
    )


def key(appeal: Appeal, measure: str, evidence: str, day: date) -> CountKey:
    return CountKey(appeal.campaign_id, measure, str(evidence), day, appeal.letter_language, appeal.country)


def today(appeal: Appeal, now: datetime) -> date:
    """The day of the ledger: the campaign's own."""
    return now.astimezone(ZoneInfo(appeal.campaign.timezone)).date()
