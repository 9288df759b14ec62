"""Acts and credit notes in the books, and the advances that are set off against them.

What came for a bill is an advance until the service is rendered; then as much of it as the act
says is set off. So of a bill's two balances, advances and receivable, one is always 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.journal.balances import bill_balance
from billing.journal.posting import Posting, Side, moved, post_all
from services.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Supply:
    """What one VAT rate has of an act or a credit note, in minor units that aren't negative.

    `vat_rate` is in hundredths of a percent; None is a supply without VAT.
    """

    net_minor: int
    vat_minor: int
    vat_rate: int | None


def recognise(
    db: Session,
    *,
    seller_id: int,
    order_id: int | None,
    bill_id: int,
    document_id: int,
    supplies: Sequence[Supply],
    currency: str,
    booked_on: date,
    now: datetime,
) -> None:
    """Post an act: receivable against revenue and VAT, and set off what came for the bill.

    The bill is locked by the caller. The database refuses the same document twice.
    """
    gross = sum(one.net_minor + one.vat_minor for one in supplies)
    sides = [Side("receivable", gross, currency, bill_id=bill_id), *_sold(supplies, -1, currency, bill_id)]
    entry = Posting(seller_id, "document", document_id, "act", booked_on, sides, order_id)
    _with_set_off(db, entry, bill_id, currency, recognised=gross, now=now)


def correct(
    db: Session,
    *,
    seller_id: int,
    order_id: int | None,
    bill_id: int,
    document_id: int,
    supplies: Sequence[Supply],
    currency: str,
    booked_on: date,
    now: datetime,
) -> None:
    """Post a credit note: revenue and VAT against receivable; money it sets free is an advance again.

    The bill is locked by the caller, who also lowers it (`orders.reduce_bill`).
    """
    gross = sum(one.net_minor + one.vat_minor for one in supplies)
    sides = [*_sold(supplies, 1, currency, bill_id), Side("receivable", -gross, currency, bill_id=bill_id)]
    entry = Posting(seller_id, "document", document_id, "credit_note", booked_on, sides, order_id)
    _with_set_off(db, entry, bill_id, currency, recognised=-gross, now=now)


def follow_money(db: Session, posting: Posting, *, bill_id: int, put: Money, now: datetime) -> None:
    """Post money coming to a bill or leaving it (`put` below zero), and set off what that changes.

    The bill is locked by the caller.
    """
    _with_set_off(db, posting, bill_id, put.currency, put=put.minor, now=now)


def _with_set_off(
    db: Session,
    posting: Posting,
    bill_id: int,
    currency: str,
    *,
    put: int = 0,
    recognised: int = 0,
    now: datetime,
) -> None:
    """Post the entry and, if it changes how much of the money is earned, the set-off with it."""
    before = bill_balance(db, bill_id=bill_id)
    due = min(before.put + put, before.recognised + recognised) - before.set_off
    amount = Money(due, currency)
    follow = Posting(
        posting.seller_id,
        posting.source,
        posting.source_id,
        "set_off" if due > 0 else "unset_off",
        posting.booked_on,
        moved(amount, debit="advances", credit="receivable", bill_id=bill_id),
        posting.order_id,
    )
    post_all(db, [posting, follow], now=now)


def _sold(supplies: Sequence[Supply], sign: int, currency: str, bill_id: int) -> list[Side]:
    sides = []
    for one in supplies:
        sides.append(Side("revenue", sign * one.net_minor, currency, bill_id=bill_id, vat_rate=one.vat_rate))
        sides.append(Side("vat", sign * one.vat_minor, currency, bill_id=bill_id, vat_rate=one.vat_rate))
    return sides
