"""What is refused about requests."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class RequestNotFoundError(NotFoundError):
    """No such request."""


class AlreadyAskedError(ConflictError):
    """Something is asked for already: its answer comes first."""


class ItemsError(InvalidError):
    """Nothing is asked for (`items_none`), or what the regulation doesn't name (`items_unknown`)."""


class ClassError(InvalidError):
    """No such class (`class_unknown`), no reason for another one (`class_reason`), or too late.

    Too late is the end (`class_ended`), and for later deadlines a deadline that has passed (`class_late`).
    """


class ReopenLateError(ConflictError):
    """It ended too long ago to be opened again: only a new request can follow; facts: number."""


class BrokenChainError(ConflictError):
    """The ledger of a request was tampered with; facts: number, n of the first wrong event."""
