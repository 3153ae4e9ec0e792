import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.audit import AuditEntry
from app.campaigns import loading
from app.campaigns.cli import group
from app.campaigns.queries import count_announcements, find_campaign, get_campaign
from app.campaigns.rules import State
from app.db import Database
from app.site import Site
from app.wiring import Wiring
from config import ROOT, Config
from tests import make

LOPEZ, TYPOS = ROOT / "tests/data/lopez.toml", ROOT / "tests/data/typos.toml"


@pytest.fixture
def wiring(config: Config, site: Site, database: Database) -> Wiring:
    return Wiring(config, site, database)


def flask(wiring: Wiring, *words: str | Path) -> Result:
    """`flask campaigns WORDS`."""
    return CliRunner().invoke(group, [str(word) for word in words], obj=wiring, catch_exceptions=False)


def without_state(path: Path, state: str = "") -> str:
    return LOPEZ.read_text().replace('state = "draft"\n', state)


def test_file_is_loaded_as_a_draft(wiring: Wiring) -> None:
    result = flask(wiring, "load", LOPEZ)
    assert (result.exit_code, result.output) == (0, "lopez-eviction: created, draft.\n")
    assert flask(wiring, "load", LOPEZ).output == "lopez-eviction: replaced, draft.\n"


def test_every_problem_is_a_line_and_nothing_is_loaded(wiring: Wiring) -> None:
    result = flask(wiring, "load", TYPOS)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 6
    assert (
        lines[0] == f"{TYPOS}: targets[1].emails[1]: “gabinete@@habitacao.example” is not an e-mail address: " + lines[0].rpartition("address: ")[2]
    )
    assert f"{TYPOS}: targets[1].phnoe: is not a key of a campaign file. Did you mean “phone”?" in lines
    assert lines[-1] == "Nothing was loaded: 5 problems."
    with wiring.database.reading() as session:
        assert find_campaign(session, "five-typos") is None


def test_warnings_are_printed_and_the_file_is_loaded(wiring: Wiring) -> None:
    result = flask(wiring, "load", ROOT / "demo/open.toml")
    assert result.exit_code == 0
    assert "open.toml: warning: targets[3].salutations: there is none in “ru”" in result.stderr
    assert result.stdout == "amaranta-quishpe: created, published. Nobody was told by mail.\n"


def test_publishing_says_how_many_are_told(wiring: Wiring) -> None:
    with wiring.database.transaction() as session:
        make.supporter(session, tell_new=True)
    result = flask(wiring, "load", LOPEZ, "--publish", "--now", "2026-11-01")
    assert result.output == "lopez-eviction: published. 1 announcement will go to those who asked to hear of new actions.\n"
    with wiring.database.reading() as session:
        campaign = get_campaign(session, "lopez-eviction")
        assert campaign.state == State.PUBLISHED
        assert str(campaign.published_at) == "2026-11-01 00:00:00+00:00"
        assert count_announcements(session, campaign.id) == (0, 1)


@pytest.mark.parametrize("state", ['state = "published"\n', ""])
def test_publishing_a_file_that_says_published_tells_people_too(wiring: Wiring, tmp_path: Path, state: str) -> None:
    path = tmp_path / "lopez.toml"
    path.write_text(without_state(LOPEZ, state))
    with wiring.database.transaction() as session:
        make.supporter(session, tell_new=True)
    flask(wiring, "load", LOPEZ)
    assert "1 announcement will go" in flask(wiring, "load", path, "--publish").output
    again = flask(wiring, "load", path, "--publish")
    assert (again.exit_code, again.output) == (0, "lopez-eviction: replaced. It was public before, so nobody is told again.\n")


def test_refusal_is_one_line_and_changes_nothing(wiring: Wiring) -> None:
    flask(wiring, "load", LOPEZ, "--publish")
    result = flask(wiring, "load", LOPEZ)
    assert result.exit_code == 1
    assert result.stderr == 'Error: It is published, the file says draft: write state = "published" in the file, or leave state out.\n'
    late = flask(wiring, "load", ROOT / "demo/pavlov.toml", "--publish")
    assert (late.exit_code, "not opened again" in late.stderr) == (1, True)
    with wiring.database.reading() as session:
        assert find_campaign(session, "pavlov-extradition") is None
        assert session.query(AuditEntry).count() == 2


def test_campaign_whose_deadline_has_passed_is_not_published(wiring: Wiring) -> None:
    result = flask(wiring, "load", LOPEZ, "--publish", "--now", "2027-01-01")
    assert (result.exit_code, "2026-12-06, has passed" in result.stderr) == (1, True)
    with wiring.database.reading() as session:
        assert find_campaign(session, "lopez-eviction") is None


def test_shown_file_loads_again(wiring: Wiring, tmp_path: Path) -> None:
    flask(wiring, "load", LOPEZ)
    shown = flask(wiring, "show", "lopez-eviction", "--toml")
    assert loading.read(shown.stdout) == loading.read(LOPEZ.read_text())
    assert flask(wiring, "show", "lopez-eviction").stdout == shown.stdout
    copy = tmp_path / "copy.toml"
    copy.write_text(shown.stdout)
    assert flask(wiring, "load", copy).exit_code == 0


def test_json_shows_content_standing_and_counts(wiring: Wiring) -> None:
    flask(wiring, "load", LOPEZ, "--publish", "--now", "2026-11-01")
    data = json.loads(flask(wiring, "show", "lopez-eviction", "--json", "--now", "2026-12-01T12:00").stdout)
    assert (data["slug"], data["standing"], data["days_left"], data["counts"]["people"]) == ("lopez-eviction", "open", 5, 0)
    assert data["people"] == [{"name": "Marta López", "gender": "f", "note": "61, tenant, lives with her grandson"}]


def test_unknown_campaign_is_named(wiring: Wiring) -> None:
    result = flask(wiring, "show", "nobody")
    assert (result.exit_code, result.stderr) == (1, "Error: There is no campaign “nobody”; `flask campaigns list` names them all.\n")


def test_list_shows_days_people_and_headline(wiring: Wiring) -> None:
    assert flask(wiring, "list").output == "No campaign yet: `flask campaigns load FILE`.\n"
    flask(wiring, "load", LOPEZ, "--publish", "--now", "2026-11-01")
    line = flask(wiring, "list", "--now", "2026-12-05").stdout
    assert line == "lopez-eviction\topen\t2026-12-06 (1 day left)\t0 people have written\tPortugal: no eviction of Marta López in winter\n"


def test_wrong_moment_is_explained(wiring: Wiring) -> None:
    result = flask(wiring, "list", "--now", "tomorrow")
    assert (result.exit_code, "'tomorrow' is no ISO time" in result.stderr) == (2, True)


def test_missing_file_is_named(wiring: Wiring) -> None:
    assert "does not exist" in flask(wiring, "load", "nowhere.toml").stderr
