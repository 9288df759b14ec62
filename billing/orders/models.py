"""Orders, and the bills that say what is to be paid for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from billing.prices.ladder import Policy
from billing.prices.quote import Quote
from billing.sellers.models import Seller
from services.catalogue.models import Service
from services.core.db import Base, Id
from services.core.money import Money
from services.core.texts import Texts
from services.people.models import Organisation, Person
from services.sessions.models import RemoteSession


class Order(Base):
    """A customer's order of one session from one seller in one currency.

    `contact`, `payer`, `price` and `policy` are copies made when they were agreed; nothing
    is looked up again. `billing_contact` (name, email) gets the invoices, if it is another than
    who ordered. `attention` names what keeps the automatic steps away, or is None. `credit_reason`
    and `credit_due_on` (the seller's date) say why it was confirmed before its money, and until when
    that is to come. `choose_until` is how long a customer whose time is gone may choose what becomes
    of his money, `late_payment_id` which that is.
    `zone` is the customer's, IANA. Delivery is the session's story, not the order's.
    """

    __tablename__ = "order"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    state: Mapped[str]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id))
    session_id: Mapped[int] = mapped_column(ForeignKey(RemoteSession.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    country: Mapped[str]
    currency: Mapped[str]
    locale: Mapped[str]
    zone: Mapped[str]
    contact: Mapped[dict[str, Any] | None]
    payer: Mapped[dict[str, Any] | None]
    billing_contact: Mapped[dict[str, Any] | None]
    price: Mapped[dict[str, Any]]
    policy: Mapped[dict[str, Any]]
    method: Mapped[str | None]
    attention: Mapped[str | None]
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    credit_reason: Mapped[str | None]
    credit_due_on: Mapped[date | None]
    choose_until: Mapped[datetime | None]
    late_payment_id: Mapped[int | None]
    ended_at: Mapped[datetime | None]

    seller: Mapped[Seller] = relationship()
    service: Mapped[Service] = relationship()
    session: Mapped[RemoteSession] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    bills: Mapped[list[Bill]] = relationship(order_by="Bill.id", back_populates="order")

    @property
    def quote(self) -> Quote:
        """The frozen price with its explanation."""
        return Quote.from_json(self.price)

    @property
    def ladder_policy(self) -> Policy:
        """The frozen cancellation ladder."""
        return Policy.from_json(self.policy)


class Bill(Base):
    """What is to be paid: lines, a total with tax, until when; `open`, `covered` or `void`.

    Raising `link_version` revokes the bill's own secret link, which its payer has.
    """

    __tablename__ = "bill"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    reference: Mapped[str]
    order_id: Mapped[int] = mapped_column(ForeignKey(Order.id))
    kind: Mapped[str]
    state: Mapped[str]
    total_minor: Mapped[int]
    total_currency: Mapped[str]
    total: Mapped[Money] = composite("total_minor", "total_currency")
    reduced_minor: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    link_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    order: Mapped[Order] = relationship(back_populates="bills")
    lines: Mapped[list[BillLine]] = relationship(order_by="BillLine.position")

    @property
    def payable(self) -> Money:
        """The total without what the customer was let off: what is to be paid, and what an act says."""
        return Money(self.total_minor - self.reduced_minor, self.total_currency)


class BillLine(Base):
    """One line of a bill: net + VAT = gross, in the bill's minor units."""

    __tablename__ = "bill_line"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    bill_id: Mapped[int] = mapped_column(ForeignKey(Bill.id))
    position: Mapped[int]
    session_id: Mapped[int | None] = mapped_column(ForeignKey(RemoteSession.id))
    text: Mapped[Texts]
    quantity: Mapped[int] = mapped_column(default=1)
    net_minor: Mapped[int]
    vat_rate: Mapped[int | None]
    vat_reason: Mapped[Texts | None]
    vat_minor: Mapped[int]
    gross_minor: Mapped[int]


class Reminder(Base):
    """That the payer of a bill was reminded: `before` its last day to pay, or so many days `after`."""

    __tablename__ = "reminder"
    __table_args__ = {"schema": "billing"}

    bill_id: Mapped[int] = mapped_column(ForeignKey(Bill.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
