"""Sellers, dated tax and dated price lists in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from billing import prices, sellers
from billing.prices.errors import NoPriceError, PriceListError
from billing.prices.factors import Factor
from billing.prices.ladder import Policy, Rung
from billing.prices.quote import UnitPrice
from billing.sellers.errors import CountryTakenError, NoSellerError, NoVatRateError, SellerError
from billing.sellers.models import Seller
from billing.sellers.vat import Vat
from services import catalogue, people
from services.catalogue.models import Service
from services.core.money import Money
from services.core.production_years import override_day, propose_year
from services.core.revisions import revisions
from services.core.texts import Texts
from services.core.vendor import edit_vendor
from tests.mails import VENDOR

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


STAFF = "staff:1"
POLICY = Policy((Rung(24, 0), Rung(4, 50), Rung(0, 100, "first_period")))
FACTORS = (Factor("weekend", 200), Factor("holiday", 200))


def rub(minor: int) -> Money:
    return Money(minor, "RUB")


def sell(db: Session, now: datetime, *, code: str = "ooo", countries: tuple[str, ...] = ("RU",)) -> Seller:
    own = people.add_own_organisation(
        db, name=f"ООО {code}", inn=None, kpp=None, ogrn=None, country="RU", address=""
    )
    seller = Seller(
        organisation_id=own.id,
        code=code,
        position=1,
        currency="RUB",
        vat_regime="on_top",
        zone="Europe/Moscow",
        opens_minute=540,
        closes_minute=1080,
        countries=list(countries),
        methods=["card"],
        number_pattern="{year}-{n:06}",
    )
    return sellers.add_seller(db, seller=seller, actor=STAFF, now=now)


def offer(db: Session, now: datetime) -> Service:
    name = Texts(ru="Разовое подключение", en="One-off session")
    service = Service(
        slug="session",
        position=1,
        name=name,
        summary=name,
        lead=name,
        included=[],
        excluded=[],
        needs=[],
        minutes=60,
        grid_minutes=30,
        notice_minutes=60,
        horizon_days=30,
        skills=[],
    )
    return catalogue.add(db, entry=service, actor=STAFF, now=now)


def publish(db: Session, seller: Seller, service: Service, now: datetime) -> None:
    price = UnitPrice(60, rub(450_000), 30, rub(200_000), rub(450_000))
    prices.publish_list(
        db,
        seller=seller,
        valid_from_on=date(2026, 11, 1),
        prices={service.id: price},
        factors=FACTORS,
        policy=POLICY,
        actor=STAFF,
        now=now,
    )
    sellers.add_vat_rate(
        db, seller=seller, vat=Vat(2000), valid_from_on=date(2019, 1, 1), actor=STAFF, now=now
    )
    sellers.add_vat_rate(
        db, seller=seller, vat=Vat(2200), valid_from_on=date(2026, 1, 1), actor=STAFF, now=now
    )


def test_a_price_is_that_of_ordering_and_the_tax_that_of_supply(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    sellers.add_vat_rate(
        db, seller=seller, vat=Vat(2500), valid_from_on=date(2027, 1, 1), actor=STAFF, now=now
    )
    dearer = UnitPrice(60, rub(500_000), 30, rub(250_000), rub(500_000))
    prices.change_prices(
        db, seller=seller, valid_from_on=date(2026, 12, 1), prices={service.id: dearer}, actor=STAFF, now=now
    )

    def gross(start: datetime, at: datetime = now) -> int:
        return prices.quote_for(db, service=service, seller=seller, start=start, now=at).gross.minor

    assert gross(datetime(2026, 11, 26, 7, tzinfo=UTC)) == 549_000
    assert gross(datetime(2026, 12, 10, 7, tzinfo=UTC)) == 549_000
    # 22:00 UTC of the last day is the new year on the seller's clock.
    assert gross(datetime(2026, 12, 31, 22, tzinfo=UTC)) == 562_500
    assert gross(datetime(2026, 12, 10, 7, tzinfo=UTC), now + timedelta(days=10)) == 610_000


def test_a_kept_sale_quotes_what_the_price_list_says(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    edit_vendor(db, profile=VENDOR, actor=STAFF, now=now)
    sale = prices.get_sale(db, slug=service.slug, seen=revisions(db), now=now)
    kept = sale.offer_to("RU")
    starts = [now + timedelta(hours=7 * step) for step in range(1, 60)]
    terms = [prices.terms_for(db, service=service, seller=seller, start=s, now=now) for s in starts]
    assert [(sale.quote(kept, start=s, now=now), kept.ladder_policy()) for s in starts] == terms
    assert (kept.seller_id, kept.currency) == (seller.id, seller.currency)


def test_a_list_counts_from_midnight_on_the_sellers_clock(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    edit_vendor(db, profile=VENDOR, actor=STAFF, now=now)
    for day, minor in ((24, 500_000), (25, 600_000), (25, 700_000)):
        price = UnitPrice(60, rub(minor), 30, rub(250_000), rub(minor))
        since = date(2026, 11, day)
        prices.change_prices(
            db, seller=seller, valid_from_on=since, prices={service.id: price}, actor=STAFF, now=now
        )
    midnight = datetime(2026, 11, 24, 21, tzinfo=UTC)
    for at, minor in (
        (now, 450_000),
        (midnight - timedelta(days=1, minutes=1), 450_000),
        (midnight - timedelta(days=1), 500_000),
        (midnight - timedelta(minutes=1), 500_000),
        (midnight, 700_000),
    ):
        sale = prices.get_sale(db, slug=service.slug, seen=revisions(db), now=at)
        assert sale.offer_to("RU").unit_price().first == rub(minor), at


def test_the_production_calendar_makes_a_holiday_dearer(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    propose_year(db, country="RU", year=2026, actor=STAFF, now=now)
    eve = datetime(2026, 12, 31, 9, tzinfo=UTC)
    made = prices.quote_for(db, service=service, seller=seller, start=eve, now=now)
    assert (made.factor_code, made.gross) == ("holiday", rub(1_098_000))


@pytest.mark.parametrize(
    ("start", "factor"),
    [
        (datetime(2027, 2, 20, 9, tzinfo=UTC), "ordinary"),  # a working Saturday, short as well
        (datetime(2027, 2, 21, 9, tzinfo=UTC), "weekend"),
        (datetime(2027, 2, 22, 9, tzinfo=UTC), "holiday"),  # the day off that moved
        (datetime(2027, 6, 11, 9, tzinfo=UTC), "ordinary"),
        (datetime(2027, 6, 15, 9, tzinfo=UTC), "weekend"),  # a day off by hand
    ],
)
def test_moved_days_cost_what_they_are(db: Session, now: datetime, start: datetime, factor: str) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    propose_year(db, country="RU", year=2027, actor=STAFF, now=now)
    override_day(db, country="RU", on=date(2027, 6, 15), kind="weekend", actor=STAFF, now=now)
    made = prices.quote_for(db, service=service, seller=seller, start=start, now=now)
    assert made.factor_code == factor


def test_a_change_is_a_new_list_and_the_old_one_stays(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    tomorrow = date(2026, 11, 24)
    prices.change_prices(
        db, seller=seller, valid_from_on=tomorrow, prices={service.id: None}, actor=STAFF, now=now
    )
    start = now + timedelta(days=3)
    made = prices.quote_for(db, service=service, seller=seller, start=start, now=now)
    assert made.gross == rub(549_000)
    with pytest.raises(NoPriceError):
        prices.quote_for(db, service=service, seller=seller, start=start, now=now + timedelta(days=1))
    assert [known.valid_from_on for known in prices.list_lists(db, seller=seller)] == [
        tomorrow,
        date(2026, 11, 1),
    ]
    assert prices.policy_for(db, seller=seller, now=now) == POLICY


def test_no_price_is_changed_after_the_fact(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    with pytest.raises(PriceListError) as caught:
        prices.change_prices(
            db, seller=seller, valid_from_on=date(2026, 11, 22), prices={}, actor=STAFF, now=now
        )
    assert caught.value.code == "price_list_past"
    with pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text("UPDATE billing.price SET first_minor = 1"))


@pytest.mark.parametrize(
    ("price", "code"),
    [
        (UnitPrice(60, Money(1, "EUR"), None, None, rub(0)), "price_currency"),
        (UnitPrice(60, rub(-1), None, None, rub(0)), "price_negative"),
        (UnitPrice(60, rub(1), 30, None, rub(0)), "price_step"),
    ],
)
def test_a_bad_price_is_refused_with_its_reason(
    db: Session, now: datetime, price: UnitPrice, code: str
) -> None:
    seller, service = sell(db, now), offer(db, now)
    with pytest.raises(PriceListError) as caught:
        prices.publish_list(
            db,
            seller=seller,
            valid_from_on=date(2026, 12, 1),
            prices={service.id: price},
            factors=(),
            policy=POLICY,
            actor=STAFF,
            now=now,
        )
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("factor", "code"),
    [
        (Factor("urgent", 150), "factor_condition"),
        (Factor("night", 200, from_minute=1), "factor_condition"),
        (Factor("weekend", 99), "factor_range"),
        (replace(Factor("weekend", 200), kind="ordinary"), "factor_condition"),
    ],
)
def test_a_bad_factor_is_refused_with_its_reason(
    db: Session, now: datetime, factor: Factor, code: str
) -> None:
    seller = sell(db, now)
    with pytest.raises(PriceListError) as caught:
        prices.publish_list(
            db,
            seller=seller,
            valid_from_on=date(2026, 12, 1),
            prices={},
            factors=(factor,),
            policy=POLICY,
            actor=STAFF,
            now=now,
        )
    assert caught.value.code == code


def test_the_overview_works_out_every_factor(db: Session, now: datetime) -> None:
    seller, service = sell(db, now), offer(db, now)
    publish(db, seller, service, now)
    page = prices.price_overview(db, seller=seller, now=now)
    row = page.services[0]
    assert (row.gross, row.first, row.step) == (rub(549_000), rub(549_000), rub(244_000))
    assert [(f.factor.kind, f.gross.minor) for f in row.factors] == [
        ("weekend", 1_098_000),
        ("holiday", 1_098_000),
    ]
    assert page.vat == Vat(2200)


def test_the_payers_country_chooses_the_seller(db: Session, now: datetime) -> None:
    with pytest.raises(NoSellerError):
        sellers.seller_for(db, country="RU")
    ours = sell(db, now, countries=("RU", "BY"))
    rest = sell(db, now, code="abroad", countries=("*",))
    assert sellers.seller_for(db, country="BY") == ours
    assert sellers.seller_for(db, country="DE") == rest
    with pytest.raises(CountryTakenError):
        sell(db, now, code="third", countries=("BY",))
    with pytest.raises(CountryTakenError):
        sellers.edit_seller(db, seller=rest, changes={"countries": ["RU"]}, actor=STAFF, now=now)


def test_a_seller_without_tax_takes_no_rate(db: Session, now: datetime) -> None:
    seller = sell(db, now)
    with pytest.raises(NoVatRateError):
        sellers.vat_on(db, seller=seller, day=date(2026, 11, 23))
    sellers.edit_seller(db, seller=seller, changes={"vat_regime": "exempt"}, actor=STAFF, now=now)
    with pytest.raises(SellerError):
        sellers.add_vat_rate(
            db, seller=seller, vat=Vat(2200), valid_from_on=date(2026, 1, 1), actor=STAFF, now=now
        )


def test_a_seller_needs_a_real_zone_and_hours(db: Session, now: datetime) -> None:
    seller = sell(db, now)
    for changes, code in (
        ({"zone": "Mars/Base"}, "seller_zone"),
        ({"zone": "Europe/Moscow", "opens_minute": 1080}, "seller_hours"),
    ):
        with pytest.raises(SellerError) as caught:
            sellers.edit_seller(db, seller=seller, changes=changes, actor=STAFF, now=now)
        assert caught.value.code == code
