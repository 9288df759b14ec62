"""What the user administration refuses."""

from __future__ import annotations

from services.core.errors import ConflictError, NotFoundError


class UserNotFoundError(NotFoundError):
    """No such user; facts: user_id."""


class AddressTakenError(ConflictError):
    """Another user signs in with this address already; facts: field."""


class LastAdministratorError(ConflictError):
    """Without this one nobody could administer any more; facts: user_id."""
