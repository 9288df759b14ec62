"""Dated price lists. A list never changes: a change publishes a new one from a date on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from billing.prices.factors import Factor, FactorKind
from billing.prices.ladder import Policy
from billing.prices.quote import UnitPrice
from billing.sellers.models import Seller
from services.catalogue.models import Service
from services.core.db import Base, Id
from services.core.money import Money


class PriceList(Base):
    """All prices, factors and the cancellation policy of a seller, from a date of his zone."""

    __tablename__ = "price_list"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    seller_id: Mapped[int] = mapped_column(ForeignKey(Seller.id))
    currency: Mapped[str]
    valid_from_on: Mapped[date]
    policy: Mapped[dict[str, Any]]
    is_demo: Mapped[bool] = mapped_column(default=False)
    published_by: Mapped[str]
    published_at: Mapped[datetime]

    prices: Mapped[list[Price]] = relationship(back_populates="price_list")
    factors: Mapped[list[FactorRow]] = relationship(order_by="FactorRow.id")

    @property
    def ladder_policy(self) -> Policy:
        """The cancellation policy as a value."""
        return Policy.from_json(self.policy)


class Price(Base):
    """What one service costs in one list: first period whole, then started steps."""

    __tablename__ = "price"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    price_list_id: Mapped[int] = mapped_column(ForeignKey(PriceList.id))
    service_id: Mapped[int] = mapped_column(ForeignKey(Service.id))
    first_minutes: Mapped[int]
    first_minor: Mapped[int]
    step_minutes: Mapped[int | None]
    step_minor: Mapped[int | None]
    minimum_minor: Mapped[int]

    price_list: Mapped[PriceList] = relationship(back_populates="prices")
    service: Mapped[Service] = relationship()

    @property
    def unit_price(self) -> UnitPrice:
        """The row with its list's factors as a value for the arithmetic."""
        currency = self.price_list.currency
        step = None if self.step_minor is None else Money(self.step_minor, currency)
        return UnitPrice(
            first_minutes=self.first_minutes,
            first=Money(self.first_minor, currency),
            step_minutes=self.step_minutes,
            step=step,
            minimum=Money(self.minimum_minor, currency),
            factors=tuple(row.factor for row in self.price_list.factors),
        )


class FactorRow(Base):
    """One factor of a list; its conditions are those of `billing.prices.factors.Factor`."""

    __tablename__ = "factor"
    __table_args__ = {"schema": "billing"}

    id: Mapped[Id]
    price_list_id: Mapped[int] = mapped_column(ForeignKey(PriceList.id))
    kind: Mapped[FactorKind] = mapped_column(TEXT)
    hundredths: Mapped[int]
    from_minute: Mapped[int | None]
    until_minute: Mapped[int | None]
    within_minutes: Mapped[int | None]

    @property
    def factor(self) -> Factor:
        """The row as a value."""
        return Factor(self.kind, self.hundredths, self.from_minute, self.until_minute, self.within_minutes)
