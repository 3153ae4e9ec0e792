"""E-mail addresses as we keep, compare and write to them."""

from email_validator import EmailNotValidError, validate_email

from app.errors import Refused
from app.i18n import N_

LONGEST = 254
"""Characters of an address in a mail command (RFC 5321, 4.5.3.1.3, without its angle brackets)."""


def normalise(text: str) -> str:
    """The address in the one form we store: lower case, the domain in ASCII (IDNA). Nothing is looked up in the network.

    Raises Refused with a sentence for the person who typed it.
    """
    typed = text.strip()
    if not typed:
        raise Refused(N_("Please enter an e-mail address."))
    if len(typed) > LONGEST:
        raise Refused(N_("This e-mail address is too long."))
    if "@" not in typed:
        raise Refused(N_("An e-mail address has an @ in it, as in name@example.org."))
    if not typed.rpartition("@")[0].isascii():
        raise Refused(N_("We can only write to addresses with plain letters (a to z) before the @."))
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise Refused(N_("This does not look like an e-mail address. Please check it for typing errors.")) from None
    return (found.ascii_email or found.normalized).lower()


def domain(email: str) -> str:
    """What comes after the @, lower case."""
    return email.rpartition("@")[2].lower()
