"""What issuing and correcting documents refuses."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class DocumentNotFoundError(NotFoundError):
    """No such document."""


class BillNotOpenError(ConflictError):
    """The bill is void: nothing is issued for it (`bill`, `state`)."""


class PaidInvoiceError(ConflictError):
    """Money was put to the bill of this invoice: it is not voided any more (`number`)."""


class NotStandingError(ConflictError):
    """The document was voided or refused already, or is of a kind that has no such step (`number`)."""


class RefusalLateError(ConflictError):
    """The days to object to an act are over (`number`, `until_on`)."""


class CreditError(InvalidError):
    """A credit note can't be made so: `credit_sum` (more than is left), `credit_kind`."""


class NumberPatternError(InvalidError):
    """The seller's pattern of numbers doesn't make different ones: `number_pattern`."""
