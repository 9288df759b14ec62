"""Publishing prices: a change is a new list, valid from a date; each is audited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing.prices.errors import PriceListError
from billing.prices.factors import HUNDRED, KINDS
from billing.prices.models import FactorRow, Price, PriceList
from billing.prices.queries import find_list
from services.core.audit import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.prices.factors import Factor
    from billing.prices.ladder import Policy
    from billing.prices.quote import UnitPrice
    from billing.sellers.models import Seller

_TEN_TIMES = 1000
_TIMED = frozenset({"after_hours", "night"})


def publish_list(
    db: Session,
    *,
    seller: Seller,
    valid_from_on: date,
    prices: Mapping[int, UnitPrice],
    factors: Sequence[Factor],
    policy: Policy,
    is_demo: bool = False,
    actor: str,
    now: datetime,
) -> PriceList:
    """Publish a whole list: `prices` by service id, in the seller's currency.

    A later list of the same date wins. Only a seller's first list may begin in the past.
    Raises PriceListError.
    """
    _check(prices, factors, seller)
    today = now.astimezone(ZoneInfo(seller.zone)).date()
    if valid_from_on < today and find_list(db, seller=seller, on=today) is not None:
        raise PriceListError("price_list_past", field="valid_from_on")
    made = PriceList(
        seller_id=seller.id,
        currency=seller.currency,
        valid_from_on=valid_from_on,
        policy=policy.to_json(),
        is_demo=is_demo,
        published_by=actor,
        published_at=now,
        prices=[_row(service_id, price) for service_id, price in prices.items()],
        factors=[_factor_row(factor) for factor in factors],
    )
    db.add(made)
    db.flush()
    record(
        db,
        actor=actor,
        verb="prices.publish",
        subject=f"price_list:{made.id}",
        after={"seller": seller.code, "from": valid_from_on.isoformat()},
        now=now,
    )
    return made


def change_prices(
    db: Session,
    *,
    seller: Seller,
    valid_from_on: date,
    prices: Mapping[int, UnitPrice | None],
    factors: Sequence[Factor] | None = None,
    policy: Policy | None = None,
    actor: str,
    now: datetime,
) -> PriceList:
    """Copy the list that is in force on `valid_from_on`, with changes, into a new one.

    `prices` names the services that change (None takes one out of sale); factors and policy
    stay when they are None. A copy made by the vendor is no demo value any more.
    Raises PriceListError.
    """
    known = find_list(db, seller=seller, on=valid_from_on)
    if known is None:
        raise PriceListError("price_list_past", field="valid_from_on")
    merged: dict[int, UnitPrice | None] = {
        row.service_id: replace(row.unit_price, factors=()) for row in known.prices
    }
    merged.update(prices)
    return publish_list(
        db,
        seller=seller,
        valid_from_on=valid_from_on,
        prices={key: price for key, price in merged.items() if price is not None},
        factors=[row.factor for row in known.factors] if factors is None else factors,
        policy=known.ladder_policy if policy is None else policy,
        actor=actor,
        now=now,
    )


def _row(service_id: int, price: UnitPrice) -> Price:
    return Price(
        service_id=service_id,
        first_minutes=price.first_minutes,
        first_minor=price.first.minor,
        step_minutes=price.step_minutes,
        step_minor=None if price.step is None else price.step.minor,
        minimum_minor=price.minimum.minor,
    )


def _factor_row(factor: Factor) -> FactorRow:
    return FactorRow(
        kind=factor.kind,
        hundredths=factor.hundredths,
        from_minute=factor.from_minute,
        until_minute=factor.until_minute,
        within_minutes=factor.within_minutes,
    )


def _check(prices: Mapping[int, UnitPrice], factors: Sequence[Factor], seller: Seller) -> None:
    for price in prices.values():
        _check_price(price, seller.currency)
    kinds = [factor.kind for factor in factors]
    if len(kinds) != len(set(kinds)) or not set(kinds) <= set(KINDS):
        raise PriceListError("factor_condition", field="factors")
    for factor in factors:
        _check_factor(factor)


def _check_price(price: UnitPrice, currency: str) -> None:
    sums = [price.first, price.minimum, *([] if price.step is None else [price.step])]
    if any(amount.currency != currency for amount in sums):
        raise PriceListError("price_currency", field="prices", currency=currency)
    if any(amount.minor < 0 for amount in sums) or price.first_minutes <= 0:
        raise PriceListError("price_negative", field="prices")
    if (price.step is None) != (price.step_minutes is None) or price.step_minutes == 0:
        raise PriceListError("price_step", field="prices")


def _check_factor(factor: Factor) -> None:
    if not HUNDRED <= factor.hundredths <= _TEN_TIMES:
        raise PriceListError("factor_range", field="factors", kind=factor.kind)
    timed = factor.from_minute is not None and factor.until_minute is not None
    urgent = factor.within_minutes is not None
    if timed != (factor.kind in _TIMED) or urgent != (factor.kind == "urgent"):
        raise PriceListError("factor_condition", field="factors", kind=factor.kind)
