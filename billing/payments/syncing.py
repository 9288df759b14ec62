"""Fetching a payment page and settling what it says: by an event, by the customer's return, by the poll."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from billing.payments.attempts import REPEATABLE, locate
from billing.payments.errors import ProviderRefusedError
from billing.payments.polling import look_at_each, pause_minutes
from billing.payments.queries import get_attempt, list_due_attempts, lock_attempt
from billing.payments.settling import settle
from billing.payments.states import ATTEMPT
from billing.tasks import open_task
from services.core.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.payments.models import Attempt
    from billing.payments.provider import Checkout, Provider

_log = structlog.get_logger()
_AT_ONCE = 50


def sync_attempt(
    sessions: sessionmaker[Session], provider: Provider, *, reference: str, now: datetime
) -> str:
    """Fetch an attempt's page, settle what it says, and return the attempt's state.

    A page whose address we never learnt is asked for again with the same key. Commits by
    itself. Raises NotFoundError and ProviderUnavailableError (try again later).
    """
    with sessions.begin() as db:
        attempt = get_attempt(db, reference=reference)
    return sync_live(sessions, provider, attempt=attempt, now=now)


def sync_live(sessions: sessionmaker[Session], provider: Provider, *, attempt: Attempt, now: datetime) -> str:
    """Do the same for an attempt that was read in a transaction that is over."""
    checkout = _fetched(provider, attempt, now=now)
    with sessions.begin() as db:
        attempt = lock_attempt(db, reference=attempt.reference)
        if checkout is not None:
            settle(db, attempt=attempt, checkout=checkout, now=now)
        else:
            _miss(db, attempt, now=now)
        return attempt.state


def _fetched(provider: Provider, attempt: Attempt, *, now: datetime) -> Checkout | None:
    if attempt.provider_ref is None:
        return locate(provider, attempt, now=now)
    try:
        return provider.fetch_checkout(attempt.provider_ref)
    except ProviderRefusedError as refusal:
        if refusal.is_missing:
            return None
        raise


def _miss(db: Session, attempt: Attempt, *, now: datetime) -> None:
    """The provider knows of no page: never opened, or a page that should be there is not."""
    if attempt.state == "created":
        # Within its memory the provider has just refused our key; later it was looked up.
        verb = "fail" if now - attempt.created_at < REPEATABLE else "abandon"
        attempt.ended_at, attempt.next_check_at, attempt.error = now, None, "never_opened"
        ATTEMPT.move(db, attempt, verb, actor="provider", now=now)
        return
    subject = f"attempt:{attempt.reference}"
    open_task(db, kind="page_is_missing", subject=subject, facts={"page": attempt.provider_ref}, now=now)
    attempt.next_check_at = now + timedelta(hours=1) if attempt.ended_at is None else None


def sync_page(
    sessions: sessionmaker[Session], provider: Provider, *, provider_ref: str, now: datetime
) -> bool:
    """Settle the page with this id at the provider; False when it is none of our attempts'.

    For pages whose creation we never heard the answer to: the page names its attempt.
    """
    try:
        checkout = provider.fetch_checkout(provider_ref)
    except ProviderRefusedError as refusal:
        if refusal.is_missing:
            return False
        raise
    with sessions.begin() as db:
        try:
            attempt = lock_attempt(db, reference=checkout.attempt_reference or "")
        except NotFoundError:
            return False
        settle(db, attempt=attempt, checkout=checkout, now=now)
    return True


def poll_attempts(sessions: sessionmaker[Session], provider: Provider, *, now: datetime) -> int:
    """Fetch every attempt that is due, so that a lost event or answer doesn't matter.

    One that can't be fetched waits longer each time and stops none of the others. Returns how
    many were fetched.
    """
    with sessions.begin() as db:
        due = list_due_attempts(db, now=now, limit=_AT_ONCE)

    def postpone(reference: str, error: str) -> None:
        with sessions.begin() as db:
            attempt = lock_attempt(db, reference=reference)
            attempt.next_check_at = now + timedelta(minutes=pause_minutes(attempt.checks))
            attempt.checks += 1
            attempt.error = error

    return look_at_each(
        due,
        lambda reference: sync_attempt(sessions, provider, reference=reference, now=now),
        postpone,
    )
