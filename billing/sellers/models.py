"""Who sells: the vendor's legal entities, their provider accounts and their dated VAT."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.sellers.vat import Regime, Vat
from services.core.db import Base, Id
from services.core.texts import Texts
from services.people.models import Organisation


class Seller(Base):
    """One legal entity that sells, in one currency.

    `vat_regime` is `on_top` (prices are net), `inclusive` (prices hold the tax) or `exempt`.
    The office works from `opens_minute` to `closes_minute` of its day in `zone` (IANA).
    `countries` are the payers' (ISO 3166 alpha-2; `*` is every country that nobody else has);
    `methods` are among card, transfer, payment_order, credit; those among `receipt_methods` ask
    for a fiscal receipt. `head_*` and `accountant_name` are who signs documents, empty for nobody;
    a sole trader's position is «Предприниматель». `number_pattern` makes documents' numbers.
    """

    __tablename__ = "seller"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    code: Mapped[str]
    position: Mapped[int]
    currency: Mapped[str]
    vat_regime: Mapped[Regime] = mapped_column(TEXT)
    zone: Mapped[str]
    opens_minute: Mapped[int]
    closes_minute: Mapped[int]
    countries: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    methods: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    number_pattern: Mapped[str]
    head_position: Mapped[str] = mapped_column(default="")
    head_name: Mapped[str] = mapped_column(default="")
    accountant_name: Mapped[str] = mapped_column(default="")
    vat_on_advances: Mapped[bool] = mapped_column(default=True)
    receipt_methods: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    is_demo: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def prices_include_vat(self) -> bool:
        """Whether the price list's figures hold the tax already."""
        return self.vat_regime == "inclusive"


class ProviderAccount(Base):
    """A seller's account at a payment provider; the secret key stands in the environment."""

    __tablename__ = "provider_account"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    provider: Mapped[str]
    livemode: Mapped[bool]
    account: Mapped[str]


class VatRate(Base):
    """From a date of supply on: a rate in hundredths of a percent, or the reason for none."""

    __tablename__ = "vat_rate"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    valid_from_on: Mapped[date]
    rate: Mapped[int | None]
    reason: Mapped[Texts | None]

    @property
    def vat(self) -> Vat:
        """The row as a value for the arithmetic."""
        return Vat(self.rate, self.reason)
