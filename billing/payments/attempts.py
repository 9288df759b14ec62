"""Opening a payment page: freeze and commit, call the provider, write down what it said.

These functions commit by themselves, which is one of the two named exceptions: between the
two transactions the provider is asked, and no transaction is open while it answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from billing.orders.deadlines import may_settle_late
from billing.orders.keep_limits import keep_limits
from billing.orders.queries import get_bill
from billing.orders.submitting import keep_for_payment
from billing.payments.errors import (
    NothingToPayError,
    PageRefusedError,
    PaymentUnderWayError,
    ProviderRefusedError,
)
from billing.payments.models import Attempt
from billing.payments.page import page_params
from billing.payments.queries import find_live_attempt, get_attempt, lock_attempt, open_amount
from billing.payments.settling import settle
from billing.payments.states import ATTEMPT
from services.core.references import new_reference

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.orders.models import Bill
    from billing.payments.page import PageWishes
    from billing.payments.provider import Checkout, Provider

UNANSWERED = timedelta(minutes=1)
"""A created attempt without an answer is looked at again after this."""
REPEATABLE = timedelta(hours=23)
"""The provider remembers our keys for 24 hours: later a lost answer is looked up instead."""
REPEATED_AT_ONCE = timedelta(seconds=45)
"""Later the page's end would be nearer than the provider allows a new page to have it."""
STILL_USEFUL = timedelta(minutes=5)
"""A page that closes sooner isn't shown again."""


def open_attempt(db: Session, *, bill_id: int, wishes: PageWishes, livemode: bool, now: datetime) -> Attempt:
    """Write down an attempt to pay what is open of a bill, with exactly what will be asked.

    The bill must have no live attempt: the database refuses a second one. Raises
    NothingToPayError when the bill is covered or void.
    """
    bill = get_bill(db, bill_id=bill_id, lock=True)
    return _write_attempt(db, bill, wishes, livemode=livemode, now=now)


def _write_attempt(db: Session, bill: Bill, wishes: PageWishes, *, livemode: bool, now: datetime) -> Attempt:
    """Do that for a bill that is locked, its order before it."""
    amount = open_amount(db, bill=bill)
    if bill.state != "open" or not amount:
        raise NothingToPayError(bill=bill.reference, state=bill.state)
    reference = new_reference("A")
    limits = keep_limits(db)
    in_time = may_settle_late(now, starts_at=bill.order.session.starts_at, limits=limits)
    wishes = replace(wishes, delayed=wishes.delayed and in_time)
    page_life = timedelta(minutes=limits.pay_page_minutes)
    expires_at = (now + page_life).replace(microsecond=0)
    attempt = Attempt(
        reference=reference,
        bill=bill,
        state="created",
        amount_minor=amount.minor,
        amount_currency=amount.currency,
        livemode=livemode,
        key=f"attempt-{reference}",
        params=page_params(
            reference=reference, bill=bill, amount=amount, wishes=wishes, expires_at=expires_at
        ),
        expires_at=expires_at,
        created_at=now,
        next_check_at=now + UNANSWERED,
    )
    db.add(attempt)
    db.flush()
    return attempt


def start_checkout(
    sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime
) -> str:
    """Ask the provider for the page of a committed attempt and return the page's address.

    May be repeated: the same attempt gives the same page. Raises ProviderUnavailableError when
    nothing is known (the poll goes on), PageRefusedError when the provider refused for good,
    PaymentUnderWayError when the page is completed already.
    """
    with sessions.begin() as db:
        attempt = get_attempt(db, reference=reference)
    return _asked_for(sessions, provider, attempt, now=now)


def _asked_for(
    sessions: sessionmaker[Session], provider: Provider, attempt: Attempt, *, now: datetime
) -> str:
    """Ask for the page of an attempt that was read, or written, in a transaction that is over."""
    reference = attempt.reference
    try:
        checkout = provider.create_checkout(attempt.params, key=attempt.key)
    except ProviderRefusedError as refusal:
        with sessions.begin() as db:
            fail(db, reference=reference, code=str(refusal.facts["code"]), now=now)
        raise PageRefusedError(attempt=reference, **refusal.facts) from refusal
    with sessions.begin() as db:
        attempt = lock_attempt(db, reference=reference)
        settle(db, attempt=attempt, checkout=checkout, now=now)
        url, bill = attempt.page_url, attempt.bill.reference
    if url is None:
        raise PaymentUnderWayError(bill=bill)
    return url


def fail(db: Session, *, reference: str, code: str, now: datetime) -> None:
    """Write down that the provider would not open a page; nothing exists there then."""
    attempt = lock_attempt(db, reference=reference)
    if attempt.state == "created":
        attempt.error, attempt.ended_at, attempt.next_check_at = code, now, None
        ATTEMPT.move(db, attempt, "fail", actor="provider", now=now)


def pay_page(
    sessions: sessionmaker[Session],
    provider: Provider,
    *,
    bill_id: int,
    wishes: PageWishes,
    now: datetime,
) -> str:
    """Give the address of a page on which the bill can be paid now; opens one if need be.

    A page that is open and has some minutes left is given again, so that pressing twice does
    no harm. Another one is closed first; if it turns out to be completed, PaymentUnderWayError
    or NothingToPayError is raised. The order's time is kept as long as a new page lives; raises
    HoldOverError when it can't be, and what start_checkout raises. Commits by itself.
    """
    live = _live_or_new(sessions, provider, bill_id=bill_id, wishes=wishes, now=now)
    if live.page_url is not None and _is_reusable(live, wishes, now=now):
        # The customer may have paid on it a moment ago, and be back before the news.
        page = provider.fetch_checkout(live.provider_ref or "")
        live = _settled(sessions, live, page, now=now)
    if live.ended_at is None and not _is_reusable(live, wishes, now=now):
        if not close_attempt(sessions, provider, reference=live.reference, now=now):
            raise PaymentUnderWayError(bill=bill_id)
        live = _live_or_new(sessions, provider, bill_id=bill_id, wishes=wishes, now=now)
    if live.ended_at is not None:
        live = _live_or_new(sessions, provider, bill_id=bill_id, wishes=wishes, now=now)
    if live.page_url is not None:
        return live.page_url
    return _asked_for(sessions, provider, live, now=now)


def _settled(sessions: sessionmaker[Session], attempt: Attempt, page: Checkout, *, now: datetime) -> Attempt:
    with sessions.begin() as db:
        locked = lock_attempt(db, reference=attempt.reference)
        settle(db, attempt=locked, checkout=page, now=now)
        return locked


def _live_or_new(
    sessions: sessionmaker[Session],
    provider: Provider,
    *,
    bill_id: int,
    wishes: PageWishes,
    now: datetime,
) -> Attempt:
    with sessions.begin() as db:
        bill = get_bill(db, bill_id=bill_id, lock=True)
        live = find_live_attempt(db, bill_id=bill_id)
        if live is not None:
            return live
        if bill.order.attention is not None:
            # Money may lie aside for this very bill: a person looks before anybody pays again.
            raise PaymentUnderWayError(bill=bill.reference)
        if bill.kind == "main" and bill.order.confirmed_at is None:
            keep_for_payment(db, order=bill.order, now=now)
        return _write_attempt(db, bill, wishes, livemode=provider.livemode, now=now)


def _is_reusable(attempt: Attempt, wishes: PageWishes, *, now: datetime) -> bool:
    if attempt.state == "processing":
        return False
    if attempt.state == "created" and now - attempt.created_at > REPEATED_AT_ONCE:
        return False
    same = ("locale", "success_url", "cancel_url")
    if any(attempt.params[name] != getattr(wishes, name) for name in same):
        return False
    return attempt.expires_at - now > STILL_USEFUL


def close_attempt(
    sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime
) -> bool:
    """Close an attempt's page; True when it can bring no money any more, or has brought it.

    Refused by the provider unless the page is open: then the page as fetched decides, and a
    completed one means paid or under way (False). Raises ProviderUnavailableError.
    """
    checkout = _closed_page(sessions, provider, reference=reference, now=now)
    with sessions.begin() as db:
        attempt = lock_attempt(db, reference=reference)
        if checkout is not None:
            settle(db, attempt=attempt, checkout=checkout, now=now)
        elif attempt.state == "created":
            attempt.ended_at, attempt.next_check_at = now, None
            ATTEMPT.move(db, attempt, "abandon", actor="system", now=now)
        return attempt.state not in {"open", "processing"}


def _closed_page(
    sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime
) -> Checkout | None:
    with sessions.begin() as db:
        attempt = get_attempt(db, reference=reference)
    page = attempt.provider_ref
    if page is None:
        found = locate(provider, attempt, now=now)
        page = found.reference if found is not None else None
    return provider.expire_checkout(page) if page is not None else None


def locate(provider: Provider, attempt: Attempt, *, now: datetime) -> Checkout | None:
    """The page of an attempt whose answer was lost: asked for again, or looked up after 23 hours.

    None when there is none: the provider refuses what it never opened.
    """
    if now - attempt.created_at < REPEATABLE:
        try:
            page = provider.create_checkout(attempt.params, key=attempt.key).reference
        except ProviderRefusedError:
            return None
        # A repeated answer is the first one, however much has happened since.
        return provider.fetch_checkout(page)
    return provider.find_checkout(attempt.reference, created_at=attempt.created_at)
