"""Log lines: one event each on standard error, without anybody's data. An error is told by its kind and its place, never by its words."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

OUR_FRAMES = 6
"""Innermost frames of a trace that are told."""


def configure() -> None:
    """Set the format for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            tell_place,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def tell_place(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put an exception's kind and places in place of its trace: messages and local values hold addresses, letters and keys."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, BaseException):
        event["error"] = type(problem).__name__
        event["where"] = places(problem)
    return event


def places(problem: BaseException) -> str:
    """Where an exception came from: file and line, innermost first."""
    frames = traceback.extract_tb(problem.__traceback__)[-OUR_FRAMES:]
    return " < ".join(f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno}" for frame in reversed(frames))
