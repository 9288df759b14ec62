"""What staff answer: the session is confirmed before its money is there, or it isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from billing import orders, sellers
from billing.invoices import issue_invoice
from billing.orders import confirm_on_trust, find_main_bill, find_order_of, get_order_by_id, keep_limits
from billing.tasks import close_about, open_task
from billing.trust.errors import CreditLimitError, TrustAnsweredError
from billing.trust.letters import send_refusal
from billing.trust.lines import find_credit_line, open_with
from billing.trust.models import TrustRequest
from billing.trust.offering import attach_term, credit_due_on
from billing.trust.queries import get_request
from billing.trust.states import TRUST
from services import sessions

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order


def grant_trust(db: Session, *, reference: str, actor: str, reason: str, now: datetime) -> TrustRequest:
    """Confirm the session on what was asked; the bill stays open, and what is owed has its date.

    `reason` is what staff write down for themselves. Order, bill and credit line are locked here.
    Raises TrustAnsweredError when another one was faster or the order needs no answer any more,
    CreditLimitError when the company would owe more than it may, SlotGoneError.
    """
    request = _locked(db, reference)
    order = request.order
    bill = find_main_bill(order)
    if bill is None:
        raise TrustAnsweredError(order=order.reference, state=order.state)
    due_on = _due_on(db, request, order, now=now)
    confirm_on_trust(db, order=order, bill=bill, reason=request.kind, due_on=due_on, actor=actor, now=now)
    _answer(db, request, "grant", actor=actor, reason=reason, now=now)
    # On credit there is no invoice yet; a payment order pays one that is there.
    issue_invoice(db, bill=bill, actor=actor, now=now)
    return request


def refuse_trust(db: Session, *, reference: str, actor: str, reason: str, now: datetime) -> TrustRequest:
    """Say no, and why: the customer reads `reason`, and has as long as at first for another way.

    Raises TrustAnsweredError.
    """
    request = _locked(db, reference)
    order = request.order
    _answer(db, request, "refuse", actor=actor, reason=reason, now=now)
    term = attach_term(db, order, now)
    until = term.kept_until if term else now
    if sessions.is_held(order.session, now=now):
        sessions.shorten_hold(db, session=order.session, until=until, now=now)
    bill = find_main_bill(order)
    if request.kind == "credit" and bill is not None and term is not None:
        # Another way needs the invoice, which on credit isn't there yet.
        order.method, bill.due_at = "payment_order", term.due_at
        issue_invoice(db, bill=bill, actor=actor, now=now)
    send_refusal(db, order=order, reason=reason, kept_until=until, now=now)
    return request


def lapse_trust(db: Session, *, order: Order, now: datetime) -> bool:
    """Note that a locked order that has moved on needs no answer any more; True if one waited."""
    if order.state == "awaiting_payment":
        return False
    request = db.scalar(
        select(TrustRequest).where(TrustRequest.order_id == order.id, TrustRequest.state == "waiting")
    )
    if request is None:
        return False
    _answer(db, request, "lapse", actor="system", reason=None, now=now)
    return True


def lapse_after(db: Session, *, session_id: int, now: datetime) -> bool:
    """The same for whoever sold a session whose hold is over; safe for those that nobody sold."""
    session = sessions.get_session_by_id(db, session_id=session_id)
    found = find_order_of(db, session=session)
    if found is None or found.state == "awaiting_payment":
        return False
    return lapse_trust(db, order=get_order_by_id(db, order_id=found.id, lock=True), now=now)


def alarm_trust(db: Session, *, reference: str, now: datetime) -> bool:
    """Ask the staff once more, by a task and a mail, if a request still waits; True if it does."""
    request = get_request(db, reference=reference)
    order = get_order_by_id(db, order_id=request.order_id, lock=True)
    db.refresh(request)
    if request.state != "waiting" or lapse_trust(db, order=order, now=now):
        return False
    facts = {"minor": order.quote.gross.minor, "currency": order.currency}
    subject = f"order:{order.reference}"
    open_task(db, kind="trust_waits", subject=subject, facts=facts, about=about(request), now=now)
    return True


def about(request: TrustRequest) -> str:
    """What the task about a request without an answer is about."""
    return f"answer {request.reference}"


def _locked(db: Session, reference: str) -> TrustRequest:
    """The waiting request with its order locked; raises TrustAnsweredError."""
    request = get_request(db, reference=reference)
    order = get_order_by_id(db, order_id=request.order_id, lock=True)
    db.refresh(request)
    if request.state != "waiting" or order.state != "awaiting_payment":
        raise TrustAnsweredError(order=order.reference, state=request.state)
    return request


def _due_on(db: Session, request: TrustRequest, order: Order, *, now: datetime) -> date:
    if request.kind == "payment_order":
        business = sellers.office_calendar(db, seller=order.seller)
        return business.add_business_days(orders.today_of(order, now), keep_limits(db).pay_by_business_days)
    line = None
    if order.organisation_id is not None:
        line = find_credit_line(db, organisation_id=order.organisation_id, lock=True)
    if line is None or line.currency != order.currency:
        raise CreditLimitError(order=order.reference, left=0)
    left = line.limit - open_with(db, organisation_id=line.organisation_id, currency=line.currency)
    if left < order.quote.gross:
        raise CreditLimitError(order=order.reference, left=max(left.minor, 0))
    return credit_due_on(order, line.term_days)


def _answer(
    db: Session, request: TrustRequest, verb: str, *, actor: str, reason: str | None, now: datetime
) -> None:
    # The moment first: moving flushes, and the database wants an answer to have one.
    request.answered_at, request.answered_by, request.reason = now, actor, reason
    TRUST.move(db, request, verb, actor=actor, now=now)
    db.flush()
    close_about(db, about=about(request), actor=actor, note=verb, now=now)
