"""Attempts to pay a bill, the money that came of them, and the bills it was put to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.orders.models import Bill
from billing.sellers.models import Seller
from services.core.db import Base, Id
from services.core.money import Money


class Attempt(Base):
    """One payment page for one bill, with exactly what the provider is asked for.

    `params` and `key` are written before the call and never change: a lost answer is repeated
    from them. `provider_ref` is the page's id, `intent_ref` the payment's behind it.
    `next_check_at` is when the poll looks next; None once nothing more is expected.
    """

    __tablename__ = "attempt"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    bill_id: Mapped[int] = mapped_column(ForeignKey(Bill.id))
    state: Mapped[str] = mapped_column(default="created")
    amount_minor: Mapped[int]
    amount_currency: Mapped[str]
    amount: Mapped[Money] = composite("amount_minor", "amount_currency")
    livemode: Mapped[bool]
    key: Mapped[str]
    params: Mapped[dict[str, Any]]
    provider_ref: Mapped[str | None]
    intent_ref: Mapped[str | None]
    page_url: Mapped[str | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    next_check_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]

    bill: Mapped[Bill] = relationship()


class Payment(Base):
    """Money that came, by card or by bank: one row a fact, never changed.

    By card it has an attempt and the provider's references, by bank the line of a statement and
    what the bank says of the payer. `received_on` is the seller's date, or the bank's.
    `needs_receipt` says whether the seller owed fiscal receipts for such money when it came.
    """

    __tablename__ = "payment"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey(Attempt.id))
    bank_line_id: Mapped[int | None]
    amount_minor: Mapped[int]
    amount_currency: Mapped[str]
    amount: Mapped[Money] = composite("amount_minor", "amount_currency")
    livemode: Mapped[bool]
    intent_ref: Mapped[str | None]
    charge_ref: Mapped[str | None]
    method: Mapped[str | None]
    captured_at: Mapped[datetime]
    received_on: Mapped[date]
    payer_name: Mapped[str | None]
    payer_inn: Mapped[str | None]
    needs_receipt: Mapped[bool] = mapped_column(default=False)

    attempt: Mapped[Attempt | None] = relationship()
    seller: Mapped[Seller] = relationship()


class Allocation(Base):
    """A payment put to a bill, in its minor units; a reversal is a negative row of its own."""

    __tablename__ = "allocation"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id))
    bill_id: Mapped[int] = mapped_column(ForeignKey(Bill.id))
    amount_minor: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("billing.allocation.id"))
    allocated_at: Mapped[datetime]
