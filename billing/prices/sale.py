"""How one service is sold just now: its rules, who sells it, at which prices; in one statement.

What it gives are plain values that may be kept for as long as the topics named here stand still
(`services/core/revisions.py`), up to the next quarter of an hour: no price list and no clock of
any zone changes in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from billing.prices.errors import NoPriceError
from billing.prices.factors import Factor
from billing.prices.ladder import Policy
from billing.prices.quote import UnitPrice, quote
from billing.prices.working import WorkingTime
from billing.sellers.errors import NoSellerError, NoVatRateError
from billing.sellers.queries import EVERYWHERE
from billing.sellers.vat import Vat
from services.core.errors import NotFoundError
from services.core.money import Money
from services.core.revisions import Kept
from services.core.texts import Texts
from services.core.vendor import VendorProfile, profile_from_json
from services.scheduling import ServiceRules, rules_from_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from billing.prices.quote import Quote
    from services.core.revisions import Topic

_QUARTER = 900
_kept: Kept[Sale] = Kept("catalogue", "prices", "vendor")

# A row a seller and price list that may be in force: which of them is, depends on the date in his
# zone, and zones are read here, not by the database. The calendar reaches as far beyond the last
# bookable day as urgent starts may look ahead over holidays.
_SALE = text("""
    SELECT service.id, service.name, to_jsonb(service) AS rules,
        (SELECT value FROM core.setting WHERE key = 'vendor') AS vendor,
        seller.id AS seller_id, seller.code, seller.countries, seller.zone,
        seller.vat_regime = 'inclusive' AS inclusive,
        seller.opens_minute, seller.closes_minute, seller.currency, list.policy,
        list.valid_from_on,
        price.first_minutes, price.first_minor, price.step_minutes, price.step_minor, price.minimum_minor,
        ARRAY(
            SELECT jsonb_build_array(kind, hundredths, from_minute, until_minute, within_minutes)
            FROM billing.factor WHERE price_list_id = list.id ORDER BY factor.id
        ) AS factors,
        ARRAY(
            SELECT jsonb_build_array(valid_from_on, rate, reason)
            FROM billing.vat_rate WHERE seller_id = seller.id ORDER BY valid_from_on DESC, vat_rate.id DESC
        ) AS vat_rates,
        ARRAY(
            SELECT jsonb_build_array(day_on, kind) FROM core.production_day
            WHERE country = organisation.country
              AND day_on BETWEEN CAST(:today AS date) - 2 AND CAST(:today AS date) + service.horizon_days + 50
        ) AS odd_days
    FROM catalogue.service
    LEFT JOIN (billing.seller JOIN people.organisation ON organisation.id = seller.organisation_id)
        ON seller.active
    LEFT JOIN billing.price_list AS list ON list.seller_id = seller.id
        AND list.valid_from_on <= CAST(:today AS date) + 1
        AND list.valid_from_on >= coalesce((
            SELECT max(valid_from_on) FROM billing.price_list
            WHERE seller_id = seller.id AND valid_from_on < CAST(:today AS date)
        ), '-infinity')
    LEFT JOIN billing.price ON price.price_list_id = list.id AND price.service_id = service.id
    WHERE service.slug = :slug AND (service.active OR NOT :active_only)
    ORDER BY seller.position, seller.id, list.valid_from_on DESC, list.id DESC
""")


@dataclass(frozen=True, slots=True)
class Offer:
    """What one seller asks for the service; `price` is None where his list has none.

    `policy` is his cancellation ladder, None where he has no list at all.
    """

    seller_id: int
    seller: str
    currency: str
    countries: tuple[str, ...]
    inclusive: bool
    """Whether the price's figures hold the tax already."""
    price: UnitPrice | None
    vat_rates: tuple[tuple[date, Vat], ...]
    """By the date of supply from which they hold, newest first."""
    working: WorkingTime
    policy: Policy | None

    def vat_on(self, day: date) -> Vat:
        """What VAT a supply on `day` (a date of the seller's zone) bears; raises NoVatRateError."""
        for since, vat in self.vat_rates:
            if since <= day:
                return vat
        raise NoVatRateError(seller=self.seller, on=day)

    def unit_price(self) -> UnitPrice:
        """The price in force; raises NoPriceError."""
        if self.price is None:
            raise NoPriceError(seller=self.seller)
        return self.price

    def ladder_policy(self) -> Policy:
        """The cancellation policy in force; raises NoPriceError."""
        if self.policy is None:
            raise NoPriceError(seller=self.seller)
        return self.policy


@dataclass(frozen=True, slots=True)
class Sale:
    """One service as it is sold at a moment, and the vendor who does it."""

    service_id: int
    slug: str
    name: Texts
    rules: ServiceRules
    vendor: VendorProfile
    offers: tuple[Offer, ...]
    """One a seller, in the sellers' order."""

    def offer_to(self, country: str) -> Offer:
        """What payers of `country` (ISO 3166 alpha-2) are offered; raises NoSellerError."""
        for wanted in (country, EVERYWHERE):
            for offer in self.offers:
                if wanted in offer.countries:
                    return offer
        raise NoSellerError(country=country)

    def quote(self, offer: Offer, *, start: datetime, now: datetime) -> Quote:
        """The price from `start`, chosen at `now` (both aware), explained; as `quote_for` gives it.

        Raises NoPriceError, NoStepPriceError, NoVatRateError.
        """
        return quote(
            offer.unit_price(),
            service_name=self.name,
            minutes=self.rules.minutes,
            start=start,
            now=now,
            vat=offer.vat_on(offer.working.local(start).date()),
            inclusive=offer.inclusive,
            working=offer.working,
        )


def get_sale(
    db: Session, *, slug: str, seen: Mapping[Topic, str], active_only: bool = True, now: datetime
) -> Sale:
    """Give how the service is sold at `now`, at most one statement; raises NotFoundError.

    `seen` are the revisions of all topics, read before (`revisions`).
    """
    quarter = int(now.timestamp()) // _QUARTER
    return _kept.get(
        db,
        key=(slug, active_only, quarter),
        seen=seen,
        make=lambda: _load(db, slug=slug, active_only=active_only, now=now),
    )


def _load(db: Session, *, slug: str, active_only: bool, now: datetime) -> Sale:
    asked = {"slug": slug, "active_only": active_only, "today": now.astimezone(UTC).date()}
    rows = db.execute(_SALE, asked).all()
    if not rows:
        raise NotFoundError(kind="service")
    first = rows[0]
    if first.vendor is None:
        raise NotFoundError(kind="vendor")
    return Sale(
        service_id=first.id,
        slug=slug,
        name=Texts.from_json(first.name),
        rules=rules_from_json(first.rules),
        vendor=profile_from_json(first.vendor),
        offers=tuple(_offers(rows, now)),
    )


def _offers(rows: Sequence[Row[Any]], now: datetime) -> Iterator[Offer]:
    sold = (row for row in rows if row.code is not None)
    for _, of_seller in groupby(sold, key=attrgetter("seller_id")):
        newest_first = list(of_seller)
        today = now.astimezone(ZoneInfo(newest_first[0].zone)).date()
        in_force = (row for row in newest_first if row.valid_from_on and row.valid_from_on <= today)
        yield _offer(newest_first[0], next(in_force, None))


def _offer(row: Row[Any], listed: Row[Any] | None) -> Offer:
    return Offer(
        seller_id=row.seller_id,
        seller=row.code,
        currency=row.currency,
        countries=tuple(row.countries),
        inclusive=row.inclusive,
        price=None if listed is None else _price(listed),
        vat_rates=tuple((date.fromisoformat(since), _vat(rate, why)) for since, rate, why in row.vat_rates),
        working=WorkingTime(
            zone=row.zone,
            opens=row.opens_minute,
            closes=row.closes_minute,
            days={date.fromisoformat(day): kind for day, kind in row.odd_days},
        ),
        policy=None if listed is None else Policy.from_json(listed.policy),
    )


def _vat(rate: int | None, reason: dict[str, str] | None) -> Vat:
    return Vat(rate, None if reason is None else Texts.from_json(reason))


def _price(row: Row[Any]) -> UnitPrice | None:
    if row.first_minutes is None:
        return None
    step = None if row.step_minor is None else Money(row.step_minor, row.currency)
    return UnitPrice(
        first_minutes=row.first_minutes,
        first=Money(row.first_minor, row.currency),
        step_minutes=row.step_minutes,
        step=step,
        minimum=Money(row.minimum_minor, row.currency),
        factors=tuple(Factor(*facts) for facts in row.factors),
    )
