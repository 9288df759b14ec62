"""Sending refunds to the provider and following them; these functions commit by themselves.

As with attempts, the provider is asked between two transactions and never inside one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.payments.errors import ProviderRefusedError
from billing.payments.polling import look_at_each, pause_minutes
from billing.refunds.booking import post_settled
from billing.refunds.endings import call_off, note_failure, tell_customer
from billing.refunds.queries import find_refund, get_refund, list_due_refunds, lock_refund
from billing.refunds.states import REFUND
from billing.tasks import open_task
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.payments.provider import Provider, ProviderRefund
    from billing.refunds.models import Refund

_UNANSWERED = timedelta(minutes=1)
_WAITING = timedelta(hours=6)
_LOOKED_BACK = timedelta(days=1)
_AT_ONCE = 50


def submit_refund(
    sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime
) -> str:
    """Send an approved refund to the provider and return its state; safe to repeat.

    Raises ProviderUnavailableError when nothing is known: the same key is tried again later.
    """
    with sessions.begin() as db:
        refund = lock_refund(db, reference=reference)
        if refund.way != "provider":
            return refund.state
        if refund.state == "approved":
            refund.submitted_at, refund.next_check_at = now, now + _UNANSWERED
            REFUND.move(db, refund, "submit", actor="system", now=now)
        if refund.state != "submitted" or refund.provider_ref is not None:
            return refund.state
        intent, amount, key = refund.payment.intent_ref or "", refund.amount, refund.key
    try:
        found = provider.create_refund(intent_ref=intent, amount=amount, refund_reference=reference, key=key)
    except ProviderRefusedError as refusal:
        with sessions.begin() as db:
            refund = lock_refund(db, reference=reference)
            _fail(db, refund, str(refusal.facts["code"]), now=now)
            return refund.state
    return _settle_found(sessions, reference, found, now=now)


def sync_refund(sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime) -> str:
    """Fetch a refund from the provider, write down what it says, and return its state.

    One that was never answered is sent again with its key. Raises NotFoundError and
    ProviderUnavailableError.
    """
    with sessions.begin() as db:
        refund = get_refund(db, reference=reference)
    if refund.provider_ref is None:
        return submit_refund(sessions, provider, reference=reference, now=now)
    return _settle_found(sessions, reference, provider.fetch_refund(refund.provider_ref), now=now)


def sync_provider_refund(
    sessions: sessionmaker[Session], provider: Provider, *, provider_ref: str, now: datetime
) -> bool:
    """Settle the refund with this id at the provider; False when it is none of ours."""
    with sessions.begin() as db:
        known = find_refund(db, provider_ref=provider_ref)
    try:
        found = provider.fetch_refund(provider_ref)
    except ProviderRefusedError as refusal:
        if refusal.is_missing:
            return False
        raise
    reference = known.reference if known is not None else found.refund_reference
    try:
        _settle_found(sessions, reference or "", found, now=now)
    except NotFoundError:
        return False
    return True


def poll_refunds(sessions: sessionmaker[Session], provider: Provider, *, now: datetime) -> int:
    """Look at every refund that is due; returns how many went well. One failure stops no other."""
    with sessions.begin() as db:
        due = list_due_refunds(db, now=now, limit=_AT_ONCE)

    def postpone(reference: str, error: str) -> None:
        with sessions.begin() as db:
            refund = lock_refund(db, reference=reference)
            refund.next_check_at = now + timedelta(minutes=pause_minutes(refund.checks))
            refund.checks += 1
            refund.error = error

    return look_at_each(
        due,
        lambda reference: sync_refund(sessions, provider, reference=reference, now=now),
        postpone,
    )


def _settle_found(
    sessions: sessionmaker[Session], reference: str, found: ProviderRefund, *, now: datetime
) -> str:
    with sessions.begin() as db:
        refund = lock_refund(db, reference=reference)
        settle_refund(db, refund=refund, found=found, now=now)
        return refund.state


def settle_refund(db: Session, *, refund: Refund, found: ProviderRefund, now: datetime) -> None:
    """Bring a locked refund to what the provider says; the second time nothing is left to do."""
    wrong = _differences(refund, found)
    if wrong or found.flags:
        facts = {"wrong": wrong, "flags": list(found.flags), "at_provider": found.reference}
        open_task(db, kind="refund_differs", subject=f"refund:{refund.reference}", facts=facts, now=now)
    if wrong:
        refund.next_check_at = now + _WAITING if refund.ended_at is None else None
        return
    refund.provider_ref = found.reference
    if found.status == "succeeded":
        _succeed(db, refund, now=now)
    elif found.status == "failed":
        _fail(db, refund, found.failure or "failed", now=now)
    elif found.status == "canceled":
        _cancel(db, refund, now=now)
    else:
        if refund.state == "submitted":
            REFUND.move(db, refund, "wait", actor="provider", now=now)
        refund.next_check_at = now + _WAITING
    db.flush()


def _differences(refund: Refund, found: ProviderRefund) -> list[str]:
    pairs = {
        "refund": (found.refund_reference, refund.reference),
        "object": (found.reference, refund.provider_ref or found.reference),
        "amount": (found.amount, refund.amount),
        "payment": (found.intent_ref, refund.payment.intent_ref),
    }
    return [name for name, (is_so, should_be) in pairs.items() if is_so != should_be]


def _succeed(db: Session, refund: Refund, *, now: datetime) -> None:
    if refund.state in {"submitted", "pending"}:
        REFUND.move(db, refund, "succeed", actor="provider", now=now)
        refund.ended_at, refund.error = now, None
        db.flush()
        post_settled(db, refund, now=now)
        # Banks send money back: looked at once more after a day, then events tell.
        refund.next_check_at = now + _LOOKED_BACK
        tell_customer(db, refund, now=now)
    else:
        refund.next_check_at = None


def _fail(db: Session, refund: Refund, why: str, *, now: datetime) -> None:
    """The money is ours again and owed: a person finds another way to give it back."""
    if refund.state == "failed":
        return
    note_failure(db, refund, why, actor="provider", now=now)


def _cancel(db: Session, refund: Refund, *, now: datetime) -> None:
    if refund.state != "cancelled":
        call_off(db, refund, actor="provider", now=now)
        open_task(db, kind="refund_cancelled", subject=f"refund:{refund.reference}", facts={}, now=now)
