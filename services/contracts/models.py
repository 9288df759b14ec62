"""What is known of those who would like an individual agreement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.core.db import Base, Id
from services.core.states import Machine

HOURS = ("8x5", "12x6", "24x7", "own", "unknown")

ENQUIRY = Machine(
    "enquiry",
    {
        "take": (("new",), "in_work"),
        "convert": (("in_work",), "converted"),
        "decline": (("new", "in_work"), "declined"),
    },
)


class Enquiry(Base):
    """A short question about an SLA: who asks, how big they are, what hurts.

    `products` are slugs of the catalogue; `hours` is one of `HOURS`, with words of the
    asker's own in `own_hours` when it is `own`. Nobody is made a person or a company yet.
    """

    __tablename__ = "enquiry"
    __table_args__ = {"schema": "contracts"}

    id: Mapped[Id]
    reference: Mapped[str]
    form_key: Mapped[str]
    company: Mapped[str]
    contact_name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    products: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    users: Mapped[int | None]
    sites: Mapped[int | None]
    hours: Mapped[str]
    own_hours: Mapped[str]
    trouble: Mapped[str]
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")
    received_at: Mapped[datetime]
