"""What breaks is told without anybody's data."""

import pytest
import structlog

from app import logs

SECRET = "ana@mail.example"


def test_error_is_told_by_kind_and_place_alone(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    address = SECRET
    try:
        raise ValueError(f"no such person: {address}")
    except ValueError as problem:
        structlog.get_logger().error("request failed", endpoint="pages.sign_up", exc_info=problem)
    said = capsys.readouterr()
    assert said.out == ""
    assert SECRET not in said.err
    line = said.err.strip()
    assert "\n" not in line
    for part in ("level=error", 'event="request failed"', "endpoint=pages.sign_up", "error=ValueError", "where=tests/test_logs.py:"):
        assert part in line


def test_current_error_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        raise KeyError(SECRET)
    except KeyError:
        structlog.get_logger().exception("a job failed")
    line = capsys.readouterr().err
    assert "error=KeyError" in line
    assert SECRET not in line


def test_line_without_error_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().info("worker started", boot="host:1:ab")
    assert 'event="worker started" boot=host:1:ab' in capsys.readouterr().err
