"""Cancelling a paid order: the time is freed, part of the money goes back, part may be kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing import invoices
from billing.orders import find_main_bill, give_up, step_at, today_of
from billing.orders.letters import send_cancellation
from billing.orders.models import Bill, BillLine
from billing.orders.states import BILL
from billing.payments.applying import allocate, free_bill
from billing.payments.queries import list_standing
from billing.refunds.commands import request_refund
from billing.refunds.queries import left_of
from billing.sellers.vat import Vat, tax
from services.core.money import Money
from services.core.references import new_reference
from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from billing.payments.models import Payment
    from billing.prices.ladder import Step
    from billing.refunds.models import Refund

_FEE = Texts(ru="Отказ от сеанса позже бесплатного срока", en="Cancellation after the free limit")


@dataclass(frozen=True)
class Ending:
    """What is kept of an order that ends, of which money, and what the bill for it says."""

    kept: Money
    freed: Sequence[tuple[Payment, Money]]
    text: Texts


def step_on_cancelling(db: Session, *, order: Order, at: datetime) -> Step:
    """What a cancellation by the customer at `at` keeps and gives back by the order's frozen ladder.

    What went back before, by hand, counts as given back already: never more than what is left. Of
    who was trusted the same is kept, and owed as far as nothing came yet.
    """
    return step_within(db, order, step_at(order, at))


def step_within(db: Session, order: Order, step: Step) -> Step:
    """A step of the ladder within what came for the order, or may be owed."""
    left = left_of(db, order=order)
    kept = step.kept if order.credit_due_on is not None else min(step.kept, left)
    return replace(step, kept=kept, refund=min(step.refund, max(left - kept, Money.zero(left.currency))))


def cancel_order(db: Session, *, order: Order, actor: str, now: datetime) -> Sequence[Refund]:
    """Cancel at `now` by the order's frozen ladder; the vendor's cancellation gives all back.

    The order is locked by the caller; `actor` is `customer` or `staff:<person id>`. Main bill,
    kept fee and refunds add up: what was paid is what is kept and what goes back; of a session
    that was confirmed before its money, the fee is a bill to be paid. Before it is confirmed all
    that came in part goes back. Raises IllegalMoveError once the order is over.
    """
    bill = find_main_bill(order)
    paid = bill is not None and is_paid_or_owed(db, order, bill)
    step = step_on_cancelling(db, order=order, at=now)
    kept, back = step.kept, step.refund
    if bill is not None and (actor != "customer" or order.confirmed_at is None):
        kept, back = Money.zero(order.currency), min(bill.total, left_of(db, order=order))
    freed = free_bill(db, bill=bill, now=now) if bill is not None and paid else []
    give_up(db, order=order, actor=actor, now=now)
    made: Sequence[Refund] = []
    owed = None
    if bill is not None and paid:
        owed = settle_end(db, order, bill, Ending(kept, freed, _FEE), actor=actor, now=now)
        made = request_refund(db, order=order, amount=back, reason="cancelled", actor=actor, now=now)
    if order.confirmed_at is not None:
        send_cancellation(
            db,
            order=order,
            ended_by="customer" if actor == "customer" else "vendor",
            refund=back if paid else None,
            kept=kept if paid else None,
            owed=owed,
            now=now,
        )
    return made


def is_paid_or_owed(db: Session, order: Order, bill: Bill) -> bool:
    """Whether ending the order is about money: some came, or it was confirmed without."""
    trusted = order.credit_due_on is not None and bill.state == "open"
    return trusted or bill.state == "covered" or bool(list_standing(db, bill=bill))


def settle_end(
    db: Session, order: Order, main: Bill, ending: Ending, *, actor: str, now: datetime
) -> Money | None:
    """Void the main bill of an order that has ended, whose money is free, and bill what is kept.

    Gives what of that is still to be paid, if any is.
    """
    if main.state != "void":
        BILL.move(db, main, "void", actor=actor, now=now)
    db.flush()
    return _keep_fee(db, order, main, ending, now=now) if ending.kept else None


def _keep_fee(db: Session, order: Order, main: Bill, ending: Ending, *, now: datetime) -> Money | None:
    """A bill of its own for what is kept, with its tax and act, paid by the money that is there.

    Taken from the newest payment on, because refunds are taken from the oldest. What nothing came
    for is owed: the customer was trusted, and gets an invoice for it.
    """
    fee = _fee_bill(order, main, ending, now=now)
    db.add(fee)
    db.flush()
    rest = ending.kept
    for payment, amount in ending.freed:
        part = min(rest, amount)
        if part:
            allocate(db, payment, fee, part, earned=False, now=now)
        rest -= part
    if not rest:
        BILL.move(db, fee, "cover", actor="system", now=now)
    else:
        invoices.issue_invoice(db, bill=fee, now=now)
    invoices.issue_act(db, bill=fee, service_on=today_of(order, now), now=now)
    return rest or None


def _fee_bill(order: Order, main: Bill, ending: Ending, *, now: datetime) -> Bill:
    first, kept = main.lines[0], ending.kept
    taxed = tax(kept, Vat(first.vat_rate, first.vat_reason), inclusive=True)
    return Bill(
        reference=new_reference("B"),
        order=order,
        kind="fee",
        state="open",
        total_minor=kept.minor,
        total_currency=kept.currency,
        due_at=max(now, main.due_at),
        created_at=now,
        lines=[
            BillLine(
                position=1,
                session_id=order.session_id,
                quantity=1,
                text=ending.text,
                net_minor=taxed.net.minor,
                vat_rate=first.vat_rate,
                vat_reason=first.vat_reason,
                vat_minor=taxed.vat.minor,
                gross_minor=kept.minor,
            )
        ],
    )
