"""The mails around a letter, one function each, and the letter to the target itself."""

from typing import NamedTuple

from app import bidi, i18n, links
from app.i18n import _
from app.letters import addressing, wording
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.letters.rules import Channel, LetterState
from app.mail.message import Message
from app.mail.render import page, render
from app.site import Site
from app.targets.models import Target


def confirm(site: Site, email: str, headline: str, *, key: str, language: str, wants_letter: bool) -> Message:
    """Asks whether the address is theirs. Holds nothing its reader did not publish: anybody may type anybody's address."""
    with i18n.speaking(language) as spoken:
        return render(
            site,
            "confirm",
            to=email,
            language=spoken.code,
            headline=headline,
            wants_letter=wants_letter,
            url=links.confirm(site, spoken.code, key),
            days=site.unconfirmed_days,
        )


def thanks(site: Site, appeal: Appeal) -> Message:
    """What was sent to whom, and how sure that is; once per appeal."""
    with i18n.speaking(appeal.language) as language:
        return render(
            site,
            "thanks",
            to=appeal.email,
            language=language.code,
            writer=appeal.name,
            headline=wording.choose_text(appeal.edition, appeal.language).headline,
            fates=[(letter.target.title, fate(LetterState(letter.state))) for letter in appeal.letters if letter.channel == Channel.PLATFORM],
            by_hand=[link.title for link in addressing.addressees_of(appeal) if not link.target.has_email],
            url=links.appeal(site, language.code, appeal.key),
            action_url=links.action(site, language.code, appeal.campaign.slug),
        )


def missed(site: Site, appeal: Appeal) -> Message:
    """A letter did not leave before the deadline; what the writer can still do."""
    with i18n.speaking(appeal.language) as language:
        late = [letter.target.title for letter in appeal.letters if letter.state == LetterState.EXPIRED]
        return render(
            site,
            "missed",
            to=appeal.email,
            language=language.code,
            writer=appeal.name,
            headline=wording.choose_text(appeal.edition, appeal.language).headline,
            deadline=i18n.day(appeal.campaign.edition.deadline_on),
            late=late,
            url=links.appeal(site, language.code, appeal.key),
        )


def returned(site: Site, appeal: Appeal) -> Message:
    """A coordinator gave the letter back; what the writer can do with it."""
    with i18n.speaking(appeal.language) as language:
        return render(
            site,
            "returned",
            to=appeal.email,
            language=language.code,
            writer=appeal.name,
            headline=wording.choose_text(appeal.edition, appeal.language).headline,
            returned=[letter.target.title for letter in appeal.letters if letter.state == LetterState.RETURNED],
            url=links.appeal(site, language.code, appeal.key),
        )


def letter(site: Site, appeal: Appeal, target: Target, composed: Composed) -> Message:
    """The letter as the target gets it: From our own domain with the writer's name, nothing of a mailing list."""
    text, html = written(composed)
    return Message(
        to=tuple(target.emails),
        subject=composed.subject,
        text=text,
        html=html,
        from_name=wording.writer_shown(appeal).name,
        from_address=site.letters_from,
        reply_to=appeal.email if appeal.answer_direct else site.contact,
        language=composed.language,
    )


def written(composed: Composed) -> tuple[str, str | None]:
    """The letter as plain text, as a person would type it, and the same as HTML where a direction has to be said, else None.

    Each paragraph has the direction most of its letters have; fragments of the other direction are isolated: in the text by marks that are
    not seen (UAX 9, 2.4), in the HTML by an element, which Outlook knows too.
    """
    paragraphs = [_Paragraph(bidi.side(text, composed.dir), text.split("\n")) for text in composed.paragraphs if text]
    if composed.signature:
        paragraphs.append(_Paragraph(composed.dir, list(composed.signature)))
    paragraphs += [_Paragraph(bidi.side(text, composed.dir), text.split("\n")) for text in composed.note]
    text = "\n\n".join("\n".join(bidi.typed(line, part.dir) for line in part.lines) for part in paragraphs).strip() + "\n"
    if composed.dir == "ltr" and not bidi.is_mixed(text):
        return text, None
    parts = [(part.dir, [list(bidi.pieces(line, part.dir)) for line in part.lines]) for part in paragraphs]
    return text, page("letter", language=composed.language, dir=composed.dir, subject=composed.subject, paragraphs=parts)


class _Paragraph(NamedTuple):
    dir: str
    lines: list[str]


def fate(state: LetterState) -> str:
    """What became of a letter, in words that claim no more than we know."""
    return {
        LetterState.PREPARED: _("prepared; it has not been sent"),
        LetterState.HELD: _("read by one of us first, because it is written freely or signed with a name we know from the case"),
        LetterState.RETURNED: _("not sent from here; you can send it yourself, or change it and ask again"),
        LetterState.WAITING: _("waiting for its turn: letters go out one after the other, so that the office is not flooded"),
        LetterState.RELEASED: _("on its way out"),
        LetterState.REPORTED: _("sent by you, as you told us"),
        LetterState.CAPTURED: _("kept on this computer: this is a demonstration, nothing is really sent"),
        LetterState.HANDED_OVER: _("handed over to the mail service of the office; we have heard of no trouble"),
        LetterState.DELIVERED: _("delivered: the mail service of the office confirmed that it took it"),
        LetterState.BOUNCED: _("came back: the address does not take mail; please send it another way"),
        LetterState.ANSWERED: _("answered"),
        LetterState.IN_DOUBT: _("probably sent: the line broke at the last moment, and we do not send twice without looking"),
        LetterState.REJECTED: _("refused by the mail service of the office; please send it another way"),
        LetterState.EXPIRED: _("not sent: the deadline passed before its turn"),
        LetterState.CANCELLED: _("not sent: the action ended before its turn"),
        LetterState.WITHDRAWN: _("taken back by you"),
    }[state]
