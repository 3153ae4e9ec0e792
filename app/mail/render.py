"""Mails from the templates in templates/emails/<name>/: subject.txt, body.txt, body.html."""

import re
import textwrap
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from app import i18n
from app.mail.message import Message
from app.site import Site

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
WIDTH = 72
LINE_START = re.compile(r"\s*(?:(?:[-*•]|\d{1,2}[.)]) +)?")
"""Indent and list mark: what the lines that a long line is broken into hang under."""
SIGNATURE = "-- "
"""Mail programs leave out what follows it when they quote (RFC 3676, 4.3)."""
BLANK_LINES = re.compile(r"\n{3,}")


def render(
    site: Site,
    name: str,
    /,
    *,
    to: str | tuple[str, ...],
    language: str,
    unsubscribe: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    **context: object,
) -> Message:
    """The mail `name` in an interface language, from the site itself.

    `unsubscribe` is an address that takes the POST of RFC 8058; it goes into the head and the foot of the mail. Raises Refused when a
    value would break out of a header, jinja2.UndefinedError when the template wants a value that is not given.
    """
    with i18n.speaking(language) as spoken:
        values = {**context, "site": site, "language": spoken, "unsubscribe": unsubscribe}
        subject = _template(f"{name}/subject.txt").render(values)
        text = _template(f"{name}/body.txt").render(values)
        html = _template(f"{name}/body.html").render(values)
    return Message(
        to=(to,) if isinstance(to, str) else to,
        subject=" ".join(subject.split()),
        text=wrap(text),
        html=html,
        from_name=site.name,
        from_address=site.mail_from,
        reply_to=site.contact,
        headers=(("Auto-Submitted", "auto-generated"), *_unsubscribe_headers(unsubscribe), *headers),
        language=spoken.code,
    )


def page(name: str, /, **context: object) -> str:
    """The HTML of the mail `name` alone, for one whose text is made elsewhere. Raises jinja2.UndefinedError as `render` does."""
    return _template(f"{name}/body.html").render(context)


def wrap(text: str) -> str:
    """Plain text with lines of at most WIDTH characters where words allow it; links stay whole, items of a list hang."""
    lines = [_wrap_line(line) for line in text.strip().splitlines()]
    return BLANK_LINES.sub("\n\n", "\n".join(lines)) + "\n"


def _wrap_line(line: str) -> str:
    if line == SIGNATURE:
        return line
    if len(line) <= WIDTH:
        return line.rstrip()
    start = LINE_START.match(line)
    hang = " " * len(start.group()) if start else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False).rstrip()


def _unsubscribe_headers(url: str | None) -> tuple[tuple[str, str], ...]:
    if url is None:
        return ()
    return (("List-Unsubscribe", f"<{url}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=i18n._, ngettext=i18n.ngettext, i18n=i18n)
    return environment


def _template(path: str) -> Template:
    return _environment().get_template(f"emails/{path}")
