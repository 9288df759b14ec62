"""What a visitor is told when something is refused or broken: status, words, a reference."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import structlog
from flask import g, render_template, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from services.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)

if TYPE_CHECKING:
    from flask import Flask

log = structlog.get_logger()

_STATUS = ((NotFoundError, 404), (ForbiddenError, 403), (ConflictError, 409), (InvalidError, 422))
_TEMPLATES = frozenset({403, 404, 409, 413, 422, 500, 503})
Page = tuple[str, int]


def status_of(error: DomainError) -> int:
    """The HTTP status of a domain error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 409)


def _page(status: int, error: BaseException | None = None) -> Page:
    reference = secrets.token_hex(4)
    if status >= 500:
        log.error("request_failed", reference=reference, page=_asked(), exc_info=error)
    else:
        log.info("request_refused", reference=reference, page=_asked(), status=status)
    shown = status if status in _TEMPLATES else (500 if status >= 500 else 404)
    body = render_template(f"errors/{shown}.html", reference=reference, status=status, error=error)
    return body, status


def _asked() -> str:
    """The pattern of the address, never the address itself: secret links would stand in the log."""
    return f"{request.method} {request.url_rule.rule if request.url_rule else 'nothing of ours'}"


def _domain(error: DomainError) -> Page:
    return _page(status_of(error), error)


def _http(error: HTTPException) -> Page | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, error)


def _database(error: DBAPIError) -> Page:
    away = isinstance(error, OperationalError) or error.connection_invalidated
    _forget_session()
    return _page(503 if away else 500, error)


def _broken(error: Exception) -> Page:
    _forget_session()
    return _page(500, error)


def _forget_session() -> None:
    """The transaction may be broken: the error page must not need it."""
    for name in ("db", "account_db"):
        broken = g.pop(name, None)
        if broken is not None:
            broken.close()


def init_errors(app: Flask) -> None:
    """Answer every kind of failure with a page in the visitor's language."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(Exception, _broken)
