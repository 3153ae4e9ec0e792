"""What is in the pack a group prints: built from an action in the organiser's language, its letters in theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app import i18n, links
from app.campaigns.models import Campaign, Text
from app.events.paper import Addressee, Code, Cover, Fact, Pack, Sheet
from app.i18n import _, ngettext
from app.letters import addressing, channels, wording
from app.letters.composing import Pick, Writer, compose
from app.letters.pdf import PrintedLetter
from app.site import Site
from app.targets.models import Target

PAPERS = ("a4", "us-letter")
MOST_KINDS = 60
"""Letters of a pack that differ from each other; the ones after them begin anew. Each takes memory to set."""
SHEET_ROWS, MOST_SHEETS = 10, 6
"""Rows on a page of the sign-up sheet; a larger group copies the last page."""


@dataclass(frozen=True)
class Wish:
    """What a group asks for."""

    writers: int
    target: Target
    text: Text
    """Its language is that of the letters."""
    paper: str = PAPERS[0]
    postage: str = ""
    """A hint on stamps, already in the organiser's language."""


def build(campaign: Campaign, wish: Wish, *, site: Site, now: datetime) -> Pack:
    """The pack in the current language, as plain values: each writer gets the letter that follows the one before."""
    language = i18n.current().code
    headline = wording.choose_text(campaign.edition, language).headline
    letters = [_letter(campaign, wish, number, now) for number in range(min(wish.writers, MOST_KINDS))]
    kinds = list(dict.fromkeys(letters))
    places = {letter: place for place, letter in enumerate(kinds)}
    return Pack(
        language=language,
        paper=wish.paper,
        title=_("Letters to write together: %(headline)s", headline=headline),
        cover=_cover(campaign, wish, headline, site=site),
        letters=tuple(kinds),
        order=tuple(places[letters[number % len(letters)]] for number in range(wish.writers)),
        sheet=_sheet(campaign, wish.writers, headline, site=site),
    )


def _letter(campaign: Campaign, wish: Wish, number: int, now: datetime) -> PrintedLetter:
    today = now.astimezone(ZoneInfo(campaign.timezone)).date()
    others = addressing.copying_line(addressing.addressees(campaign), wish.target, wish.text.language)
    composed = compose(campaign, wish.text, wish.target, Writer(), on=today, pick=_pick(wish.text, number), copy_note=others)
    return channels.printed(composed, wish.target, campaign, None, now)


def _pick(text: Text, number: int) -> Pick:
    """The variants of the letter with a number: counted on one after the other, so that all of them come up equally often."""
    subjects, openings = max(1, len(text.subjects)), max(1, len(text.openings))
    return Pick(number, number // subjects, number // (subjects * openings))


def _cover(campaign: Campaign, wish: Wish, headline: str, *, site: Site) -> Cover:
    language = i18n.current().code
    last_day = (campaign.deadline_at - timedelta(seconds=1)).astimezone(ZoneInfo(campaign.timezone)).date()
    written_in = i18n.language_name(wish.text.language)
    return Cover(
        kicker=" · ".join(filter(None, (_("Writing letters together"), site.name, campaign.reference))),
        headline=headline,
        facts=(
            Fact(_("Write by"), i18n.weekday(last_day), _("until the end of the day, %(place)s time", place=i18n.zone_name(campaign.timezone))),
            Fact(
                _("In this pack"),
                ngettext("%(n)s letter in %(language)s", "%(n)s letters in %(language)s", wish.writers, language=written_in),
                wish.target.title,
            ),
        ),
        steps_name=_("How to go about it"),
        steps=steps(),
        postage=wish.postage,
        codes=(
            Code(_("The action"), links.action(site, language, campaign.slug)),
            Code(_("Report your letters"), links.event(site, language, campaign.slug) + "#report"),
        ),
        targets_name=_("Whom you write to"),
        targets=_addressees(addressing.addressees(campaign), wish.target, language),
    )


def steps() -> tuple[str, ...]:
    """What an organiser does, before, while and after people write."""
    return (
        _("Print this pack on one side of the paper. Have a pen, an envelope and a stamp ready for each letter."),
        _("Say in two minutes what has happened and what the letters ask. You find it on the page of the action."),
        _(
            "Everybody takes a letter, writes place and date on the line at the top, signs on the first line at the end, and puts name and town "
            "on the one beside it. Whoever could be endangered by that signs with initials."
        ),
        _("A sentence or two in one’s own hand make officials read it. Stay polite, and write nothing that could harm the people at risk."),
        _("Fold each letter in three so that the address shows in the window of the envelope, stamp it, and post it in time."),
        _("Report how many letters went out; that takes a minute. Enter the sign-up sheet on the page of the action within a week, then destroy it."),
    )


def _addressees(written_to: Sequence[addressing.Addressee], chosen: Target, language: str) -> tuple[Addressee, ...]:
    return tuple(Addressee(channels.address_lines(link.target, language), _note(link, chosen, len(written_to))) for link in written_to)


def _note(link: addressing.Addressee, chosen: Target, offices: int) -> str:
    """What is to be known of one of several offices."""
    marks = [
        _("the letters in this pack") if link.target_id == chosen.id and offices > 1 else "",
        _("gets a copy") if link.copy else "",
        f"{_('Fax')} \u2066{link.target.fax_number}\u2069" if link.target.fax else "",
    ]
    return " · ".join(filter(None, marks))


def _sheet(campaign: Campaign, writers: int, headline: str, *, site: Site) -> Sheet:
    language = i18n.current().code
    page = links.action(site, language, campaign.slug)
    return Sheet(
        name=_("Sign-up sheet"),
        headline=headline,
        consent=_(
            "With my signature I agree that %(organisation)s stores my name, e-mail address, country and town, to remind me of this action or to "
            "tell me of new ones, as I tick here. First comes a mail that asks me to confirm; without that, everything is deleted. "
            "I can have it deleted at any time: %(contact)s.",
            organisation=site.name,
            contact=site.contact,
        ),
        keep=_(
            "To the organiser: until it is entered, this sheet is with you alone. Keep it where nobody else reads it. Enter each line with its "
            "ticks at %(page)s within a week; there it is stored encrypted. Then destroy the sheet.",
            page=f"\u2066{page}\u2069",
        ),
        columns=("", _("Name"), _("E-mail"), _("Country, town"), _("Remind me"), _("New actions"), _("Signature")),
        code=Code(_("The action"), page),
        pages=min(-(-writers // SHEET_ROWS), MOST_SHEETS),
        rows=SHEET_ROWS,
    )
