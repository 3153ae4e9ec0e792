"""The only reader of the wall clock."""

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def machine() -> datetime:
    """This moment by the machine's clock, even while `now` pretends: for what must keep real time, such as a scheduler."""
    return datetime.now(UTC)


def pretend(moment: datetime) -> None:
    """Let the clock of this process stand at `moment` and run on from there (commands with --now)."""
    global _shift
    _shift = moment - datetime.now(UTC)


def parse(text: str) -> datetime:
    """An ISO 8601 date or time as an aware moment; without a zone it is UTC, without a time it is midnight. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
