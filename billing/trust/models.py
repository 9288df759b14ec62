"""What is asked for before the money is there, and which companies have credit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.orders.models import Order
from services.core.db import Base, Id
from services.core.money import Money
from services.people.models import Organisation


class CreditLine(Base):
    """That a company may have open bills up to a limit (tax included), each for so many days."""

    __tablename__ = "credit_line"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    currency: Mapped[str]
    limit_minor: Mapped[int]
    limit: Mapped[Money] = composite("limit_minor", "currency")
    term_days: Mapped[int]
    granted_by: Mapped[str]
    since: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class TrustRequest(Base):
    """That somebody asks for a confirmation before the money: on a payment order, or on credit.

    `state` is waiting, granted, refused or lapsed (nobody needs an answer any more); `file_ref`
    names the attached payment order. `reason` is what staff wrote: the customer reads it when it
    is a refusal. Staff are alarmed at `alarm_at`.
    """

    __tablename__ = "trust_request"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    file_ref: Mapped[str | None]
    asked_at: Mapped[datetime]
    alarm_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    reason: Mapped[str | None]

    order: Mapped[Order] = relationship()
