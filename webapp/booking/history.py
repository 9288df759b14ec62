"""How it went so far: the story of a session and its order, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from services import documents
from webapp.i18n import gettext as _

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.models import Order
    from services.sessions.models import RemoteSession


class Past(NamedTuple):
    """One thing that happened: when (aware, UTC) and what."""

    at: datetime
    what: str


def history_of(db: Session, *, session: RemoteSession, order: Order | None) -> list[Past]:
    """What the customer may know of the past of his session."""
    past = [Past(session.chosen_at, _("time chosen"))]
    if session.booked_at is not None:
        past.append(Past(session.booked_at, _("session confirmed")))
    if session.ended_at is not None and session.state == "cancelled":
        past.append(Past(session.ended_at, _("session cancelled")))
    if order is not None:
        past += _of_order(db, order)
    return sorted(past, reverse=True)


def _of_order(db: Session, order: Order) -> list[Past]:
    past = []
    if order.submitted_at is not None:
        past.append(Past(order.submitted_at, _("order placed, documents accepted")))
    if order.confirmed_at is not None:
        past.append(Past(order.confirmed_at, _("payment received")))
    accepted = documents.list_acceptances(db, subject_ref=f"session:{order.session.reference}")
    past += [Past(row.at, _("consent to the connection given")) for row in accepted]
    return past
