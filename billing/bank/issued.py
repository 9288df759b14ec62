"""What the judge has to know of the invoices that a seller has issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select

from billing.bank.matching import Invoice, Standing
from billing.invoices.models import Document
from billing.orders.models import Bill, Order
from billing.payments.models import Allocation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def list_issued(db: Session, *, seller_id: int, bill_ids: Collection[int] | None = None) -> Sequence[Invoice]:
    """Every invoice of the seller, in force or not, or only those of some bills."""
    query = _query().where(Document.seller_id == seller_id)
    if bill_ids is not None:
        query = query.where(Document.bill_id.in_(bill_ids))
    return [
        Invoice(
            id=row.id,
            number=row.number,
            bill_id=row.bill_id,
            buyer_inn=row.buyer_inn.strip(),
            currency=row.currency,
            owed=int(row.payable - row.put),
            standing=row.standing,
            flagged=row.attention is not None,
        )
        for row in db.execute(query)
    ]


def in_lock_order(db: Session, *, bill_ids: Collection[int]) -> list[int]:
    """The bills in the order in which they are locked: by their orders, then by themselves."""
    query = select(Bill.id).where(Bill.id.in_(bill_ids)).order_by(Bill.order_id, Bill.id)
    return list(db.scalars(query))


def _query() -> Select[tuple[int, str, int, str, str, int, int, Standing, str | None]]:
    put = (
        select(Allocation.bill_id, func.sum(Allocation.amount_minor).label("put"))
        .group_by(Allocation.bill_id)
        .subquery()
    )
    standing = case(
        (or_(Document.voided_at.is_not(None), Bill.state == "void"), "void"),
        (Bill.state == "covered", "covered"),
        else_="open",
    )
    return (
        select(
            Document.id,
            Document.number,
            Document.bill_id,
            Document.buyer_inn,
            Document.currency,
            (Bill.total_minor - Bill.reduced_minor).label("payable"),
            func.coalesce(put.c.put, 0).label("put"),
            standing.label("standing"),
            Order.attention,
        )
        .join(Bill, Bill.id == Document.bill_id)
        .join(Order, Order.id == Bill.order_id)
        .outerjoin(put, put.c.bill_id == Bill.id)
        .where(Document.kind == "schet")
        .order_by(Document.id)
    )
