"""Who sells in the demo, with which tax and at which prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import prices, sellers
from billing.prices.factors import Factor
from billing.prices.ladder import Policy, Rung
from billing.prices.quote import UnitPrice
from billing.sellers.models import Seller
from billing.sellers.vat import Vat
from services import people
from services.core.money import Money
from services.people.bank_accounts import BankDetails, add_bank_account
from webapp.demo.offerings import ACTOR
from webapp.demo.source import Table, hundredths, minute, money, texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from services.catalogue.models import Service


def add_sellers(
    db: Session, source: Table, *, services: Mapping[str, Service], now: datetime
) -> list[Seller]:
    """Write the sellers with their tax, provider accounts and first price lists."""
    made = []
    for position, row in enumerate(source["seller"], 1):
        seller = sellers.add_seller(db, seller=_seller(db, row, position), actor=ACTOR, now=now)
        for rate in row["vat"]:
            sellers.add_vat_rate(
                db, seller=seller, vat=_vat(rate), valid_from_on=rate["from"], actor=ACTOR, now=now
            )
        add_bank_account(
            db, organisation=seller.organisation, details=_bank(row), main=True, actor=ACTOR, now=now
        )
        sellers.add_provider_account(
            db,
            seller=seller,
            provider="stripe",
            livemode=False,
            account=row["sandbox_account"],
            actor=ACTOR,
            now=now,
        )
        _publish(db, source["price_list"], seller, services, now=now)
        made.append(seller)
    return made


def _seller(db: Session, row: Table, position: int) -> Seller:
    entity = row["organisation"]
    own = people.add_own_organisation(
        db,
        name=entity["name"],
        inn=entity.get("inn"),
        kpp=entity.get("kpp"),
        ogrn=entity.get("ogrn"),
        country=entity["country"],
        address=entity["address"],
    )
    return Seller(
        organisation_id=own.id,
        position=position,
        is_demo=True,
        opens_minute=minute(row["opens"]),
        closes_minute=minute(row["closes"]),
        **{
            name: row[name]
            for name in ("code", "currency", "vat_regime", "zone", "countries", "methods", "number_pattern")
        },
        **{
            name: row[name]
            for name in ("head_position", "head_name", "accountant_name", "receipt_methods")
            if name in row
        },
    )


def _bank(row: Table) -> BankDetails:
    said = row["bank"]
    return BankDetails(
        currency=row["currency"],
        bank_name=said["name"],
        account=said["account"],
        bic=said.get("bic", ""),
        corr_account=said.get("corr_account", ""),
        city=said["city"],
        swift=said.get("swift", ""),
    )


def _vat(row: Table) -> Vat:
    if "reason" in row:
        return Vat(None, texts(row["reason"]))
    return Vat(hundredths(row["percent"]))


def _publish(
    db: Session, table: Table, seller: Seller, services: Mapping[str, Service], *, now: datetime
) -> None:
    rows: Table = table[seller.code]
    prices.publish_list(
        db,
        seller=seller,
        valid_from_on=table["valid_from"],
        prices={services[slug].id: _price(row, seller.currency) for slug, row in rows.items()},
        factors=factors(table),
        policy=policy(table),
        is_demo=True,
        actor=ACTOR,
        now=now,
    )


def _price(row: Table, currency: str) -> UnitPrice:
    first = money(row["first"], currency)
    step = money(row["step"], currency) if "step" in row else None
    minimum = money(row["minimum"], currency) if "minimum" in row else Money.zero(currency)
    return UnitPrice(row["first_minutes"], first, row.get("step_minutes"), step, minimum)


def factors(table: Table) -> list[Factor]:
    """The factors of the demo's price list."""
    return [
        Factor(
            kind=row["kind"],
            hundredths=hundredths(row["times"]),
            from_minute=minute(row["from"]) if "from" in row else None,
            until_minute=minute(row["until"]) if "until" in row else None,
            within_minutes=row.get("within_minutes"),
        )
        for row in table["factors"]
    ]


def policy(table: Table) -> Policy:
    """The cancellation policy of the demo's price list."""
    rungs = tuple(Rung(row["hours"], row["percent"], row["of"]) for row in table["ladder"])
    return Policy(rungs, table["grace_minutes"], table["free_moves"])
