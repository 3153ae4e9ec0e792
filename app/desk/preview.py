"""The letter as it will be, for a made-up supporter; and a test letter to oneself."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm.attributes import set_committed_value

from app import i18n
from app.accounts.rules import Right
from app.campaigns.models import Campaign, Text
from app.campaigns.queries import get_campaign
from app.deliveries import actions as deliveries
from app.deliveries.rules import Kind
from app.desk.door import blueprint, needs
from app.errors import NotFound
from app.letters.addressing import addressees, copying_line
from app.letters.channels import address_lines
from app.letters.composing import Composed, Pick, Writer, compose
from app.letters.emails import written
from app.letters.pdf import PrintedLetter, letters_pdf
from app.mail.message import Message
from app.paper.typesetting import Unprintable
from app.targets.models import Target
from app.web.state import database, now, site

NAMES = {
    "ar": "مريم مثال",
    "fa": "مریم نمونه",
    "ru": "Мария Примерова",
    "uk": "Марія Прикладна",
    "kk": "Мария Үлгі",
}
LINES = {
    "en": "Here the writer may add lines of their own.",
    "es": "Aquí quien escribe puede añadir sus propias líneas.",
    "fr": "Ici, la personne qui écrit peut ajouter ses propres lignes.",
    "ar": "هنا يمكن للكاتب أن يضيف كلماته الخاصة.",
    "ru": "Здесь можно добавить строки от себя.",
    "de": "Hier kann, wer schreibt, eigene Zeilen hinzufügen.",
    "pt": "Aqui quem escreve pode acrescentar as suas próprias linhas.",
    "pl": "Tutaj piszący może dodać własne słowa.",
}


OMITTED = {"name": "the name", "place": "the town", "lines": "lines of their own", "reference": "the action’s number"}
"""What a preview may leave out, as a writer or a campaign may."""
Arguments = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """The letter that is looked at: which of all the letters that may go out."""

    text: Text
    target: Target
    pick: Pick
    without: tuple[str, ...]

    def at(self, **changes: object) -> Arguments:
        """The arguments of its address, or with `changes` those of another letter."""
        asked = {"language": self.text.language, "target": self.target.id, **self.pick._asdict(), "without": list(self.without)}
        return {name: value for name, value in (asked | changes).items() if value not in (0, [])}

    def toggled(self, part: str) -> Arguments:
        """The arguments of the same letter with a part left out, or put in again."""
        kept = [one for one in self.without if one != part]
        return self.at(without=kept if part in self.without else [*kept, part])


@blueprint.get("/campaigns/<slug>/preview")
@needs(Right.READ)
def preview(slug: str) -> ResponseReturnValue:
    """One letter, and a way to all the others."""
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        shown = _shown(campaign)
        language = shown.text.language
        return render_template(
            "desk/preview.html",
            campaign=campaign,
            shown=shown,
            targets=addressees(campaign),
            variants=_variants(shown.text),
            omitted=OMITTED if campaign.reference or "reference" in shown.without else {k: v for k, v in OMITTED.items() if k != "reference"},
            letter=_letter(campaign, shown),
            own_salutation=any(i18n.same_language(language, [own.language]) for own in shown.target.salutations),
        )


@blueprint.get("/campaigns/<slug>/preview.pdf")
@needs(Right.READ)
def preview_pdf(slug: str) -> ResponseReturnValue:
    """The same letter on paper."""
    moment = now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        shown = _shown(campaign)
        letter, writer, language = _letter(campaign, shown), _writer(campaign, shown), shown.text.language
        page = PrintedLetter(
            language=language,
            sender_lines=(writer.name, writer.place),
            address_lines=address_lines(shown.target, language),
            place_and_date="",
            subject=letter.subject,
            paragraphs=letter.paragraphs,
            signature="\n".join(letter.signature),
            copies=letter.note,
            note=campaign.reference or "",
        )
        here = url_for("desk.preview", slug=slug, **shown.at())
    try:
        pdf = letters_pdf([page], title=letter.subject, made_at=moment)
    except Unprintable as problem:
        flash(f"This letter cannot be printed: there is no font for {' '.join(problem.characters)}. Use other characters in the text.", "error")
        return redirect(here)
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{slug}-{language}.pdf"'})


@blueprint.post("/campaigns/<slug>/test-letter")
@needs(Right.READ)
def test_letter(slug: str) -> ResponseReturnValue:
    """Send this letter to whoever is signed in, by the same way that letters take."""
    moment = now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        shown = _shown(campaign)
        letter, writer = _letter(campaign, shown), _writer(campaign, shown)
        here = url_for("desk.preview", slug=slug, **shown.at())
    words, html = written(letter)
    mail = Message(
        to=(current_user.email,),
        subject=f"[Test] {letter.subject}",
        text=words,
        html=html,
        from_name=writer.name or site().name,
        from_address=site().letters_from,
        reply_to=site().contact,
        language=letter.language,
    )
    prepared = deliveries.prepare(mail, kind=Kind.NOTICE, mail="test_letter", site=site(), now=moment)
    with database().transaction() as session:
        deliveries.queue(session, prepared)
    flash(f"A test letter is on its way to {current_user.email}.", "success")
    return redirect(here)


def _shown(campaign: Campaign) -> Shown:
    """The letter asked for, or the first one. Raises NotFound for text or target of another campaign."""
    language, wanted = request.values.get("language"), request.values.get("target", type=int)
    texts = [text for text in campaign.edition.texts if language in {None, text.language}]
    targets = [link.target for link in addressees(campaign) if wanted in {None, link.target_id}]
    if not texts or not targets:
        raise NotFound
    without = tuple(part for part in OMITTED if part in request.values.getlist("without"))
    if "reference" in without:
        set_committed_value(campaign, "reference", None)
    return Shown(texts[0], targets[0], Pick(*(_asked(name, variants) for name, (_, variants) in _variants(texts[0]).items())), without)


def _asked(name: str, variants: list[str]) -> int:
    return request.values.get(name, default=0, type=int) % max(len(variants), 1)


def _variants(text: Text) -> dict[str, tuple[str, list[str]]]:
    """What there is to choose from in a text, with the words for it: a letter gets one of each."""
    return {"subject": ("Subject", text.subjects), "opening": ("Opening", text.openings), "closing": ("Closing", text.closings)}


def _writer(campaign: Campaign, shown: Shown) -> Writer:
    language = shown.text.language.split("-")[0]
    return Writer(
        name="" if "name" in shown.without else NAMES.get(language, "Maria Example"),
        place="" if "place" in shown.without else "Exampletown",
        country=campaign.country,
        personal_lines="" if "lines" in shown.without else LINES.get(language, LINES["en"]),
    )


def _letter(campaign: Campaign, shown: Shown) -> Composed:
    today = now().astimezone(ZoneInfo(campaign.timezone)).date()
    others = copying_line(addressees(campaign), shown.target, shown.text.language)
    return compose(campaign, shown.text, shown.target, _writer(campaign, shown), on=today, pick=shown.pick, copy_note=others)
