from datetime import date, datetime
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from app import i18n, tokens
from app.campaigns.models import Campaign
from app.campaigns.rules import Outcome, State
from app.db import Database
from app.letters.emails import fate
from app.letters.models import Appeal, Letter
from app.letters.rules import AppealState, Channel, LetterState
from app.paper import fonts
from app.site import Site
from app.targets.models import Embassy
from app.tokens import Purpose
from tests import make
from tests.pages.visitor import read


@pytest.fixture
def draft(database: Database, site: Site) -> str:
    """The page of Eva's draft: a minister with e-mail, an ombudsman without; the letter in Spanish."""
    return page_of(database, site, Purpose.DRAFT)


@pytest.fixture
def proven(database: Database, site: Site) -> str:
    """The page of Ana's appeal, whose letter to the minister waits for its turn."""
    return page_of(database, site, Purpose.APPEAL, letter_state=LetterState.WAITING)


def page_of(database: Database, site: Site, purpose: Purpose, *, letter_state: LetterState = LetterState.PREPARED, **changes: object) -> str:
    with database.transaction() as session:
        ombudsman = make.target(session, role="Ombudsman", name="", emails=[], fax="+351 21 000", salutations={"es": "Sr. Defensor"})
        campaign = make.campaign(session, copies=[ombudsman])
        by = make.supporter(session) if purpose is Purpose.APPEAL else None
        appeal = make.appeal(session, campaign, by, email=None if by else "eva@mail.example", **changes)  # type: ignore[arg-type]
        appeal.letters = [Letter(target=campaign.targets[0].target, channel=Channel.PLATFORM, state=letter_state, state_at=appeal.created_at)]
        return f"/en/appeals/{tokens.sign(site, purpose, appeal.key)}/"


def stored(database: Database) -> tuple[Appeal, dict[tuple[str, bool], str]]:
    """The appeal, and the states of its letters by channel and whether they go to the ombudsman."""
    with database.transaction() as session:
        appeal = session.scalars(select(Appeal)).one()
        return appeal, {(letter.channel, letter.target.role == "Ombudsman"): letter.state for letter in appeal.letters}


def target_id(database: Database, role: str) -> int:
    with database.reading() as session:
        return next(link.target_id for link in session.scalars(select(Campaign)).one().targets if link.target.role == role)


def test_embassy_of_the_writers_country_is_one_more_letter_and_gets_a_copy(client: FlaskClient, database: Database, site: Site) -> None:
    with database.transaction() as session:
        make.embassy(session, "ES", organisation="Embassy in Madrid", address={"street": "Calle 1", "city": "Madrid", "postcode": "28001"})
        make.embassy(session, "FR", organisation="Embassy in Paris")
    path = page_of(database, site, Purpose.DRAFT)
    page = read(client, path)
    for words in ("Ambassador, Embassy in Madrid", "Sra. Embajadora:", "28001 Madrid", "gets a copy"):
        assert words in page
    assert "Paris" not in page
    document = PdfReader(BytesIO(client.get(f"{path}letter.pdf").data))
    assert len(document.pages) == 3
    assert "28001 Madrid" in document.pages[2].extract_text()
    one = PdfReader(BytesIO(client.get(f"{path}letter.pdf?target={_embassy_id(database)}").data))
    assert "Embassy in Madrid" in one.pages[0].extract_text()


def _embassy_id(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Embassy.target_id).where(Embassy.accredited_to == "ES")).one()


def test_draft_shows_each_letter_with_its_salutation_and_what_is_left_to_do(client: FlaskClient, draft: str) -> None:
    page = read(client, draft)
    for words in (
        "Sra. Ministra:",
        "Sr. Defensor:",
        "Le escribo por María López.",
        "Eva Gil",
        "Check your mail",
        "e…@m….example",
        "yours to post or fax",
        "+351 21 000",
    ):
        assert words in page, words
    assert "eva@mail.example" not in page, "whoever holds a draft's link did not prove the address"
    assert "14 days left" in page
    assert '<meta name="robots" content="noindex">' in page


def test_own_mail_program_is_offered_with_everything_filled_in_and_to_copy(client: FlaskClient, draft: str) -> None:
    page = read(client, draft)
    assert 'href="mailto:minister' in page
    assert "subject=The%20L%C3%B3pez%20family%20%28es%29" in page or "subject=" in page
    assert 'value="The López family (es)" readonly' in page


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.REMINDER, Purpose.ME, Purpose.FORM, Purpose.UNSUBSCRIBE])
def test_token_for_something_else_opens_nothing(client: FlaskClient, database: Database, site: Site, draft: str, purpose: Purpose) -> None:
    key = stored(database)[0].key
    assert client.get(f"/en/appeals/{tokens.sign(site, purpose, key)}/").status_code == 404
    assert client.get("/en/appeals/forged/").status_code == 404


def test_link_of_a_draft_ends_when_its_address_is_proven(client: FlaskClient, database: Database, draft: str) -> None:
    with database.transaction() as session:
        appeal = session.scalars(select(Appeal)).one()
        appeal.supporter_id = make.supporter(session).id
        appeal.state, appeal.proven_at = AppealState.PROVEN, appeal.created_at
    answer = client.get(draft)
    assert answer.status_code == 410
    assert "Eva Gil" not in answer.get_data(as_text=True)
    assert client.post(draft, data={"personal_lines": "mine now"}).status_code == 410
    assert stored(database)[0].personal_lines == ""


def test_own_words_are_kept_and_shown_in_the_letter(client: FlaskClient, database: Database, draft: str) -> None:
    words = {"subject": "A home", "personal_lines": "I was a tenant too.\r\n\r\nPlease.", "letter_language": "en", "answer_direct": "y"}
    answer = client.post(draft, data=words)
    assert answer.status_code == 303
    appeal, _ = stored(database)
    assert (appeal.subject, appeal.personal_lines, appeal.letter_language, appeal.answer_direct) == (
        "A home",
        "I was a tenant too.\n\nPlease.",
        "en",
        True,
    )
    page = read(client, answer.location)
    assert '<p class="own" dir="auto">I was a tenant too.</p>' in page
    assert "Dear Minister," in page
    assert 'role="status"' in page


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("personal_lines", "x" * 1001, "1001 characters long; 1000 fit"),
        ("personal_lines", "see www.home.example", "leave out web addresses"),
        ("subject", "x" * 151, "150 characters fit"),
    ],
)
def test_words_that_cannot_be_sent_come_back_as_typed(
    client: FlaskClient, database: Database, draft: str, field: str, typed: str, words: str
) -> None:
    answer = client.post(draft, data={"personal_lines": "kept", field: typed, "letter_language": "es"})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in body
    assert typed in body
    assert f'<a href="#{field}">' in body
    assert stored(database)[0].personal_lines == ""


def test_a_thousand_characters_fit_whatever_the_line_ends(client: FlaskClient, database: Database, draft: str) -> None:
    typed = "\r\n".join(["x" * 99] * 10)
    assert client.post(draft, data={"personal_lines": typed, "letter_language": "es"}).status_code == 303
    assert len(stored(database)[0].personal_lines) == 999


def test_letter_sent_by_own_mail_is_recorded_and_ours_is_taken_back(client: FlaskClient, database: Database, proven: str) -> None:
    answer = client.post(proven + "sent", data={"target": target_id(database, "Minister of Housing"), "channel": "own_mail"})
    assert answer.status_code == 303
    appeal, letters = stored(database)
    assert letters == {("platform", False): LetterState.WITHDRAWN, ("own_mail", False): LetterState.REPORTED}
    assert appeal.counted == "reported"
    assert "Thank you for writing." in read(client, answer.location)


def test_letter_mailed_by_its_writer_is_not_offered_to_be_sent_once_more(client: FlaskClient, database: Database, proven: str) -> None:
    assert "Send it for me" not in read(client, proven)
    client.post(proven + "sent", data={"target": target_id(database, "Minister of Housing"), "channel": "own_mail"})
    assert "Send it for me" not in read(client, proven), "it would do nothing"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LetterState.WAITING, "and your letters are in line."),
        (LetterState.HELD, "One of us reads your letter before it goes out."),
        (LetterState.WITHDRAWN, "Your address is confirmed.</p>"),
    ],
)
def test_writer_is_told_what_confirming_has_done(client: FlaskClient, database: Database, site: Site, state: LetterState, said: str) -> None:
    page = read(client, page_of(database, site, Purpose.APPEAL, letter_state=state) + "?done=confirmed")
    assert said in page


def test_letter_says_once_who_gets_a_copy(client: FlaskClient, draft: str) -> None:
    sheet = read(client, draft).partition('<article class="sheet"')[2].partition("</article>")[0]
    assert sheet.count("Con copia a: Ombudsman") == 1


def test_posted_letter_is_recorded(client: FlaskClient, database: Database, proven: str) -> None:
    client.post(proven + "sent", data={"target": target_id(database, "Ombudsman"), "channel": "post"})
    assert stored(database)[1]["post", True] == LetterState.REPORTED
    assert "Posted by you, as you told us." in read(client, proven)


@pytest.mark.parametrize(
    "form", [{}, {"target": "1"}, {"target": "x", "channel": "post"}, {"target": "1", "channel": "pigeon"}, {"target": "99", "channel": "post"}]
)
def test_nonsense_reports_are_refused(client: FlaskClient, database: Database, proven: str, form: dict[str, str]) -> None:
    assert client.post(proven + "sent", data=form).status_code == 404
    assert stored(database)[1] == {("platform", False): LetterState.WAITING}


def test_waiting_letter_may_be_taken_back_and_sent_after_all(client: FlaskClient, database: Database, proven: str) -> None:
    letter = stored(database)[0].letters[0].id
    assert "Yes, do not send it" in read(client, proven)
    answer = client.post(proven + "withdraw", data={"letter": letter})
    assert stored(database)[1] == {("platform", False): LetterState.WITHDRAWN}
    page = read(client, answer.location)
    assert "This letter will not be sent." in page
    assert "Send it for me" in page
    client.post(proven + "send")
    assert stored(database)[1] == {("platform", False): LetterState.WAITING}


def test_letter_that_has_left_cannot_be_taken_back(client: FlaskClient, database: Database, site: Site) -> None:
    page = page_of(database, site, Purpose.APPEAL, letter_state=LetterState.HANDED_OVER)
    answer = client.post(page + "withdraw", data={"letter": stored(database)[0].letters[0].id})
    assert "could not be called back" in read(client, answer.location)
    assert stored(database)[1] == {("platform", False): LetterState.HANDED_OVER}
    assert "We have sent this one for you." in read(client, page)


def test_letter_of_somebody_else_cannot_be_taken_back(client: FlaskClient, database: Database, proven: str) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session)
        other = make.appeal(session, campaign, make.supporter(session), channels=[Channel.PLATFORM], letter_state=LetterState.WAITING).letters[0].id
    assert client.post(proven + "withdraw", data={"letter": other}).status_code == 404
    with database.reading() as session:
        assert session.get_one(Letter, other).state == LetterState.WAITING


@pytest.mark.parametrize("state", LetterState)
def test_every_state_is_told_in_words(client: FlaskClient, database: Database, site: Site, state: LetterState) -> None:
    page = read(client, page_of(database, site, Purpose.APPEAL, letter_state=state))
    with i18n.speaking("en"):
        assert (fate(state) in page) == (state != LetterState.PREPARED)


def test_letters_are_printed_all_or_one(client: FlaskClient, database: Database, draft: str) -> None:
    pages = PdfReader(BytesIO(client.get(draft + "letter.pdf").data)).pages
    assert len(pages) == 2
    one = client.get(draft + f"letter.pdf?target={target_id(database, 'Ombudsman')}")
    texts = [page.extract_text() for page in PdfReader(BytesIO(one.data)).pages]
    assert len(texts) == 1
    assert "Sr. Defensor" in texts[0]
    assert client.get(draft + "letter.pdf?target=999").status_code == 404


def test_letter_with_signs_no_font_has_is_explained(client: FlaskClient, draft: str) -> None:
    client.post(draft, data={"personal_lines": "\N{MONGOLIAN LETTER A} and \N{MONGOLIAN LETTER E}", "letter_language": "es"})
    answer = client.get(draft + "letter.pdf")
    assert answer.status_code == 409
    assert "We have no font for some signs of this letter (\N{MONGOLIAN LETTER A} \N{MONGOLIAN LETTER E})." in answer.get_data(as_text=True)


def test_letter_in_a_script_whose_fonts_are_not_installed_is_explained(client: FlaskClient, draft: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client.post(draft, data={"personal_lines": "ขอความกรุณาอย่าส่งนายปาฟลอฟ", "letter_language": "es"})
    assert client.get(draft + "letter.pdf").status_code == 200
    monkeypatch.setattr(fonts, "EXTRAS", ())
    answer = client.get(draft + "letter.pdf")
    assert answer.status_code == 409
    assert " …). Please copy its text" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": State.CLOSED, "outcome_kind": Outcome.GOOD}, "This action has ended."),
        ({"state": State.PAUSED}, "This action is paused."),
        ({"deadline_on": date(2026, 3, 9)}, "The deadline has passed."),
    ],
    ids=["closed", "paused", "expired"],
)
def test_page_says_when_nothing_is_sent_any_more(
    client: FlaskClient, database: Database, proven: str, now: datetime, changes: dict[str, object], words: str
) -> None:
    with database.transaction() as session:
        campaign = session.scalars(select(Campaign)).one()
        campaign.edition.deadline_on = changes.pop("deadline_on", campaign.edition.deadline_on)  # type: ignore[assignment]
        for name, value in {**changes, "closed_at": now}.items():
            setattr(campaign, name, value)
    page = read(client, proven)
    assert words in page
    assert 'name="personal_lines"' not in page
    assert client.post(proven + "send").status_code == 409


def test_writer_of_a_reminder_alone_may_still_write(client: FlaskClient, database: Database, site: Site) -> None:
    with database.transaction() as session:
        campaign = make.campaign(session, slug="lopez")
        appeal = make.appeal(session, campaign, make.supporter(session), wants_letter=False, remind=True)
        page = f"/en/appeals/{tokens.sign(site, Purpose.APPEAL, appeal.key)}/"
    assert "Send it for me" in read(client, page)
    client.post(page + "send")
    assert stored(database)[1] == {("platform", False): LetterState.WAITING}


def test_text_that_was_deleted_is_not_made_up(client: FlaskClient, database: Database, proven: str, now: datetime) -> None:
    with database.transaction() as session:
        session.scalars(select(Appeal)).one().scrubbed_at = now
    page = read(client, proven)
    assert "Your own lines were deleted 28 days after" in page
    assert 'class="sheet"' not in page


def test_page_of_a_proven_appeal_leads_to_what_is_held(client: FlaskClient, proven: str, draft: str) -> None:
    assert "/en/me/" in read(client, proven)
    assert "/en/me/" not in read(client, draft)


def test_nothing_of_these_pages_is_kept_by_browsers(client: FlaskClient, draft: str) -> None:
    assert client.get(draft).headers["Cache-Control"] == "no-store"
