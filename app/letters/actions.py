"""What a supporter does: sign up, put it in their own words, prove the address, send, report, take back."""

import secrets as random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import db, secrets
from app.campaigns.queries import Terms
from app.campaigns.rules import Standing, nearest
from app.deliveries import actions as deliveries
from app.deliveries.actions import Prepared
from app.deliveries.rules import Kind
from app.errors import Conflict, Refused
from app.i18n import N_
from app.letters import addressing, emails, queries, rules, wording
from app.letters.counting import count_letters, recount, set_state
from app.letters.models import Appeal, Letter, Pace
from app.letters.rules import IN_LINE, WITHDRAWABLE, AppealState, Channel, LetterState, SignUp, Words
from app.mail.addresses import domain, normalise
from app.site import Site
from app.supporters import actions as supporters
from app.supporters import queries as supporter_queries
from app.supporters.models import Supporter
from app.supporters.rules import BREAKER_PAUSE, CONSENT_VERSION, Confirmation, confirmation
from app.supporters.zones import main_zone
from app.targets.models import Target

log = structlog.get_logger()
STORE_DRAFT = insert(Appeal.__table__).returning(Appeal.id)  # type: ignore[arg-type]
STORE_LETTERS = insert(Letter.__table__)  # type: ignore[arg-type]
TAKEN_OVER = (
    *("name", "latin_name", "place", "country", "safety"),
    *("subject", "personal_lines", "rewritten", "own_share", "letter_language", "answer_direct", "edition_id"),
)
"""What a draft hands to the proven appeal of the same person."""
AGAIN = frozenset({LetterState.WITHDRAWN, LetterState.RETURNED})
"""States that a letter leaves when its writer asks again to have it sent: what was given back is looked at once more."""
NOT_OPEN = {
    Standing.HIDDEN: N_("This action is not published."),
    Standing.PAUSED: N_("This action is paused for the moment. Nothing is sent while it is."),
    Standing.EXPIRED: N_("The deadline of this action has passed. Please ask us before you still write."),
    Standing.CLOSED: N_("This action is closed. No more letters are needed."),
}


@dataclass(frozen=True)
class PlannedSignUp:
    """A draft and its confirmation mail, ready to be stored in one short transaction."""

    key: str
    email_hash: str
    draft: Mapping[str, object]
    """The columns of the appeal."""
    targets: tuple[int, ...]
    """Those the platform will write to."""
    confirmation: Prepared


def plan_sign_up(terms: Terms, wish: SignUp, *, site: Site, now: datetime) -> PlannedSignUp:
    """Prepare a sign-up without the database. The same work is done for known and unknown addresses.

    Raises Refused (not open, or an address that cannot be).
    """
    require_open(terms.standing)
    email = normalise(wish.email)
    languages = list(terms.headlines)
    draft: dict[str, object] = {
        "key": (key := random.token_urlsafe(16)),
        "campaign_id": terms.campaign_id,
        "edition_id": terms.edition_id,
        "round": terms.round,
        "email": email,
        "email_hash": (email_hash := secrets.lookup(email.casefold())),
        "name": rules.tidy_line(wish.name),
        "place": rules.tidy_line(wish.place),
        "country": wish.country,
        "language": wish.language,
        "letter_language": nearest(languages, wish.letter_language),
        "remind": wish.remind or not wish.wants_letter,
        "tell_new": wish.tell_new,
        "wants_letter": wish.wants_letter,
        "consent": CONSENT_VERSION,
        "created_at": now,
    }
    headline = terms.headlines[nearest(languages, wish.language)]
    mail = emails.confirm(site, email, headline, key=key, language=wish.language, wants_letter=wish.wants_letter)
    prepared = deliveries.prepare(mail, kind=Kind.NOTICE, mail="confirm", site=site, now=now)
    return PlannedSignUp(key, email_hash, draft, tuple(terms.mailed_from(wish.country)) if wish.wants_letter else (), prepared)


def sign_up(session: Session, plan: PlannedSignUp, *, site: Site, now: datetime) -> str:
    """Store a draft with its letters, and queue its confirmation where the address may still be mailed. Returns the draft's key."""
    connection = session.connection()
    appeal_id = connection.execute(STORE_DRAFT, dict(plan.draft)).scalar_one()
    letters = [{"appeal_id": appeal_id, "target_id": target, "channel": Channel.PLATFORM, "state_at": now} for target in plan.targets]
    if letters:
        connection.execute(STORE_LETTERS, letters)
    may = _may_confirm(session, plan.email_hash, site=site, now=now)
    if may is not Confirmation.NOT:
        pause = BREAKER_PAUSE if may is Confirmation.LATER else timedelta(0)
        deliveries.queue(session, replace(plan.confirmation, due_at=now + pause))
    return plan.key


def _may_confirm(session: Session, email_hash: str, *, site: Site, now: datetime) -> Confirmation:
    mailed = supporter_queries.get_mailed(session, email_hash, now)
    may = confirmation(
        sent=mailed.sent,
        last_sent_at=mailed.last_sent_at,
        recent=mailed.recent,
        most_recent=site.confirmations_per_10_minutes,
        now=now,
    )
    if may is Confirmation.LATER:
        log.warning("confirmations are held back for an hour: more than usual were asked for", most=site.confirmations_per_10_minutes)
    if may is not Confirmation.NOT and not supporters.note_confirmation(session, email_hash, sent=mailed.sent, now=now):
        return Confirmation.NOT
    return may


def save_words(session: Session, appeal: Appeal, words: Words, *, site: Site, now: datetime) -> None:
    """Keep what the writer makes of their letter, and of themselves in it; letters that have not left follow.

    Raises Refused when words are too long or hold links, or when there is no text in the language and none is written.
    """
    own = rules.tidy(words)
    rules.check_words(own, site.personal_lines_characters)
    if own.rewritten is None and appeal.edition.text(own.letter_language) is None:
        raise Refused(N_("There is no text in this language. Write the letter yourself, or choose another language."))
    appeal.subject, appeal.personal_lines, appeal.rewritten = own.subject, own.personal_lines, own.rewritten
    appeal.letter_language, appeal.answer_direct = own.letter_language, own.answer_direct
    appeal.safety, appeal.latin_name = own.safety, own.latin_name
    appeal.scrubbed_at = None
    if appeal.counted is None:
        appeal.own_share = wording.own_share(appeal, now)
    if appeal.state == AppealState.PROVEN:
        _line_up(session, appeal, queries.in_line(appeal), now=now)


def confirm(session: Session, appeal: Appeal, *, take_over: bool, site: Site, now: datetime) -> Appeal:
    """Prove the address of a draft; its letters then wait for their turn.

    If the person has a proven appeal in this round, that one stays: `take_over` gives it the draft's words for whatever still waits.
    Confirming again changes nothing. Returns the proven appeal. Raises Refused (closed, expired), Conflict (two at once: try again).
    """
    if appeal.state == AppealState.PROVEN:
        return appeal
    if appeal.state == AppealState.SUPERSEDED:
        return queries.find_rival(session, appeal) or appeal
    require_open(appeal.campaign.standing(now))
    supporter = supporters.prove(session, _supporter_of(appeal, now))
    rival = queries.find_rival(session, appeal)
    if rival is not None:
        return _merge(session, appeal, rival, take_over=take_over, site=site, now=now)
    appeal.state, appeal.proven_at, appeal.supporter_id = AppealState.PROVEN, now, supporter.id
    try:
        session.flush()
    except IntegrityError:
        raise Conflict from None
    count_letters(session, appeal.letters, now=now)
    _line_up(session, appeal, queries.in_line(appeal), now=now)
    recount(session, appeal, site=site, now=now)
    return appeal


def _supporter_of(appeal: Appeal, now: datetime) -> Supporter:
    return Supporter(
        email_hash=appeal.email_hash,
        email=appeal.email,
        email_domain=domain(appeal.email),
        name=appeal.name,
        place=appeal.place,
        country=appeal.country,
        language=appeal.language,
        timezone=main_zone(appeal.country),
        consent=appeal.consent,
        confirmed_at=now,
        tell_new=appeal.tell_new,
    )


def _merge(session: Session, draft: Appeal, proven: Appeal, *, take_over: bool, site: Site, now: datetime) -> Appeal:
    """The draft's wishes join the proven appeal; with `take_over` its words do too, for letters that have not left."""
    proven.remind = proven.remind or draft.remind
    if take_over and draft.wants_letter:
        for name in TAKEN_OVER:
            setattr(proven, name, getattr(draft, name))
        proven.wants_letter = True
        _leave_former_embassy(session, proven, site=site, now=now)
        wanted = {letter.target_id for letter in draft.letters if letter.state == LetterState.PREPARED and letter.channel == Channel.PLATFORM}
        send_for_me(session, proven, only=wanted, site=site, now=now)
    for letter in draft.letters:
        if letter.state == LetterState.REPORTED:
            _report(session, proven, letter.target_id, Channel(letter.channel), now=now)
    recount(session, proven, site=site, now=now)
    draft.state = AppealState.SUPERSEDED
    draft.subject = draft.personal_lines = draft.name = draft.place = ""
    draft.rewritten = draft.latin_name = None
    session.execute(delete(Letter).where(Letter.appeal_id == draft.id))
    return proven


def _leave_former_embassy(session: Session, appeal: Appeal, *, site: Site, now: datetime) -> None:
    """The writer has moved: what has not left for the embassy in the country they lived in stays here."""
    session.flush()
    session.expire(appeal, ["embassy"])
    addressed = {link.target_id for link in addressing.addressees_of(appeal)}
    for letter in appeal.letters:
        if letter.channel == Channel.PLATFORM and letter.target_id not in addressed:
            withdraw(session, letter, site=site, now=now)


def send_for_me(session: Session, appeal: Appeal, *, site: Site, now: datetime, only: set[int] | None = None) -> int:
    """Have the platform write to every target with an address: at once in line if the appeal is proven, else once it is.

    Targets that were written to in this round are left alone. Returns how many letters now wait. Raises Refused when the action is not open.
    """
    require_open(appeal.campaign.standing(now))
    letters = []
    for link in addressing.addressees_of(appeal):
        if not link.target.has_email or (only is not None and link.target_id not in only) or _own_mail_went(appeal, link.target_id):
            continue
        letter = queries.find_letter(appeal, link.target_id, Channel.PLATFORM)
        if letter is None:
            letter = Letter(target_id=link.target_id, channel=Channel.PLATFORM, state=LetterState.PREPARED, state_at=now)
            appeal.letters.append(letter)
        elif letter.state in AGAIN:
            letter.state, letter.state_at = LetterState.PREPARED, now
        letters.append(letter)
    appeal.wants_letter = True
    session.flush()
    if appeal.state == AppealState.PROVEN:
        _line_up(session, appeal, queries.in_line(appeal), now=now)
        recount(session, appeal, site=site, now=now)
    return sum(letter.state in IN_LINE for letter in letters)


def _own_mail_went(appeal: Appeal, target_id: int) -> bool:
    letter = queries.find_letter(appeal, target_id, Channel.OWN_MAIL)
    return letter is not None and letter.state == LetterState.REPORTED


def _line_up(session: Session, appeal: Appeal, letters: Iterable[Letter], *, now: datetime) -> None:
    """Let letters wait for their turn, or for a coordinator's glance where the writer's words ask for one."""
    held = queries.find_hold(appeal) is not None
    for letter in letters:
        if not held:
            _wait(session, letter, campaign_id=appeal.campaign_id, now=now)
        elif letter.state != LetterState.HELD:
            letter.state, letter.state_at = LetterState.HELD, now
    session.flush()


def _wait(session: Session, letter: Letter, *, campaign_id: int, now: datetime) -> None:
    """Wait for the target's turn; who waited before keeps the place in the line."""
    if letter.state == LetterState.WAITING:
        return
    letter.state, letter.state_at, letter.waiting_at = LetterState.WAITING, now, letter.waiting_at or now
    pace = db.insert(session, Pace).values(campaign_id=campaign_id, target_id=letter.target_id, next_at=now)
    session.execute(pace.on_conflict_do_nothing())


def let_go(session: Session, appeal: Appeal, *, now: datetime) -> int:
    """A coordinator has looked: the held letters of an appeal join the line. Returns how many. Raises Refused when the action is not open."""
    require_open(appeal.campaign.standing(now))
    held = [letter for letter in appeal.letters if letter.state == LetterState.HELD]
    for letter in held:
        _wait(session, letter, campaign_id=appeal.campaign_id, now=now)
    session.flush()
    return len(held)


def give_back(session: Session, appeal: Appeal, *, site: Site, now: datetime) -> int:
    """A coordinator has looked: the held letters do not go out from here, and their writer is told. Returns how many."""
    held = [letter for letter in appeal.letters if letter.state == LetterState.HELD]
    for letter in held:
        letter.state, letter.state_at = LetterState.RETURNED, now
    session.flush()
    if held:
        deliveries.queue(session, deliveries.prepare(emails.returned(site, appeal), kind=Kind.NOTICE, mail="returned", site=site, now=now))
    return len(held)


def report_sent(session: Session, appeal: Appeal, *, target_id: int, channel: Channel, site: Site, now: datetime) -> None:
    """The writer says that a letter went out by their own hand. A platform letter to the same target that has not left is taken back.

    Raises NotFound for a target that is not of this action, Refused before the action was published.
    """
    target: Target = addressing.get_target(appeal, target_id)
    if channel is Channel.PLATFORM:
        raise Refused(N_("Letters that we send are counted by themselves."))
    if channel is Channel.OWN_MAIL:
        ours = queries.find_letter(appeal, target.id, Channel.PLATFORM)
        if ours is not None:
            withdraw(session, ours, site=site, now=now)
    _report(session, appeal, target.id, channel, now=now)
    recount(session, appeal, site=site, now=now)


def _report(session: Session, appeal: Appeal, target_id: int, channel: Channel, *, now: datetime) -> None:
    letter = queries.find_letter(appeal, target_id, channel)
    if letter is None:
        letter = Letter(target_id=target_id, channel=channel, state=LetterState.PREPARED, state_at=now)
        appeal.letters.append(letter)
        session.flush()
    if letter.state != LetterState.REPORTED:
        set_state(session, appeal, letter, LetterState.REPORTED, now=now)


def report_all_sent(session: Session, appeal: Appeal, *, site: Site, now: datetime) -> None:
    """The answer to a reminder, "I have already sent it": every main target counts as written to."""
    for link in addressing.addressees_of(appeal):
        if not link.copy:
            channel = Channel.OWN_MAIL if link.target.has_email else Channel.POST
            report_sent(session, appeal, target_id=link.target_id, channel=channel, site=site, now=now)


def withdraw(session: Session, letter: Letter, *, site: Site, now: datetime) -> bool:
    """Take back a letter that has not left; True = it will never leave. A letter already in the outbox is taken back if it can be."""
    session.refresh(letter, with_for_update=True)
    if letter.state == LetterState.RELEASED and letter.delivery_id is not None:
        if not deliveries.cancel(session, letter.delivery_id, now=now):
            return False
    elif letter.state not in WITHDRAWABLE:
        return False
    letter.state, letter.state_at = LetterState.WITHDRAWN, now
    session.flush()
    recount(session, letter.appeal, site=site, now=now)
    return True


def erase(session: Session, email_hash: str) -> list[str]:
    """Forget every appeal of an address, and all mail to and from it; what has not left never will. The ledger of counts stays.

    Returns the Message-IDs of the mails concerned.
    """
    appeals = session.scalars(select(Appeal).where(Appeal.email_hash == email_hash)).all()
    held = [letter.delivery_id for appeal in appeals for letter in appeal.letters if letter.delivery_id is not None]
    messages = deliveries.erase(session, held, recipient_hash=email_hash)
    for appeal in appeals:
        session.delete(appeal)
    session.flush()
    return messages


def require_open(standing: Standing) -> None:
    """Raise Refused, with the reason a reader is told, unless letters may be written."""
    if standing is not Standing.OPEN:
        raise Refused(NOT_OPEN[standing])
