"""Which ways to pay an order has at this moment, and why it hasn't the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from billing import sellers
from billing.orders import Term, deadlines, has_unpaid_addendum, keep_limits, notice_of
from billing.orders.deadlines import last_moment
from billing.orders.models import Order
from billing.sellers.models import ProviderAccount
from billing.trust.lines import open_with
from billing.trust.models import CreditLine

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from billing.orders import KeepLimits
    from services.core.business_time import BusinessCalendar
    from services.core.money import Money

Method = Literal["transfer", "payment_order", "card", "credit"]
METHODS: Final[tuple[Method, ...]] = ("transfer", "payment_order", "card", "credit")
Why = Literal["not_taken", "too_near", "no_provider", "no_credit", "credit_used_up", "unpaid_addendum"]


@dataclass(frozen=True)
class Offer:
    """One way to pay: open until when its `term` says, or closed for the reason `why`.

    `not_taken` and `no_credit` are nothing to tell the customer: there is no such way for him.
    A card has no term; `left` is what a credit line still has room for.
    """

    method: Method
    why: Why | None = None
    term: Term | None = None
    left: Money | None = None

    @property
    def is_open(self) -> bool:
        """Whether the order may be paid so."""
        return self.why is None


class _Facts(TypedDict):
    starts_at: datetime
    notice: timedelta
    business: BusinessCalendar
    limits: KeepLimits


@dataclass(frozen=True)
class _Standing:
    """What one statement says of a seller and of who orders."""

    has_account: bool
    unpaid: bool
    line: CreditLine | None


def offers(db: Session, *, order: Order, now: datetime) -> list[Offer]:
    """Every way to pay, open or closed with its reason, as the payer's seller and the time allow.

    Whoever has an unpaid addendum (further time that he agreed to) orders nothing new before it is
    paid: all is closed then.
    """
    standing = _standing(db, order)
    return [_offer(db, method, order, standing, now) for method in METHODS]


def _offer(db: Session, method: Method, order: Order, standing: _Standing, now: datetime) -> Offer:
    if method not in order.seller.methods:
        return Offer(method, "not_taken")
    if standing.unpaid:
        return Offer(method, "unpaid_addendum")
    if method == "card":
        return Offer(method, None if standing.has_account else "no_provider")
    if method == "credit":
        return _credit(db, order, standing.line, now)
    term = _transfer_term if method == "transfer" else attach_term
    found = term(db, order, now)
    return Offer(method, None, found) if found else Offer(method, "too_near")


def _credit(db: Session, order: Order, line: CreditLine | None, now: datetime) -> Offer:
    if line is None or line.currency != order.currency:
        return Offer("credit", "no_credit")
    left = line.limit - open_with(db, organisation_id=line.organisation_id, currency=line.currency)
    if left < order.quote.gross:
        return Offer("credit", "credit_used_up", left=left)
    term = _credit_term(db, order, line.term_days, now)
    return Offer("credit", None if term else "too_near", term, left)


def attach_term(db: Session, order: Order, now: datetime) -> Term | None:
    """Until when a payment order is to be attached; the invoice is due on the same date."""
    until = deadlines.attach_until(now, **_facts(db, order))
    if until is None:
        return None
    return Term(last_moment(until.astimezone(_zone(order)).date(), order.seller.zone), until)


def _credit_term(db: Session, order: Order, days: int, now: datetime) -> Term | None:
    """Until when staff may answer; what is owed is due so many days after the session's date."""
    answer = deadlines.answer_until(now, **_facts(db, order))
    if answer is None:
        return None
    return Term(last_moment(credit_due_on(order, days), order.seller.zone), answer.kept_until)


def credit_due_on(order: Order, days: int) -> date:
    """The last date (the seller's) on which what a session on credit costs may be paid."""
    return order.session.starts_at.astimezone(_zone(order)).date() + timedelta(days=days)


def _transfer_term(db: Session, order: Order, now: datetime) -> Term | None:
    found = deadlines.transfer_until(now, **_facts(db, order))
    return Term(last_moment(found.pay_by_on, order.seller.zone), found.kept_until) if found else None


def _facts(db: Session, order: Order) -> _Facts:
    return {
        "starts_at": order.session.starts_at,
        "notice": notice_of(order),
        "business": sellers.office_calendar(db, seller=order.seller),
        "limits": keep_limits(db),
    }


def _zone(order: Order) -> ZoneInfo:
    return ZoneInfo(order.seller.zone)


def _standing(db: Session, order: Order) -> _Standing:
    account = exists().where(ProviderAccount.seller_id == order.seller_id)
    query = select(account, has_unpaid_addendum(order), CreditLine).join_from(
        Order, CreditLine, CreditLine.organisation_id == Order.organisation_id, isouter=True
    )
    has_account, unpaid, line = db.execute(query.where(Order.id == order.id)).one()
    return _Standing(has_account, unpaid, line)
