"""The forms of the public pages. Messages are in the reader's language; a form is refused as a whole, with all that is wrong in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from wtforms import BooleanField, EmailField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError

from app import i18n, tokens
from app.errors import DomainError, Refused
from app.i18n import N_, _
from app.letters.models import Appeal
from app.letters.rules import NAME_CHARACTERS, Safety, SignUp, Words, check_words, tidy
from app.mail.addresses import normalise
from app.tokens import Purpose
from app.web.state import site

FORM_AGE = timedelta(hours=24)
PLACE_CHARACTERS = 100


def needed(reason: str) -> Callable[[Form, Any], None]:
    """A validator: the field must hold something, else this reason is shown."""

    def check(_form: Form, field: Any) -> None:
        if not field.data or not str(field.data).strip():
            raise StopValidation(_(reason))

    return check


def at_most(characters: int) -> Callable[[Form, Any], None]:
    """A validator: the field may hold this many characters."""

    def check(_form: Form, field: Any) -> None:
        if len(field.data or "") > characters:
            raise ValidationError(_("This is too long: %(most)s characters fit.", most=characters))

    return check


def an_address(_form: Form, field: Any) -> None:
    """A validator: an e-mail address that can exist."""
    try:
        normalise(field.data)
    except Refused as refusal:
        raise ValidationError(_(refusal.reason, **refusal.values)) from None


def a_country(_form: Form, field: Any) -> None:
    if not i18n.is_country(field.data):
        raise ValidationError(_("Choose your country from the list."))


class SignUpForm(Form):  # type: ignore[misc]  # WTForms says nothing of its types
    """Asked on the page of an action. No session: a signed token says which action's page it came from."""

    name = StringField(validators=[needed(N_("Enter your name: it stands under the letter.")), at_most(NAME_CHARACTERS)])
    email = EmailField(validators=[needed(N_("Enter your e-mail address.")), an_address])
    country = SelectField(validators=[needed(N_("Choose your country from the list.")), a_country], validate_choice=False)
    place = StringField(validators=[at_most(PLACE_CHARACTERS)])
    consent = BooleanField(validators=[needed(N_("Tick this box: without your consent we may not store your name and address."))])
    remind = BooleanField()
    tell_new = BooleanField()
    letter = HiddenField()
    token = HiddenField()
    leave = StringField()
    """Hidden from people; what programs fill in, people are asked to send again."""

    def arrived_whole(self, slug: str) -> bool:
        """Whether it was sent from this action's page within a day, and by a person as far as one can see."""
        if self.leave.data:
            return False
        try:
            return tokens.read(site(), Purpose.FORM, self.token.data or "", max_age=FORM_AGE) == slug
        except DomainError:
            return False

    def wish(self, *, language: str, wants_letter: bool) -> SignUp:
        """What the person asks for."""
        return SignUp(
            email=self.email.data or "",
            name=self.name.data or "",
            country=self.country.data or "",
            language=language,
            letter_language=self.letter.data or "",
            place=self.place.data or "",
            remind=self.remind.data,
            tell_new=self.tell_new.data,
            wants_letter=wants_letter,
        )


def _may_be(part: Callable[[str], Words]) -> Callable[[Form, Any], None]:
    """A validator: what is typed may stand in a letter as this part of the writer's words."""

    def check(_form: Form, field: Any) -> None:
        try:
            check_words(tidy(part(field.data or "")), site().personal_lines_characters)
        except Refused as refusal:
            raise ValidationError(_(refusal.reason, **refusal.values)) from None

    return check


class WordsForm(Form):  # type: ignore[misc]  # WTForms says nothing of its types
    """The writer's own part of the letter, and how much of themselves stands in it."""

    subject = StringField(validators=[_may_be(lambda typed: Words(subject=typed))])
    personal_lines = TextAreaField(validators=[_may_be(lambda typed: Words(personal_lines=typed))])
    rewritten = TextAreaField(validators=[_may_be(lambda typed: Words(rewritten=typed))])
    letter_language = StringField()
    answer_direct = BooleanField()
    safety = StringField()
    latin_name = StringField(validators=[_may_be(lambda typed: Words(latin_name=typed))])

    @classmethod
    def of(cls, appeal: Appeal) -> "WordsForm":
        return cls(
            subject=appeal.subject,
            personal_lines=appeal.personal_lines,
            rewritten=appeal.rewritten,
            letter_language=appeal.letter_language,
            answer_direct=appeal.answer_direct,
            safety=appeal.safety,
            latin_name=appeal.latin_name,
        )

    def words(self) -> Words:
        """What was typed; of a choice that there is not, the safest."""
        known = {str(one) for one in Safety}
        return Words(
            subject=self.subject.data or "",
            personal_lines=self.personal_lines.data or "",
            rewritten=self.rewritten.data or None,
            letter_language=self.letter_language.data or "",
            answer_direct=bool(self.answer_direct.data),
            safety=Safety(self.safety.data) if self.safety.data in known else Safety.INITIALS if self.safety.data else Safety.FULL,
            latin_name=self.latin_name.data or None,
        )


class WishesForm(Form):  # type: ignore[misc]  # WTForms says nothing of its types
    """Which mails a person wants from us."""

    tell_new = BooleanField()
    remind = BooleanField()
