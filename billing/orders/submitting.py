"""From a draft to something that can be paid: agreement, bill, and the time kept longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from billing.orders import deadlines
from billing.orders.addenda import refuse_unpaid_addendum
from billing.orders.errors import ConsentMissingError, HoldOverError, MethodNotOfferedError
from billing.orders.keep_limits import keep_limits
from billing.orders.letters import send_order_link
from billing.orders.models import Bill, BillLine, Order
from billing.orders.queries import require_hold
from billing.orders.states import ORDER
from services import documents, sessions
from services.core.references import new_reference
from services.core.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.deadlines import KeepLimits
    from billing.prices.quote import Line
    from services.documents.models import Version

CONSENTS = ("offer", "consent_services")
"""What an order needs; the consent to the connection is asked on the preparation page."""

_WORTH_KEEPING = timedelta(minutes=1)


@dataclass(frozen=True)
class Agreement:
    """Which versions the customer ticked, by kind, and where he was when he did."""

    versions: Mapping[str, int]
    address: str
    agent: str


@dataclass(frozen=True)
class Term:
    """What is agreed with who doesn't pay at once (UTC): until when to pay, and the time kept."""

    due_at: datetime
    kept_until: datetime


def submit(
    db: Session,
    *,
    order: Order,
    method: str,
    agreement: Agreement,
    term: Term | None = None,
    now: datetime,
) -> Bill:
    """Make the order binding: consents written down, main bill opened, the time kept for paying.

    With a `term` the time is reserved for it and the caller writes to the customer; without one it
    is kept while he pays by card. Submitting again returns the open bill. Raises HoldOverError,
    ConsentMissingError when a document was not ticked in its version in force, MethodNotOfferedError,
    UnpaidAddendumError.
    """
    if order.state == "awaiting_payment":
        return next(bill for bill in order.bills if bill.kind == "main" and bill.state == "open")
    require_hold(order, now=now)
    if order.person is None:
        raise HoldOverError(reference=order.reference)
    if method not in order.seller.methods:
        raise MethodNotOfferedError("method", field="method", method=method)
    refuse_unpaid_addendum(db, order=order)
    documents.accept_all(
        db,
        versions=_agreed(db, order, agreement, now=now),
        person_id=order.person.id,
        means="checkbox",
        subject_ref=f"order:{order.reference}",
        address=agreement.address,
        agent=agreement.agent,
        now=now,
    )
    if term is None:
        due_at = _keep(db, order, keep_limits(db), now=now)
    else:
        due_at = term.due_at
        sessions.reserve(db, session=order.session, until=term.kept_until, now=now)
    order.method, order.submitted_at = method, now
    ORDER.move(db, order, "submit", actor="customer", now=now)
    bill = _main_bill(order, due_at=due_at, now=now)
    db.add(bill)
    db.flush()
    if term is None:
        send_order_link(db, order=order, bill=bill, now=now)
    return bill


def keep_for_payment(db: Session, *, order: Order, now: datetime) -> None:
    """Keep the time while another payment page is open; never beyond 90 minutes in all, or the start.

    Who goes on to pay as he submits has it kept since then: some seconds more change nothing. A time
    that is reserved for a transfer is kept as it is, and may be paid for by card as well.
    HoldOverError when a page opened now would come too late.
    """
    require_hold(order, now=now)
    limits = keep_limits(db)
    chosen_at, starts_at = order.session.chosen_at, order.session.starts_at
    if order.session.reserved_at is not None:
        # A reservation is long enough as it is: the page only has to be over before it.
        if deadlines.page_until(now, limits) > sessions.held_until(order.session):
            raise HoldOverError(reference=order.reference)
        return
    if not deadlines.may_open_pay_page(now, chosen_at=chosen_at, starts_at=starts_at, limits=limits):
        raise HoldOverError(reference=order.reference)
    if _paying_until(order, limits, now=now) - sessions.held_until(order.session) >= _WORTH_KEEPING:
        _keep(db, order, limits, now=now)


def kept_while_paying(db: Session, *, order: Order, now: datetime) -> datetime:
    """Until when the time is kept (UTC) for who goes on to pay at `now`."""
    return _paying_until(order, keep_limits(db), now=now)


def _keep(db: Session, order: Order, limits: KeepLimits, *, now: datetime) -> datetime:
    until = _paying_until(order, limits, now=now)
    sessions.extend_hold(db, session=order.session, until=until, now=now)
    return until


def _paying_until(order: Order, limits: KeepLimits, *, now: datetime) -> datetime:
    return deadlines.card_until(
        now,
        chosen_at=order.session.chosen_at,
        starts_at=order.session.starts_at,
        current=sessions.held_until(order.session),
        limits=limits,
    )


def _agreed(db: Session, order: Order, agreement: Agreement, *, now: datetime) -> list[Version]:
    today = now.astimezone(ZoneInfo(order.seller.zone)).date()
    versions = documents.list_current(db, kinds=CONSENTS, on=today)
    for version in versions:
        if agreement.versions.get(version.kind) != version.n:
            raise ConsentMissingError("consent", field=version.kind, version=version.n)
    return versions


def _main_bill(order: Order, *, due_at: datetime, now: datetime) -> Bill:
    quote = order.quote
    vat = next(line for line in quote.lines if line.kind == "vat")
    return Bill(
        reference=new_reference("B"),
        order=order,
        kind="main",
        state="open",
        total_minor=quote.gross.minor,
        total_currency=quote.gross.currency,
        due_at=due_at,
        created_at=now,
        lines=[
            BillLine(
                position=1,
                session_id=order.session_id,
                quantity=1,
                text=Texts.from_json(order.session.service["name"]),
                net_minor=quote.net.minor,
                vat_minor=quote.vat.minor,
                gross_minor=quote.gross.minor,
                **_vat(vat),
            )
        ],
    )


def _vat(line: Line) -> dict[str, object]:
    if line.code == "exempt":
        return {"vat_rate": None, "vat_reason": Texts.from_json(line.facts["reason"])}
    return {"vat_rate": line.facts["rate"], "vat_reason": None}
