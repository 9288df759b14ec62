"""What is known of those who ask about a product."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.core.db import Base, Id
from services.core.states import Machine
from services.people.models import Person

KINDS: Final = ("presentation", "setup", "other")
LONGEST_NOTE: Final = 1000

SALES_ENQUIRY = Machine(
    "sales_enquiry",
    {
        "take": (("new",), "taken"),
        "close": (("new", "taken"), "closed"),
    },
)


class SalesEnquiry(Base):
    """A short word to the sales people: a `kind` of `KINDS`, who asks, perhaps about which product.

    `product_id` names a row of the catalogue, which stands above people. `taken_by` is the person who
    answers it, `note` what became of it. Nobody is made a person or a company by asking.
    """

    __tablename__ = "sales_enquiry"
    __table_args__ = {"schema": "people"}

    id: Mapped[Id]
    reference: Mapped[str]
    form_key: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    company: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    product_id: Mapped[int | None]
    body: Mapped[str] = mapped_column(default="")
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    written_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    closed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")

    taker: Mapped[Person | None] = relationship(lazy="joined")
