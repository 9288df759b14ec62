"""Money that goes back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.orders.models import Order
from billing.payments.models import Payment
from services.core.db import Base, Id
from services.core.money import Money


class Refund(Base):
    """One part of one payment on its way back, with its own key at the provider.

    `way` is `provider` (back to the card) or `bank_transfer` (a payment order of ours, which
    succeeds by `bank_line_id`, the line of a statement). `order` is whose money it was, if any's.
    `reason` is a code: cancelled_by_customer, cancelled_by_vendor, paid_twice and so on.
    `requested_by` and `approved_by` are actors as in the audit log.
    """

    __tablename__ = "refund"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id))
    order_id: Mapped[int | None] = mapped_column(ForeignKey(Order.id))
    way: Mapped[str] = mapped_column(default="provider")
    amount_minor: Mapped[int]
    amount_currency: Mapped[str]
    amount: Mapped[Money] = composite("amount_minor", "amount_currency")
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(default="requested")
    key: Mapped[str]
    provider_ref: Mapped[str | None]
    bank_line_id: Mapped[int | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]

    payment: Mapped[Payment] = relationship()
    order: Mapped[Order | None] = relationship()
