"""The price list as customers read it: every service, every factor, worked out with tax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.prices.errors import NoPriceError
from billing.prices.factors import HUNDRED
from billing.prices.queries import find_list, local_date
from billing.prices.quote import charge, step_gross
from billing.sellers import vat_on
from billing.sellers.vat import tax

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.prices.factors import Factor
    from billing.prices.ladder import Policy
    from billing.prices.models import Price
    from billing.sellers.models import Seller
    from billing.sellers.vat import Taxed, Vat
    from services.catalogue.models import Service
    from services.core.money import Money


@dataclass(frozen=True, slots=True)
class FactorPrice:
    """The service whole, and one more step, under one factor; tax included."""

    factor: Factor
    gross: Money
    step: Money | None


@dataclass(frozen=True, slots=True)
class ServicePrice:
    """One service of the list: its ordinary price for its whole length, and what changes it."""

    service: Service
    first_minutes: int
    taxed: Taxed
    first: Money
    """Gross price of the first period alone."""
    step: Money | None
    """Gross price of one more step, when the service has steps."""
    step_minutes: int | None
    factors: tuple[FactorPrice, ...]

    @property
    def gross(self) -> Money:
        """What an ordinary time costs, tax included."""
        return self.taxed.gross


@dataclass(frozen=True, slots=True)
class Overview:
    """A seller's list in force, in the catalogue's order; services not on sale are left out."""

    seller: Seller
    valid_from_on: date
    vat: Vat
    services: tuple[ServicePrice, ...]
    factors: tuple[Factor, ...]
    policy: Policy
    is_demo: bool


def price_overview(db: Session, *, seller: Seller, now: datetime) -> Overview:
    """Everything the page of services and prices says of money, as of `now`.

    The tax is that of today. Raises NoPriceError without a list, NoVatRateError.
    """
    on = local_date(seller, now)
    known = find_list(db, seller=seller, on=on)
    if known is None:
        raise NoPriceError(seller=seller.code, on=on)
    vat = vat_on(db, seller=seller, day=on)
    rows = sorted(
        (row for row in known.prices if row.service.active),
        key=lambda row: row.service.position,
    )
    inclusive = seller.prices_include_vat
    return Overview(
        seller=seller,
        valid_from_on=known.valid_from_on,
        vat=vat,
        services=tuple(_service(row, vat, inclusive=inclusive) for row in rows),
        factors=tuple(row.factor for row in known.factors),
        policy=known.ladder_policy,
        is_demo=known.is_demo,
    )


def _service(row: Price, vat: Vat, *, inclusive: bool) -> ServicePrice:
    price, minutes = row.unit_price, row.service.minutes

    def taxed(length: int, hundredths: int) -> Taxed:
        return tax(charge(price, length, hundredths), vat, inclusive=inclusive)

    return ServicePrice(
        service=row.service,
        first_minutes=price.first_minutes,
        taxed=taxed(minutes, HUNDRED),
        first=taxed(price.first_minutes, HUNDRED).gross,
        step=step_gross(price, HUNDRED, vat, inclusive=inclusive),
        step_minutes=price.step_minutes,
        factors=tuple(
            FactorPrice(
                factor,
                taxed(minutes, factor.hundredths).gross,
                step_gross(price, factor.hundredths, vat, inclusive=inclusive),
            )
            for factor in price.factors
        ),
    )
