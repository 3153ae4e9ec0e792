"""The letter as it will be, for a made-up supporter; and a test letter to oneself."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.rules import Right
from app.campaigns.models import Campaign, Text
from app.campaigns.queries import get_campaign
from app.deliveries import actions as deliveries
from app.deliveries.rules import Kind
from app.desk.door import blueprint, needs
from app.errors import NotFound
from app.letters.channels import address_lines
from app.letters.composing import Composed, Writer, compose
from app.letters.emails import written
from app.letters.pdf import PrintedLetter, letters_pdf
from app.letters.queries import addressees
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


@blueprint.get("/campaigns/<slug>/preview")
@needs(Right.READ)
def preview(slug: str) -> ResponseReturnValue:
    """One letter, and a way to all the others."""
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        text, target = _chosen(campaign)
        return render_template(
            "desk/preview.html",
            campaign=campaign,
            text=text,
            target=target,
            targets=addressees(campaign),
            variants=_variants(campaign, text, target),
            pick=_pick(),
            letter=_letter(campaign, text, target),
            address=address_lines(target, text.language),
            own_salutation=any(own.language == text.language for own in target.salutations),
        )


@blueprint.get("/campaigns/<slug>/preview.pdf")
@needs(Right.READ)
def preview_pdf(slug: str) -> ResponseReturnValue:
    """The same letter on paper."""
    moment = now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        text, target = _chosen(campaign)
        letter, writer = _letter(campaign, text, target), _writer(campaign, text)
        page = PrintedLetter(
            language=text.language,
            sender_lines=(writer.name, writer.place),
            address_lines=address_lines(target, text.language),
            place_and_date="",
            subject=letter.subject,
            paragraphs=letter.paragraphs,
            signature="\n".join(letter.signature),
            note=campaign.reference or "",
        )
    try:
        pdf = letters_pdf([page], title=letter.subject, made_at=moment)
    except Unprintable as problem:
        flash(f"This letter cannot be printed: there is no font for {' '.join(problem.characters)}. Use other characters in the text.", "error")
        return redirect(url_for("desk.preview", slug=slug, language=text.language, target=target.id, subject=_pick()))
    return Response(pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{slug}-{text.language}.pdf"'})


@blueprint.post("/campaigns/<slug>/test-letter")
@needs(Right.READ)
def test_letter(slug: str) -> ResponseReturnValue:
    """Send this letter to whoever is signed in, by the same way that letters take."""
    moment = now()
    with database().reading() as session:
        campaign = get_campaign(session, slug)
        text, target = _chosen(campaign)
        letter = _letter(campaign, text, target)
    words, html = written(letter)
    mail = Message(
        to=(current_user.email,),
        subject=f"[Test] {letter.subject}",
        text=words,
        html=html,
        from_name=_writer(campaign, text).name,
        from_address=site().letters_from,
        reply_to=site().contact,
        language=text.language,
    )
    prepared = deliveries.prepare(mail, kind=Kind.NOTICE, mail="test_letter", site=site(), now=moment)
    with database().transaction() as session:
        deliveries.queue(session, prepared)
    flash(f"A test letter is on its way to {current_user.email}.", "success")
    return redirect(url_for("desk.preview", slug=slug, language=text.language, target=target.id, subject=_pick()))


def _chosen(campaign: Campaign) -> tuple[Text, Target]:
    """The text and target asked for, or the first of each. Raises NotFound for one of another campaign."""
    language, wanted = request.values.get("language"), request.values.get("target", type=int)
    texts = [text for text in campaign.edition.texts if language in {None, text.language}]
    targets = [link.target for link in addressees(campaign) if wanted in {None, link.target_id}]
    if not texts or not targets:
        raise NotFound
    return texts[0], targets[0]


def _writer(campaign: Campaign, text: Text) -> Writer:
    language = text.language.split("-")[0]
    name, lines = NAMES.get(language, "Maria Example"), LINES.get(language, LINES["en"])
    return Writer(name=name, place="Exampletown", country=campaign.country, personal_lines=lines)


def _letter(campaign: Campaign, text: Text, target: Target) -> Composed:
    return compose(campaign, text, target, _writer(campaign, text), on=_today(campaign), pick=_pick())


def _variants(campaign: Campaign, text: Text, target: Target) -> list[str]:
    """Every subject the letter may have."""
    writer = _writer(campaign, text)
    count = max(len(text.subjects), 1)
    return [compose(campaign, text, target, writer, on=_today(campaign), pick=pick).subject for pick in range(count)]


def _today(campaign: Campaign) -> date:
    return now().astimezone(ZoneInfo(campaign.timezone)).date()


def _pick() -> int:
    return max(request.values.get("subject", default=0, type=int), 0)
