"""The tax register: what was sold in a period by rate, and VAT on advances where the seller pays it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from billing.reports.periods import Period
    from billing.sellers.models import Seller

_SALES: Final = text("""
    SELECT e.booked_on, e.kind, d.reference, d.number, d.content -> 'buyer' ->> 'name' AS buyer,
        d.buyer_inn, l.vat_rate, l.currency,
        (-coalesce(sum(l.minor) FILTER (WHERE l.account = 'revenue'), 0))::bigint AS net,
        (-coalesce(sum(l.minor) FILTER (WHERE l.account = 'vat'), 0))::bigint AS vat
    FROM billing.entry e JOIN billing.line l ON l.entry_id = e.id AND l.account IN ('revenue', 'vat')
        JOIN billing.document d ON e.source = 'document' AND d.id = e.source_id
    WHERE e.seller_id = :seller_id AND e.booked_on BETWEEN :from_on AND :to_on
    GROUP BY e.id, d.id, l.vat_rate, l.currency
    ORDER BY e.booked_on, e.id, l.vat_rate DESC NULLS LAST
""")
# An advance has the rates of its bill. Of several, each takes its part of the sum.
_ADVANCES: Final = text("""
    SELECT e.id, e.booked_on, o.reference, o.payer ->> 'company' AS buyer, coalesce(o.payer ->> 'inn', '')
            AS buyer_inn, l.currency, -sum(l.minor) AS minor, l.bill_id
    FROM billing.entry e JOIN billing.line l ON l.entry_id = e.id AND l.account = 'advances'
        JOIN billing.bill b ON b.id = l.bill_id JOIN billing."order" o ON o.id = b.order_id
    WHERE e.seller_id = :seller_id AND e.booked_on BETWEEN :from_on AND :to_on
    GROUP BY e.id, o.id, l.currency, l.bill_id HAVING sum(l.minor) <> 0
    ORDER BY e.booked_on, e.id
""")
_RATES: Final = text("""
    SELECT bill_id, vat_rate, sum(gross_minor) FROM billing.bill_line WHERE bill_id = ANY(:ids)
    GROUP BY bill_id, vat_rate ORDER BY bill_id, vat_rate DESC NULLS LAST
""")


@dataclass(frozen=True)
class Sale:
    """One rate of an act or a credit note; a credit note's sums are below zero.

    `rate` is in hundredths of a percent, None without VAT.
    """

    on: date
    kind: str
    reference: str
    number: str
    buyer: str
    inn: str
    rate: int | None
    net: Money
    vat: Money
    gross: Money


@dataclass(frozen=True)
class Advance:
    """VAT on money before its service: to be paid when it comes, taken off when it is set off or goes.

    `gross` and `vat` are below zero in the second case.
    """

    on: date
    reference: str
    buyer: str
    inn: str
    rate: int
    gross: Money
    vat: Money


@dataclass(frozen=True)
class RateTotal:
    """The sums of one rate and currency."""

    rate: int | None
    net: Money
    vat: Money
    gross: Money


@dataclass(frozen=True)
class TaxRegister:
    """Sales in order of their dates with totals by rate; advances only where the seller pays VAT on them."""

    sales: tuple[Sale, ...]
    totals: tuple[RateTotal, ...]
    advances: tuple[Advance, ...]
    advances_vat: tuple[Money, ...]


def tax_register(db: Session, *, seller: Seller, period: Period) -> TaxRegister:
    """What a seller sold within a period, by the journal's dates."""
    asked = {"seller_id": seller.id, "from_on": period.from_on, "to_on": period.to_on}
    sales = tuple(_sale(row) for row in db.execute(_SALES, asked))
    advances = tuple(_advances(db, asked)) if seller.vat_on_advances else ()
    return TaxRegister(sales, _totals(sales), advances, _sums(one.vat for one in advances))


def _sale(row: Any) -> Sale:
    net, vat = Money(row.net, row.currency), Money(row.vat, row.currency)
    return Sale(
        row.booked_on,
        row.kind,
        row.reference,
        row.number,
        row.buyer or "",
        row.buyer_inn,
        row.vat_rate,
        net,
        vat,
        net + vat,
    )


def _totals(sales: Iterable[Sale]) -> tuple[RateTotal, ...]:
    sums: dict[tuple[str, int], RateTotal] = {}
    for one in sales:
        key = (one.net.currency, -1 if one.rate is None else one.rate)
        zero = Money.zero(one.net.currency)
        was = sums.get(key) or RateTotal(one.rate, zero, zero, zero)
        sums[key] = RateTotal(one.rate, was.net + one.net, was.vat + one.vat, was.gross + one.gross)
    return tuple(total for _key, total in sorted(sums.items(), key=lambda item: (item[0][0], -item[0][1])))


def _advances(db: Session, asked: dict[str, Any]) -> Iterable[Advance]:
    rows = db.execute(_ADVANCES, asked).all()
    rates: dict[int, list[tuple[int | None, int]]] = {}
    for bill_id, rate, gross in db.execute(_RATES, {"ids": list({row.bill_id for row in rows})}):
        rates.setdefault(bill_id, []).append((rate, int(gross)))
    for row in rows:
        for rate, part in _shared(int(row.minor), rates.get(row.bill_id, [])):
            if rate:
                gross = Money(part, row.currency)
                vat = Money(vat_within(part, rate), row.currency)
                yield Advance(row.booked_on, row.reference, row.buyer or "", row.buyer_inn, rate, gross, vat)


def vat_within(gross: int, rate: int) -> int:
    """The tax inside a gross sum in minor units, half up by its size; `rate` in hundredths of a percent."""
    size = (2 * abs(gross) * rate + 10_000 + rate) // (2 * (10_000 + rate))
    return size if gross >= 0 else -size


def _shared(minor: int, rates: Sequence[tuple[int | None, int]]) -> Iterable[tuple[int | None, int]]:
    """A sum shared out as the bill's gross is, the last rate taking the remainder."""
    whole, left = sum(gross for _rate, gross in rates), minor
    for n, (rate, gross) in enumerate(rates, start=1):
        part = left if n == len(rates) else minor * gross // whole if whole else 0
        left -= part
        if part:
            yield rate, part


def _sums(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums))
