"""What asking for trust, and giving it, refuses."""

from __future__ import annotations

from services.core.errors import ConflictError, InvalidError, NotFoundError


class RequestNotFoundError(NotFoundError):
    """Nobody asked for anything of this kind. Facts: order."""


class TrustAnsweredError(ConflictError):
    """Somebody has answered already, or nobody needs an answer any more. Facts: order, state."""


class TooLateToAskError(ConflictError):
    """The order's time is too near, or over: staff couldn't answer any more. Facts: order."""


class PaymentOrderError(InvalidError):
    """This file is no payment order that could be looked at; code `payment_order_kind`."""


class CreditLimitError(ConflictError):
    """The company has no credit, or not as much. Facts: order, and `left` in minor units."""


class CreditLineError(InvalidError):
    """A credit line can't be made so: `credit_company`, `credit_taken`, `credit_limit`."""
