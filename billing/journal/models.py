"""Entries of the journal with their lines, and the runs that check them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.sellers.models import Seller
from services.core.db import Base, Id


class Entry(Base):
    """One fact in the books; the sum of its lines is 0 in each currency.

    `source` and `source_id` say which row it comes of (`payment`, `allocation`, `refund`,
    `document`, `dispute`, `fee`); with `kind` they are unique. `booked_on` is the seller's date.
    """

    __tablename__ = "entry"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    source: Mapped[str]
    source_id: Mapped[int]
    kind: Mapped[str]
    booked_on: Mapped[date]
    at: Mapped[datetime]
    order_id: Mapped[int | None]
    note: Mapped[dict[str, Any] | None]

    lines: Mapped[list[Line]] = relationship(order_by="Line.id")


class Line(Base):
    """One side of an entry, in minor units: a debit is above zero, a credit below."""

    __tablename__ = "line"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    account: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    bill_id: Mapped[int | None]
    payment_id: Mapped[int | None]
    refund_id: Mapped[int | None]
    vat_rate: Mapped[int | None]


class ReconciliationRun(Base):
    """One look at all sums; `findings` are their codes with references, none when it is green."""

    __tablename__ = "reconciliation_run"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    at: Mapped[datetime]
    green: Mapped[bool]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
