"""A letter on its way through its writer's own mail program: links that open it filled in, and a draft to download.

A link holds the whole letter or only address and subject: a letter cut off in the middle is worse than one to paste. How long a link may
be differs from program to program; a sign that is no plain letter of the alphabet stands in it as three characters for each of its bytes
in UTF-8: six for a Cyrillic or Arabic letter, nine for a Chinese one.
"""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote

from app.letters import emails
from app.letters.composing import Composed
from app.letters.models import Appeal
from app.mail.message import LINE_END, build_draft
from app.site import Site
from app.targets.models import Target


class Budget(NamedTuple):
    """How many characters of a link are taken."""

    name: str
    most: int
    source: str


WINDOWS = Budget(
    "Outlook and others on Windows",
    1_900,
    "Nothing opens above 2,046 (Chromium issue 41322340, Electron issues 9987 and 40776), with Firefox above 2,008 (Stack Overflow 4473959); "
    "Outlook cuts off at 2,070 (Stack Overflow 13317429) or about 1,900 (JWManagement issue 115).",
)
MAIL_PROGRAMS = (
    WINDOWS,
    Budget("Linux", 131_071, "The link is one argument of a command, through xdg-open: MAX_ARG_STRLEN of execve(2)."),
    Budget("Android", 250_000, "Part of an Intent: 1 MB for all under way (TransactionTooLargeException), two bytes a character."),
    Budget("Mail on Mac, iPhone and iPad", 500_000, "Apple Mail opened 500,000 (Stack Overflow 13317429), an iPhone 1 MB (4473959)."),
)
"""What mail programs take of a mailto link, as their makers say or as people measured."""
LONG = min(budget.most for budget in MAIL_PROGRAMS if budget is not WINDOWS)
"""Characters of a link up to which every program but those on Windows takes it."""

COSTLY = 3
"""Characters a letter's characters take in a link, on the average, from which on the script is to blame."""


class Webmail(NamedTuple):
    """A provider's page to write on: its address with the keys of recipients, subject and text."""

    budget: Budget
    start: str
    to: str
    subject: str
    body: str
    between: str
    """What stands between recipients."""


WEBMAILS = (
    Webmail(
        Budget("Gmail", 6_000, "Refused with 413 or 400 at 6,410 characters (defund12.org issue 893)."),
        "https://mail.google.com/mail/?view=cm&fs=1&",
        "to",
        "su",
        "body",
        ",",
    ),
    Webmail(
        Budget(
            "Outlook.com",
            1_900,
            "31,145 characters pass for who is signed in (add-event-to-calendar-docs issue 19); on the way through the sign-in the link is encoded "
            "once more and fails above 2,056 (the same, and open_social pull request 2356).",
        ),
        "https://outlook.live.com/mail/0/deeplink/compose?",
        "to",
        "subject",
        "body",
        ";",
    ),
    Webmail(
        Budget("Yahoo", 1_900, "Nothing is documented or reported: taken to be as narrow as the narrowest."),
        "https://compose.mail.yahoo.com/?",
        "to",
        "subject",
        "body",
        ",",
    ),
)


class Link(NamedTuple):
    """A link to a provider's page."""

    name: str
    url: str
    whole: bool
    """Whether the letter is in it, or address and subject alone."""


class OwnMail(NamedTuple):
    """Every way a letter opens in its writer's own mail."""

    whole: str
    """A mailto link with the letter in it."""
    blank: str
    """A mailto link with address and subject alone, for the letter to be pasted."""
    webmails: tuple[Link, ...]
    costly: bool
    """Whether most of its characters take several in a link, as in every script but the Latin."""

    @property
    def size(self) -> int:
        """Characters of the whole link."""
        return len(self.whole)

    @property
    def most(self) -> int:
        """Characters that every mail program takes."""
        return WINDOWS.most

    @property
    def fits(self) -> bool:
        """Whether every mail program takes the whole link."""
        return self.size <= self.most

    @property
    def opens(self) -> bool:
        """Whether every mail program but those on Windows takes it."""
        return self.size <= LONG


def own_mail(letter: Composed, target: Target) -> OwnMail:
    """The links for the letter to one target."""
    subject, body = encoded(letter.subject), encoded(letter.body)
    blank = f"mailto:{_addresses(target.emails, ',')}?subject={subject}"
    webmails = tuple(_link(webmail, target, subject, body) for webmail in WEBMAILS)
    return OwnMail(f"{blank}&body={body}", blank, webmails, costly=len(body) > COSTLY * len(letter.body))


def mailto(letter: Composed, target: Target) -> str:
    """A mailto link with everything filled in (RFC 6068)."""
    return own_mail(letter, target).whole


def encoded(text: str) -> str:
    """A text as it stands in a link: nothing but unreserved characters (RFC 3986, 2.3), line ends as CRLF (RFC 6068, 5)."""
    return quote(LINE_END.sub("\r\n", text), safe="", errors="replace")


def draft(site: Site, appeal: Appeal, target: Target, letter: Composed) -> bytes:
    """The letter as an .eml file: the same mail we would send, without a sender. Raises Refused when its head could not hold the subject."""
    return build_draft(emails.letter(site, appeal, target, letter))


def _link(webmail: Webmail, target: Target, subject: str, body: str) -> Link:
    blank = f"{webmail.start}{webmail.to}={_addresses(target.emails, webmail.between)}&{webmail.subject}={subject}"
    whole = f"{blank}&{webmail.body}={body}"
    fits = len(whole) <= webmail.budget.most
    return Link(webmail.budget.name, whole if fits else blank, fits)


def _addresses(emails: Iterable[str], between: str) -> str:
    return between.join(quote(email, safe="@") for email in emails)
