"""Money that came by bank, as a line of a statement says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing import journal
from billing.journal.posting import moved
from billing.payments.models import Payment
from services.core.references import new_reference

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.journal.posting import Account
    from billing.sellers.models import Seller
    from services.core.money import Money


def take_transfer(
    db: Session,
    *,
    seller: Seller,
    bank_line_id: int,
    amount: Money,
    received_on: date,
    payer_name: str | None,
    payer_inn: str | None,
    now: datetime,
) -> Payment:
    """Record money that a line of a statement shows on the seller's account; it has no bill yet.

    `received_on` is the bank's date, on which it is booked. The database refuses a line twice.
    """
    payment = Payment(
        reference=new_reference("P"),
        seller=seller,
        bank_line_id=bank_line_id,
        amount_minor=amount.minor,
        amount_currency=amount.currency,
        livemode=True,
        method="transfer",
        captured_at=now,
        received_on=received_on,
        payer_name=payer_name,
        payer_inn=payer_inn,
        needs_receipt="transfer" in seller.receipt_methods,
    )
    db.add(payment)
    db.flush()
    journal.post_all(db, [capture(payment, order_id=None)], now=now)
    return payment


def capture(payment: Payment, *, order_id: int | None) -> journal.Posting:
    """The entry of money that came: on the seller's account, or with the card provider."""
    account: Account = "clearing" if payment.bank_line_id is None else "bank"
    return journal.Posting(
        payment.seller_id,
        "payment",
        payment.id,
        "capture",
        payment.received_on,
        moved(payment.amount, debit=account, credit="unapplied", payment_id=payment.id),
        order_id,
    )
