"""What a fetched payment page means for its attempt, the bill and the order.

Everything here runs in one transaction with order, bill and attempt locked, and may run any
number of times on the same facts: the second time nothing is left to do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from billing import journal
from billing.orders.confirming import need_attention
from billing.orders.errors import OrderEndedError, SlotGoneError
from billing.payments.applying import place, takes_money
from billing.payments.aside import keep_aside
from billing.payments.keeping import give_up_unsettled, keep_while_settling
from billing.payments.models import Payment
from billing.payments.queries import open_amount
from billing.payments.states import ATTEMPT
from billing.payments.transfers import capture
from billing.tasks import open_task
from services.core.jobs import defer
from services.core.references import new_reference

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Bill
    from billing.payments.models import Attempt
    from billing.payments.provider import Checkout

_log = structlog.get_logger()
_AFTER_EXPIRY = timedelta(minutes=1)
_WHILE_OPEN = timedelta(minutes=10)
_WHILE_PROCESSING = timedelta(hours=1)
_HOPELESS = frozenset({"requires_payment_method", "canceled"})


def settle(db: Session, *, attempt: Attempt, checkout: Checkout, now: datetime) -> None:
    """Bring the attempt, its bill and its order to what the provider's page says.

    `attempt` comes from lock_attempt. Money that is there is recorded whatever else is wrong;
    it covers the bill only when page, amount, currency, mode and references all agree.
    """
    wrong = differences(attempt, checkout)
    if checkout.flags:
        _flag(db, attempt, checkout, now=now)
    if attempt.provider_ref is None and "attempt" not in wrong:
        _remember_page(db, attempt, checkout, now=now)
    if checkout.is_paid:
        _record_money(db, attempt, checkout, wrong, now=now)
    elif wrong:
        _refuse_page(db, attempt, checkout, wrong, now=now)
    else:
        _follow(db, attempt, checkout, now=now)
    db.flush()


def differences(attempt: Attempt, checkout: Checkout) -> list[str]:
    """Name what of the page is not as the attempt wrote it down; empty when all agrees."""
    paid = checkout.received if checkout.is_paid else attempt.amount
    pairs = {
        "attempt": (checkout.attempt_reference, attempt.reference),
        "page": (checkout.reference, attempt.provider_ref or checkout.reference),
        "livemode": (checkout.livemode, attempt.livemode),
        "amount": (checkout.amount, attempt.amount),
        "received": (paid, attempt.amount),
        # Nothing of ours costs nothing.
        "payment_status": (checkout.payment_status == "no_payment_required", False),
    }
    return [name for name, (is_so, should_be) in pairs.items() if is_so != should_be]


def _remember_page(db: Session, attempt: Attempt, checkout: Checkout, *, now: datetime) -> None:
    attempt.provider_ref = checkout.reference
    if attempt.state == "created":
        ATTEMPT.move(db, attempt, "open", actor="provider", now=now)


def _flag(db: Session, attempt: Attempt, checkout: Checkout, *, now: datetime) -> None:
    open_task(
        db,
        kind="unknown_provider_value",
        subject=f"attempt:{attempt.reference}",
        facts={"flags": list(checkout.flags), "page": checkout.reference},
        now=now,
    )


def _refuse_page(
    db: Session, attempt: Attempt, checkout: Checkout, wrong: list[str], *, now: datetime
) -> None:
    """Ask a person about a page without money that is not the one we asked for."""
    facts = {"page": checkout.reference, "wrong": wrong, "status": checkout.status}
    open_task(db, kind="page_differs", subject=f"attempt:{attempt.reference}", facts=facts, now=now)
    attempt.error = "differs: " + ", ".join(wrong)
    if attempt.ended_at is not None:
        attempt.next_check_at = None
    elif checkout.status == "expired" and attempt.state == "open":
        _end(db, attempt, "expire", now=now)
    elif "payment_status" in wrong:
        _end(db, attempt, "fail", now=now)
    else:
        attempt.next_check_at = now + _WHILE_OPEN


def _follow(db: Session, attempt: Attempt, checkout: Checkout, *, now: datetime) -> None:
    """Move an attempt without money along with its page."""
    attempt.intent_ref = checkout.intent_ref or attempt.intent_ref
    # What came late, or was remembered by the provider, takes nothing back.
    attempt.page_url = checkout.url if attempt.state == "open" else None
    if attempt.ended_at is not None:
        attempt.next_check_at = None
    elif checkout.status == "open":
        attempt.next_check_at = max(min(now + _WHILE_OPEN, checkout.expires_at), now + _AFTER_EXPIRY)
    elif checkout.status == "expired":
        _end(db, attempt, "expire", now=now)
    elif checkout.status == "complete" and checkout.intent_status in _HOPELESS:
        _end(db, attempt, "fail", now=now)
        give_up_unsettled(db, order=attempt.bill.order, now=now)
    else:
        if checkout.status == "complete" and attempt.state == "open":
            ATTEMPT.move(db, attempt, "process", actor="provider", now=now)
            keep_while_settling(db, order=attempt.bill.order, now=now)
        attempt.next_check_at = now + _WHILE_PROCESSING


def _end(db: Session, attempt: Attempt, verb: str, *, now: datetime) -> None:
    # The moment first: moving flushes, and the database wants an end to have one.
    attempt.ended_at, attempt.next_check_at, attempt.page_url = now, None, None
    ATTEMPT.move(db, attempt, verb, actor="provider", now=now)


def _record_money(
    db: Session, attempt: Attempt, checkout: Checkout, wrong: list[str], *, now: datetime
) -> None:
    if checkout.received is None:
        return
    if attempt.state == "captured":
        if attempt.intent_ref not in {checkout.intent_ref, checkout.reference}:
            _ask_about_stranger(db, attempt, checkout, now=now)
        return
    attempt.intent_ref = checkout.intent_ref or checkout.reference
    attempt.provider_ref = attempt.provider_ref or checkout.reference
    _end(db, attempt, "capture", now=now)
    seller = attempt.bill.order.seller
    payment = Payment(
        reference=new_reference("P"),
        seller=seller,
        attempt=attempt,
        amount_minor=checkout.received.minor,
        amount_currency=checkout.received.currency,
        livemode=checkout.livemode,
        intent_ref=attempt.intent_ref,
        charge_ref=checkout.charge_ref,
        method=checkout.method,
        captured_at=now,
        received_on=journal.booked_today(seller, now),
        needs_receipt="card" in seller.receipt_methods,
    )
    db.add(payment)
    db.flush()
    entry, bill = capture(payment, order_id=attempt.bill.order_id), attempt.bill
    if not wrong and _applied(db, payment, bill, entry, now=now):
        return
    journal.post_all(db, [entry], now=now)
    if wrong:
        keep_aside(db, payment, bill.order, "payment_differs", wrong=wrong, now=now)
        need_attention(db, order=bill.order, reason="payment_differs", now=now)


def _ask_about_stranger(db: Session, attempt: Attempt, checkout: Checkout, *, now: datetime) -> None:
    """A second page that names our attempt was paid: nothing we opened, but money all the same."""
    open_task(
        db,
        kind="payment_of_unknown_page",
        subject=f"attempt:{attempt.reference}",
        facts={"page": checkout.reference, "intent": checkout.intent_ref},
        about=f"unknown page {checkout.reference}",
        now=now,
    )


def _applied(db: Session, payment: Payment, bill: Bill, entry: journal.Posting, *, now: datetime) -> bool:
    """Put money that is in order to its bill, its own `entry` along; False when it has no place there.

    Then it is given back, or waits for a person.
    """
    owed = open_amount(db, bill=bill)
    whole = payment.amount == owed
    if not takes_money(bill) or payment.amount > owed or not (whole or bill.state == "open"):
        _give_back(db, payment, bill, "paid_twice", now=now)
        return False
    try:
        place(
            db, payment=payment, bill=bill, amount=payment.amount, whole=whole, first=[entry],
            actor="provider", now=now,
        )  # fmt: skip
    except OrderEndedError:
        _give_back(db, payment, bill, "paid_after_cancelling", now=now)
    except SlotGoneError:
        keep_aside(db, payment, bill.order, "paid_after_time_was_gone", now=now)
    else:
        return True
    return False


def _give_back(db: Session, payment: Payment, bill: Bill, reason: str, *, now: datetime) -> None:
    keep_aside(db, payment, bill.order, reason, now=now)
    defer(
        db,
        "refund_surplus",
        queue="paid",
        lock=f"refund_surplus {payment.reference}",
        payment=payment.reference,
    )
