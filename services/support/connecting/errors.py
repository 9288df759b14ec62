"""What is refused about free connections."""

from __future__ import annotations

from services.core.errors import ConflictError, NotFoundError


class ConnectionNotFoundError(NotFoundError):
    """No connection was agreed on within this request, or it is over."""


class AlreadyArrangedError(ConflictError):
    """A connection is agreed on already; facts: number, session."""
