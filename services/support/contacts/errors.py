"""What is refused about contact persons."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class ContactNotFoundError(NotFoundError):
    """No such contact person, or he isn't one any more."""


class AnsweredAlreadyError(ConflictError):
    """This was answered before; facts: answer."""


class HandOverError(InvalidError):
    """Not offered: `hand_over_self`, `hand_over_open` (somebody has been asked), `hand_over_many` (a day)."""
