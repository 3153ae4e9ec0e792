"""Actions whose sheets are looked at: those of the demo, and one in Chinese."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.campaigns import loading
from app.campaigns.models import Campaign
from app.sheets.content import Sheet, content
from app.site import Site
from config import ROOT
from tests import make

AUTUMN = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""Two weeks before the deadline of the open action of the demo."""


def amaranta(session: Session) -> Campaign:
    """The open action of the demo, in Spanish, English, French, Russian and Arabic."""
    return _loaded(session, "open.toml")


def pavlov(session: Session) -> Campaign:
    """The closed action of the demo, in English, Spanish and Arabic."""
    return _loaded(session, "pavlov.toml")


def lin(session: Session) -> Campaign:
    """An action in Chinese; the person, the place and the office are invented."""
    office = make.target(
        session,
        role="市长",
        name="陈远",
        organisation="示例市人民政府",
        address=["示范路1号"],
        country="CN",
        emails=["mayor@city.example"],
        fax="+86 10 0000 0000",
        languages=["zh"],
        salutations={"zh": "尊敬的陈远市长"},
    )
    campaign = make.campaign(session, slug="lin", reference="UA 9/26", country="CN", timezone="Asia/Shanghai", targets=[office], languages=("zh",))
    campaign.people[0].name = "林一"
    campaign.edition.preferred_languages = ["zh", "en"]
    text = campaign.edition.texts[0]
    text.headline = "请释放教师林一"
    text.summary = "林一在课堂上谈到河水污染，三天后被带走。家人至今不知道她在哪里。"
    text.case = "林一今年41岁，在一所中学教地理。\n\n3月2日，她的学生测量了河水，结果写在黑板上。3月5日早晨，她在家门口被带走。"
    text.demands = ["立即释放林一，除非有可信的证据证明她犯有国际公认的罪行。", "在她获释之前，让她能够见到家人和自己选择的律师。"]
    text.background = "《公民权利和政治权利国际公约》第19条保护寻求、接受和传递信息的自由。"
    session.flush()
    return campaign


def sheet_of(campaign: Campaign, language: str, site: Site, now: datetime = AUTUMN) -> Sheet:
    return content(campaign, language, reader="en", site=site, now=now)


def _loaded(session: Session, name: str) -> Campaign:
    file = loading.read(loading.decode((ROOT / "demo" / name).read_bytes()))
    return loading.apply(session, file, actor="tests", now=AUTUMN)
