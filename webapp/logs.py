"""Logs: one line an event, JSON in production; never a local variable, never what somebody typed."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

    from services.core.settings import Environment

# PostgreSQL quotes the whole row or the key that it refuses, over several lines if need be.
_DETAIL = re.compile(
    r"^DETAIL:.*?(?=^(?:HINT:|CONTEXT:|\[SQL|\(Background|The above|During|Traceback)|\Z)",
    re.MULTILINE | re.DOTALL,
)

_BROKE = "Error handling request"
"""How gunicorn begins to tell of what the application didn't answer."""


def leave_out_rows(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Cut out of a traceback what the database quotes of the row that it refused."""
    if isinstance(event.get("exception"), str):
        event["exception"] = _DETAIL.sub("", event["exception"])
    return event


class LeaveOutAddresses(logging.Filter):
    """Cuts out of the web server's log the address of a request that broke: it may be a secret link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the address."""
        if str(record.msg).startswith(_BROKE):
            record.msg, record.args = _BROKE, ()
        return True


_leave_out_addresses = LeaveOutAddresses()


def configure_logs(environment: Environment) -> None:
    """Send structlog's events to standard error; tracebacks show code lines, not values."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if environment == "production"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    finish: list[Processor] = (
        [structlog.processors.format_exc_info, leave_out_rows] if environment == "production" else []
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *finish,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("gunicorn.error").addFilter(_leave_out_addresses)
