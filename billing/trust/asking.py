"""Asking for a confirmation before the money: a payment order is attached, or credit wished for.

While staff look at it the time is reserved, at most to the start less the notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from billing import orders, sellers
from billing.invoices import issue_for_order
from billing.orders import deadlines, keep_limits
from billing.trust.errors import PaymentOrderError, TooLateToAskError
from billing.trust.models import TrustRequest
from billing.trust.offering import offers
from billing.trust.queries import find_request, find_waiting
from services import sessions
from services.core import files
from services.core.audit import record
from services.core.jobs import defer
from services.core.references import new_reference

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.invoices.models import Document
    from billing.orders import Agreement, Term
    from billing.orders.models import Order
    from billing.trust.offering import Method, Offer

SHOWN: Final = ("application/pdf", "image/jpeg", "image/png")
"""What a payment order may be: staff look at it, and nothing of it is run."""


def submit_by_payment_order(
    db: Session, *, order: Order, agreement: Agreement, billing_email: str = "", now: datetime
) -> Document:
    """Make the order binding, issue the invoice, and keep the time until a payment order is attached.

    Submitting again gives the same invoice. Raises what `orders.submit` raises; MethodNotOfferedError
    also when the start is nearer than its notice.
    """
    term = _term(db, order, "payment_order", billing_email, now=now)
    bill = orders.submit(db, order=order, method="payment_order", agreement=agreement, term=term, now=now)
    return issue_for_order(db, bill=bill, now=now)


def submit_on_credit(
    db: Session, *, order: Order, agreement: Agreement, billing_email: str = "", now: datetime
) -> TrustRequest:
    """Make the order binding and ask staff for credit; the invoice is issued once they have granted it.

    Submitting again gives the same request, whatever was answered. Raises what `orders.submit`
    raises; MethodNotOfferedError also when the company has no credit, or not enough of it, and for
    an order that was submitted by another way.
    """
    if order.state != "draft":
        known = find_request(db, order=order)
        if known is None or known.kind != "credit":
            raise orders.MethodNotOfferedError("method", field="method", method="credit")
        return known
    term = _term(db, order, "credit", billing_email, now=now)
    orders.submit(db, order=order, method="credit", agreement=agreement, term=term, now=now)
    return _ask(db, order, "credit", None, now=now)


def attach_payment_order(
    db: Session, *, order: Order, content: bytes, name: str, now: datetime
) -> TrustRequest:
    """Attach a payment order to a locked order that waits for its money, and ask staff to look at it.

    While one waits for its answer another file takes its place. Raises PaymentOrderError,
    FileRefusedError and InvalidError for the file, HoldOverError, TooLateToAskError.
    """
    orders.require_hold(order, now=now)
    if order.state != "awaiting_payment" or order.attention is not None:
        raise orders.HoldOverError(reference=order.reference)
    stored = files.store(db, content=content, name=name, subject_ref=subject_of(order), now=now)
    if stored.media not in SHOWN or stored.verdict != "accepted":
        raise PaymentOrderError("payment_order_kind", field="files", name=stored.name)
    waiting = find_waiting(db, order=order)
    if waiting is not None and waiting.kind == "payment_order":
        waiting.file_ref = stored.reference
        db.flush()
        return waiting
    return _ask(db, order, "payment_order", stored.reference, now=now)


def subject_of(order: Order) -> str:
    """What payment orders are filed under."""
    return f"payment_order:{order.reference}"


def _term(db: Session, order: Order, method: Method, billing_email: str, *, now: datetime) -> Term | None:
    if order.state != "draft":
        return None
    offer = _offer_of(db, order, method, now=now)
    if offer.why == "unpaid_addendum":
        raise orders.UnpaidAddendumError("unpaid_addendum", field="method")
    if offer.term is None:
        raise orders.MethodNotOfferedError("method", field="method", method=method)
    order.billing_contact = {"name": "", "email": billing_email} if billing_email else None
    return offer.term


def _offer_of(db: Session, order: Order, method: Method, *, now: datetime) -> Offer:
    return next(offer for offer in offers(db, order=order, now=now) if offer.method == method)


def _ask(db: Session, order: Order, kind: str, file_ref: str | None, *, now: datetime) -> TrustRequest:
    waiting = find_waiting(db, order=order)
    if waiting is not None:
        return waiting
    answer = deadlines.answer_until(
        now,
        starts_at=order.session.starts_at,
        notice=orders.notice_of(order),
        business=sellers.office_calendar(db, seller=order.seller),
        limits=keep_limits(db),
    )
    if answer is None:
        raise TooLateToAskError(order=order.reference)
    sessions.reserve(db, session=order.session, until=answer.kept_until, now=now)
    request = TrustRequest(
        reference=new_reference("A"),
        order=order,
        kind=kind,
        state="waiting",
        file_ref=file_ref,
        asked_at=now,
        alarm_at=answer.alarm_at,
    )
    db.add(request)
    db.flush()
    record(
        db, actor="customer", verb=f"trust_request.ask_{kind}",
        subject=f"trust_request:{request.reference}", now=now,
    )  # fmt: skip
    defer(db, "alarm_trust", queue="paid", at=answer.alarm_at, request=request.reference)
    return request
