"""Who sells to whom, and with which tax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing.sellers.errors import NoSellerError, NoVatRateError
from billing.sellers.models import Seller, VatRate
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from billing.sellers.vat import Vat

EVERYWHERE = "*"


def list_sellers(db: Session, *, active_only: bool = True) -> Sequence[Seller]:
    """The sellers in their order."""
    query = select(Seller).order_by(Seller.position, Seller.id)
    return db.scalars(query.where(Seller.active) if active_only else query).all()


def get_seller(db: Session, *, code: str) -> Seller:
    """The seller with this code; raises NotFoundError."""
    seller = db.scalar(select(Seller).where(Seller.code == code))
    if seller is None:
        raise NotFoundError(kind="seller")
    return seller


def seller_for(db: Session, *, country: str) -> Seller:
    """The one seller for payers of `country` (ISO 3166 alpha-2); raises NoSellerError."""
    sellers = list_sellers(db)
    for wanted in (country, EVERYWHERE):
        for seller in sellers:
            if wanted in seller.countries:
                return seller
    raise NoSellerError(country=country)


def vat_on(db: Session, *, seller: Seller, day: date) -> Vat:
    """What VAT a supply on `day` (a date of the seller's zone) bears; raises NoVatRateError."""
    return vat_by_day(db, seller=seller, days=(day,))[day]


def vat_by_day(db: Session, *, seller: Seller, days: Iterable[date]) -> dict[date, Vat]:
    """The same for many days, in one statement."""
    rows = list_vat_rates(db, seller=seller)
    return {day: _in_force(rows, seller, day).vat for day in days}


def _in_force(rows: Sequence[VatRate], seller: Seller, day: date) -> VatRate:
    for row in rows:
        if row.valid_from_on <= day:
            return row
    raise NoVatRateError(seller=seller.code, on=day)


def list_vat_rates(db: Session, *, seller: Seller) -> Sequence[VatRate]:
    """The seller's VAT rows, newest date first."""
    return db.scalars(
        select(VatRate)
        .where(VatRate.seller_id == seller.id)
        .order_by(VatRate.valid_from_on.desc(), VatRate.id.desc())
    ).all()
