"""Receipts that a cash register gave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from billing.payments.models import Payment
from services.core.db import Base, Id


class FiscalReceipt(Base):
    """Where the receipt of one fact can be read, at the operator of fiscal data (ОФД).

    `source_id` is the id of the payment, of the act (`set_off`) or of the refund; `issued_by` is an
    actor as in the audit log.
    """

    __tablename__ = "fiscal_receipt"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    kind: Mapped[str]
    payment_id: Mapped[int] = mapped_column(ForeignKey(Payment.id))
    source_id: Mapped[int]
    link: Mapped[str]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]
