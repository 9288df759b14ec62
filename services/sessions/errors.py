"""What sessions refuse."""

from __future__ import annotations

from services.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class SessionNotFoundError(NotFoundError):
    """No such session."""


class HoldLimitError(ConflictError):
    """This browser already keeps a time for an order being filled in. Facts: reference, held_until."""


class AddressLimitError(ConflictError):
    """Too many holds were begun from this network address. Facts: most, until (UTC)."""


class ContactLimitError(InvalidError):
    """Too much is kept unpaid for this contact; codes `email_limit`, `company_limit`.

    Facts: most, until (UTC).
    """


class MoveRefusedError(ConflictError):
    """The customer can't move the session by himself. Facts: reference, reason.

    Reason `late` with `until`, the last moment; `used_up` with `most`, how often he may.
    """


class NobodyDescribedError(ConflictError):
    """The session can't be booked before somebody said for whom. Facts: reference."""


class ConsentNeededError(ConflictError):
    """The customer has not consented to the connection: it can't begin. Facts: reference."""


class TooEarlyError(ForbiddenError):
    """The connection ID is shown from 15 minutes before the start on. Facts: from_at."""


class PreparationClosedError(ConflictError):
    """The session is over or off: there is nothing to prepare any more. Facts: reference, state."""


class PreparationError(InvalidError):
    """A point or a tool that we don't know, or an ID too long; codes `point`, `tool`, `length`."""


class WishNotFoundError(NotFoundError):
    """No such wish."""


class WishError(InvalidError):
    """Dates or a number of wishes that can't be; codes `wish_past`, `wish_order`, `wish_far`, `wish_many`."""


class ReportError(InvalidError):
    """What is said of a session's end doesn't fit; codes `result`, `report_text`, `report_minutes`."""
