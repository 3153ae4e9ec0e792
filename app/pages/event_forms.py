"""The two forms of the page for groups: what to print, and what was sent."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from wtforms import EmailField, Form, HiddenField, SelectField, StringField
from wtforms.validators import StopValidation, ValidationError

from app import tokens
from app.errors import DomainError, Refused
from app.events import rules
from app.events.actions import Told
from app.events.packs import PAPERS
from app.events.rules import Way
from app.i18n import N_, _
from app.letters.rules import NAME_CHARACTERS
from app.pages.forms import FORM_AGE, PLACE_CHARACTERS, an_address, at_most, needed
from app.tokens import Purpose
from app.web.state import now, site

KIND = "event"
"""What the signed token of a report's form begins with: that of a sign-up opens nothing here."""
OFFICE, LANGUAGE, PAPER = N_("Choose an office from the list."), N_("Choose a language of the list."), N_("Choose a paper of the list.")
WAY = N_("Choose how the letters went out.")


def a_number(_form: Form, field: Any) -> None:
    """A validator: a whole number of letters, in the digits of any script."""
    try:
        rules.check_letters(int(field.data or ""))
    except ValueError:
        raise StopValidation(_("Enter a number from 1 to %(most)s.", most=rules.MOST_LETTERS)) from None
    except Refused as refusal:
        raise StopValidation(_(refusal.reason, **refusal.values)) from None


def a_day(_form: Form, field: Any) -> None:
    """A validator: a day of the calendar."""
    try:
        date.fromisoformat(field.data)
    except ValueError:
        raise StopValidation(_("Enter a day of the calendar, as year-month-day.")) from None


def maybe_an_address(form: Form, field: Any) -> None:
    """A validator: nothing, or an e-mail address that can exist."""
    if (field.data or "").strip():
        an_address(form, field)


class PackForm(Form):  # type: ignore[misc]  # WTForms says nothing of its types
    """What a group wants to print. Asked by GET: it changes nothing."""

    writers = StringField(validators=[a_number])
    to = SelectField(validate_choice=False)
    letter = SelectField(validate_choice=False)
    paper = SelectField(validate_choice=False)

    def is_good(self, *, to: Collection[str], letter: Collection[str]) -> bool:
        """Whether all of it can be had, from these offices and languages; else each field says what is wrong with it."""
        good = bool(self.validate())
        for field, known, reason in ((self.to, to, OFFICE), (self.letter, letter, LANGUAGE), (self.paper, PAPERS, PAPER)):
            if field.data not in known:
                field.errors = [_(reason)]
                good = False
        return good


class ReportForm(Form):  # type: ignore[misc]  # WTForms says nothing of its types
    """What a group says it sent. No session: a signed token says which action's page it came from."""

    letters = StringField(validators=[a_number])
    channel = SelectField(validators=[needed(WAY)], validate_choice=False)
    held_on = StringField(validators=[needed(N_("Enter the day on which you wrote.")), a_day])
    place = StringField(validators=[at_most(PLACE_CHARACTERS)])
    group_name = StringField(validators=[at_most(NAME_CHARACTERS)])
    email = EmailField(validators=[maybe_an_address])
    token = HiddenField()
    leave = StringField()
    """Hidden from people; what programs fill in, people are asked to send again."""

    def validate_channel(self, field: Any) -> None:
        if field.data not in set(Way):
            raise ValidationError(_(WAY))

    def key(self, slug: str) -> str | None:
        """What the page named this form by; None unless it came from this action's page within a day, and from a person as far as one can see."""
        if self.leave.data:
            return None
        try:
            subject = str(tokens.read(site(), Purpose.FORM, self.token.data or "", max_age=FORM_AGE))
        except DomainError:
            return None
        kind, _slash, rest = subject.partition("/")
        of, _slash, key = rest.partition("/")
        return key if (kind, of) == (KIND, slug) and key else None

    def check_day(self, published_at: datetime) -> bool:
        """Whether the day can have been; else the field says why not."""
        try:
            rules.check_day(date.fromisoformat(self.held_on.data), published_at=published_at, now=now())
        except Refused as refusal:
            self.held_on.errors = [_(refusal.reason, **refusal.values)]
            return False
        return True

    def told(self) -> Told:
        """What the group says, once all of it is good."""
        return Told(
            letters=int(self.letters.data),
            way=Way(self.channel.data),
            held_on=date.fromisoformat(self.held_on.data),
            place=self.place.data or "",
            group_name=self.group_name.data or "",
            email=(self.email.data or "").strip(),
        )


def sign(slug: str, key: str) -> str:
    """The token of a report's form on the page of this action."""
    return tokens.sign(site(), Purpose.FORM, f"{KIND}/{slug}/{key}")
