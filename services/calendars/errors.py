"""What calendars refuse."""

from __future__ import annotations

from services.core.errors import ConflictError, NotFoundError


class InvitationNotFoundError(NotFoundError):
    """This session was never put into a calendar, or this guest never invited to it."""


class InvitationCancelledError(ConflictError):
    """The invitation has been withdrawn: a session booked anew gets a new one."""


class InvitationMovedError(ConflictError):
    """The times given are not those of the invitation: reschedule it first."""
