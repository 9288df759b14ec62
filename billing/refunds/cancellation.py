"""Cancelling a paid order: the time is freed, part of the money goes back, part may be kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.invoices import issue_act
from billing.journal import booked_today
from billing.orders import find_main_bill, give_up, step_at
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


def step_on_cancelling(db: Session, *, order: Order, at: datetime) -> Step:
    """What a cancellation by the customer at `at` keeps and gives back by the order's frozen ladder.

    What went back before, by hand, counts as given back already: never more than what is left.
    """
    step, left = step_at(order, at), left_of(db, order=order)
    kept = min(step.kept, left)
    return replace(step, kept=kept, refund=min(step.refund, left - kept))


def cancel_order(db: Session, *, order: Order, actor: str, now: datetime) -> Sequence[Refund]:
    """Cancel at `now` by the order's frozen ladder; the vendor's cancellation gives all back.

    The order is locked by the caller; `actor` is `customer` or `staff:<person id>`. Main bill,
    kept fee and refunds add up: what was paid is what is kept and what goes back. Before it is
    confirmed all that came in part goes back. Raises IllegalMoveError once the order is over.
    """
    bill = find_main_bill(order)
    paid = bill is not None and (bill.state == "covered" or bool(list_standing(db, bill=bill)))
    step = step_on_cancelling(db, order=order, at=now)
    kept, back = step.kept, step.refund
    if bill is not None and (actor != "customer" or order.confirmed_at is None):
        kept, back = Money.zero(order.currency), min(bill.total, left_of(db, order=order))
    give_up(db, order=order, actor=actor, now=now)
    made: Sequence[Refund] = []
    if bill is not None and paid:
        freed = _take_back(db, bill, actor=actor, now=now)
        if kept:
            _keep_fee(db, order, bill, kept, freed, now=now)
        made = request_refund(db, order=order, amount=back, reason="cancelled", actor=actor, now=now)
    if order.confirmed_at is not None:
        send_cancellation(
            db,
            order=order,
            ended_by="customer" if actor == "customer" else "vendor",
            refund=back if paid else None,
            kept=kept if paid else None,
            now=now,
        )
    return made


def _take_back(db: Session, bill: Bill, *, actor: str, now: datetime) -> list[tuple[Payment, Money]]:
    """Free the money from the main bill: reversing rows, none is changed."""
    freed = free_bill(db, bill=bill, now=now)
    if bill.state != "void":
        BILL.move(db, bill, "void", actor=actor, now=now)
    db.flush()
    return freed


def _keep_fee(
    db: Session,
    order: Order,
    main: Bill,
    kept: Money,
    freed: list[tuple[Payment, Money]],
    *,
    now: datetime,
) -> None:
    """A bill of its own for what is kept, with its tax, covered by the money that is there.

    Taken from the newest payment on, because refunds are taken from the oldest.
    """
    fee = _fee_bill(order, main, kept, now=now)
    db.add(fee)
    db.flush()
    rest = kept
    for payment, amount in freed:
        part = min(rest, amount)
        if part:
            allocate(db, payment, fee, part, earned=False, now=now)
        rest -= part
    BILL.move(db, fee, "cover", actor="system", now=now)
    issue_act(db, bill=fee, service_on=booked_today(order.seller, now), now=now)


def _fee_bill(order: Order, main: Bill, kept: Money, *, now: datetime) -> Bill:
    first = main.lines[0]
    taxed = tax(kept, Vat(first.vat_rate, first.vat_reason), inclusive=True)
    return Bill(
        reference=new_reference("B"),
        order=order,
        kind="fee",
        state="open",
        total_minor=kept.minor,
        total_currency=kept.currency,
        due_at=now,
        created_at=now,
        lines=[
            BillLine(
                position=1,
                session_id=order.session_id,
                quantity=1,
                text=_FEE,
                net_minor=taxed.net.minor,
                vat_rate=first.vat_rate,
                vat_reason=first.vat_reason,
                vat_minor=taxed.vat.minor,
                gross_minor=kept.minor,
            )
        ],
    )
