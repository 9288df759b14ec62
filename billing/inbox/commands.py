"""Taking events in at once, and working on them later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from billing import payments, refunds
from billing.inbox.models import InboxEvent
from billing.payments.errors import ProviderRefusedError, ProviderUnavailableError
from billing.payments.polling import look_at_each, pause_minutes
from billing.tasks import open_task
from services.core.errors import NotFoundError
from services.core.jobs import defer

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from billing.payments.provider import Provider, ProviderEvent

GIVEN_UP_AFTER = timedelta(hours=24)
_AT_ONCE = 50
_OVERLAP = timedelta(hours=1)
# Beginnings of kinds of events that only a person can answer, with the task they make.
_FOR_PEOPLE = {
    "charge.dispute.": "dispute",
    "radar.early_fraud_warning.created": "fraud_warning",
    "payment_intent.partially_funded": "partly_funded",
}


def receive_event(db: Session, *, event: ProviderEvent, now: datetime) -> bool:
    """Keep an event and queue the work on it; False when it was there already."""
    made = db.scalar(
        insert(InboxEvent)
        .values(
            event_ref=event.reference,
            kind=event.kind,
            object_ref=event.object_ref,
            livemode=event.livemode,
            happened_at=event.happened_at,
            received_at=now,
            state="waiting",
            next_try_at=now + timedelta(minutes=1),
        )
        .on_conflict_do_nothing(index_elements=["event_ref"])
        .returning(InboxEvent.id)
    )
    if made is None:
        return False
    defer(db, "follow_event", queue="paid", lock=f"follow_event {event.reference}", event=event.reference)
    return True


def follow_event(
    sessions: sessionmaker[Session], provider: Provider, *, event_ref: str, now: datetime
) -> str:
    """Work on one event: fetch its object and settle what that says; returns the event's state.

    An object that we don't know is tried again, and after 24 hours a person is asked. Safe to
    repeat. Commits by itself. Raises NotFoundError when there is no such event, and
    ProviderUnavailableError after having written down that it must be tried again.
    """
    with sessions.begin() as db:
        event = db.scalar(select(InboxEvent).where(InboxEvent.event_ref == event_ref))
        if event is None:
            raise NotFoundError(kind="event", reference=event_ref)
        if event.state != "waiting":
            return event.state
        kind, object_ref = event.kind, event.object_ref
    try:
        found = _work(sessions, provider, kind, object_ref, event_ref, now=now)
    except ProviderUnavailableError as trouble:
        _try_again(sessions, event_ref, str(trouble), now=now)
        raise
    except ProviderRefusedError as refusal:
        _try_again(sessions, event_ref, str(refusal), now=now)
        return "waiting"
    with sessions.begin() as db:
        event = _locked(db, event_ref)
        if event.state == "waiting":
            _write_down(db, event, found=found, now=now)
        return event.state


def _work(
    sessions: sessionmaker[Session],
    provider: Provider,
    kind: str,
    object_ref: str,
    event_ref: str,
    *,
    now: datetime,
) -> bool | None:
    """True: settled; False: nothing of ours, or not yet; None: nothing to do."""
    if kind.startswith("checkout.session."):
        return payments.sync_page(sessions, provider, provider_ref=object_ref, now=now)
    if kind.startswith("refund."):
        return refunds.sync_provider_refund(sessions, provider, provider_ref=object_ref, now=now)
    task = next((task for start, task in _FOR_PEOPLE.items() if kind.startswith(start)), None)
    if task is not None:
        with sessions.begin() as db:
            facts = {"object": object_ref, "event": event_ref}
            open_task(db, kind=task, subject=f"provider:{object_ref}", facts=facts, now=now)
        return True
    # Declined cards, charges, intents: pages and refunds tell the same with more certainty.
    return None


def _locked(db: Session, event_ref: str) -> InboxEvent:
    query = select(InboxEvent).where(InboxEvent.event_ref == event_ref).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _write_down(db: Session, event: InboxEvent, *, found: bool | None, now: datetime) -> None:
    if found is not False:
        event.state = "ignored" if found is None else "done"
        event.ended_at, event.next_try_at, event.error = now, None, None
    elif now - event.received_at < GIVEN_UP_AFTER:
        _postpone(event, "unknown_object", now=now)
    else:
        event.state, event.ended_at, event.next_try_at = "unknown", now, None
        subject = f"provider:{event.object_ref}"
        facts = {"event": event.event_ref, "object": event.object_ref}
        open_task(db, kind="unknown_object", subject=subject, facts=facts, now=now)


def _postpone(event: InboxEvent, error: str, *, now: datetime) -> None:
    event.next_try_at = now + timedelta(minutes=pause_minutes(event.tries))
    event.tries += 1
    event.error = error


def _try_again(sessions: sessionmaker[Session], event_ref: str, error: str, *, now: datetime) -> None:
    with sessions.begin() as db:
        event = _locked(db, event_ref)
        if event.state == "waiting":
            _postpone(event, error, now=now)


def follow_waiting_events(sessions: sessionmaker[Session], provider: Provider, *, now: datetime) -> int:
    """Work on every waiting event that is due; returns how many were looked at."""
    with sessions.begin() as db:
        query = select(InboxEvent.event_ref).where(InboxEvent.next_try_at <= now)
        due = db.scalars(query.order_by(InboxEvent.next_try_at).limit(_AT_ONCE)).all()

    def postpone(event_ref: str, error: str) -> None:
        with sessions.begin() as db:
            event = _locked(db, event_ref)
            # The provider's silence was written down where it was met.
            if event.next_try_at is not None and event.next_try_at <= now:
                _postpone(event, error, now=now)

    return look_at_each(due, lambda one: follow_event(sessions, provider, event_ref=one, now=now), postpone)


def sweep_events(
    sessions: sessionmaker[Session], provider: Provider, *, since: datetime, now: datetime
) -> int:
    """Fetch what happened since then, with an hour's overlap, and keep what we have not heard of.

    Returns how many events were new. Raises ProviderUnavailableError.
    """
    events = list(provider.list_events(since=since - _OVERLAP))
    with sessions.begin() as db:
        return sum(receive_event(db, event=event, now=now) for event in reversed(events))
