"""Setting up who sells; each change is audited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from billing.sellers.errors import CountryTakenError, SellerError
from billing.sellers.models import ProviderAccount, Seller, VatRate
from billing.sellers.queries import list_sellers
from services.core.audit import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.sellers.vat import Vat

_DAY = 1440


def add_seller(db: Session, *, seller: Seller, actor: str, now: datetime) -> Seller:
    """Let one of our legal entities sell.

    Raises SellerError (`seller_zone`, `seller_hours`) and CountryTakenError.
    """
    _check(db, seller)
    db.add(seller)
    db.flush()
    record(db, actor=actor, verb="seller.add", subject=f"seller:{seller.code}", now=now)
    return seller


def edit_seller(db: Session, *, seller: Seller, changes: dict[str, Any], actor: str, now: datetime) -> Seller:
    """Change the named attributes; orders made before keep the copy they froze.

    Raises as `add_seller` does.
    """
    with db.no_autoflush:
        for name, value in changes.items():
            setattr(seller, name, value)
        _check(db, seller)
    db.flush()
    record(
        db,
        actor=actor,
        verb="seller.edit",
        subject=f"seller:{seller.code}",
        after={"changed": sorted(changes)},
        now=now,
    )
    return seller


def add_vat_rate(
    db: Session, *, seller: Seller, vat: Vat, valid_from_on: date, actor: str, now: datetime
) -> VatRate:
    """Let `vat` apply to what `seller` supplies from a date of his zone on.

    A later row of the same date wins, so that a slip is corrected by writing again.
    Raises SellerError `vat_regime` for a rate of an exempt seller.
    """
    if seller.vat_regime == "exempt" and vat.rate is not None:
        raise SellerError("vat_regime", field="rate")
    row = VatRate(seller_id=seller.id, valid_from_on=valid_from_on, rate=vat.rate, reason=vat.reason)
    db.add(row)
    db.flush()
    record(
        db,
        actor=actor,
        verb="seller.vat",
        subject=f"seller:{seller.code}",
        after={"rate": vat.rate, "from": valid_from_on.isoformat()},
        now=now,
    )
    return row


def add_provider_account(
    db: Session,
    *,
    seller: Seller,
    provider: str,
    livemode: bool,
    account: str,
    actor: str,
    now: datetime,
) -> ProviderAccount:
    """Note which account at a payment provider takes the seller's money."""
    row = ProviderAccount(seller_id=seller.id, provider=provider, livemode=livemode, account=account)
    db.add(row)
    db.flush()
    record(
        db,
        actor=actor,
        verb="seller.account",
        subject=f"seller:{seller.code}",
        after={"provider": provider, "livemode": livemode},
        now=now,
    )
    return row


def _check(db: Session, seller: Seller) -> None:
    if seller.zone not in available_timezones():
        raise SellerError("seller_zone", field="zone")
    if not 0 <= seller.opens_minute < seller.closes_minute <= _DAY:
        raise SellerError("seller_hours", field="opens_minute")
    for other in list_sellers(db):
        taken = sorted(set(other.countries) & set(seller.countries))
        if other.code != seller.code and seller.active is not False and taken:
            raise CountryTakenError(countries=taken, seller=other.code)
