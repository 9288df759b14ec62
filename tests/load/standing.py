"""What stands before a race: sessions that are booked, orders that are not paid."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from billing import orders
from services import documents
from services.sessions import Holder
from tests.load.workload import SLUG, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def booked_sessions(opened: Any, starts: Iterable[datetime]) -> list[str]:
    """Book a session at each start; gives their references."""
    now, references = datetime.now(UTC), []
    for start in starts:
        with opened.begin() as db:
            order = _submitted(db, start, now=now)
            bill = next(bill for bill in order.bills if bill.kind == "main")
            orders.confirm_paid(db, order=order, bill=bill, now=now)
            references.append(order.session.reference)
    return references


def unpaid_sessions(opened: Any, starts: Iterable[datetime]) -> list[str]:
    """Submit an order for each start and leave it unpaid; gives the sessions' references."""
    now, references = datetime.now(UTC), []
    for start in starts:
        with opened.begin() as db:
            references.append(_submitted(db, start, now=now).session.reference)
    return references


def _submitted(db: Session, start: datetime, *, now: datetime) -> Any:
    order = orders.start(
        db,
        slug=SLUG,
        start_at=start,
        holder=Holder(f"first-{start.isoformat()}-{time.time_ns()}"),
        country="RU",
        zone=ZONE,
        locale="ru",
        now=now,
    ).order(db)
    email = f"c{time.time_ns()}@customer.example"
    orders.fill_in(
        db,
        order=order,
        contact=orders.Contact("Ольга", email),
        payer=orders.Payer("RU"),
        trouble=orders.Trouble("nothing_works"),
        now=now,
    )
    versions = {kind: documents.get_current(db, kind=kind, on=now.date()).n for kind in orders.CONSENTS}
    agreement = orders.Agreement(versions, "127.0.0.1", "bench")
    orders.submit(db, order=order, method="card", agreement=agreement, now=now)
    return order
