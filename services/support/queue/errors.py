"""What is refused about the queue."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError


class PickedAlreadyError(ConflictError):
    """Somebody has it already, or it is not open any more; facts: number, state, staff (an id or None)."""


class NotTakenError(ConflictError):
    """It is nobody's: it stands in the queue, or waits for its author; facts: number."""


class PickReasonError(InvalidError):
    """Taken out of order without a reason of the list (`pick_reason`); facts: passed (how many)."""


class CannedTextError(InvalidError):
    """A text that can't be kept: `canned_empty`, `canned_long`."""
