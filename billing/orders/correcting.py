"""Correcting what an order says of its payer after it was submitted: for the next invoice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.orders.details import checked
from services import people
from services.core.audit import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from billing.orders.details import Payer
    from billing.orders.models import Order


def correct_payer(db: Session, *, order: Order, payer: Payer, actor: str, now: datetime) -> Order:
    """Write down the payer's corrected details; the country stays, for it chose seller and price.

    What was issued keeps saying what it said. Raises InvalidError as `name_payer` does.
    """
    named = replace(checked(payer), country=order.country)
    order.organisation = people.organisation_for(
        db, inn=named.inn or None, name=named.company, country=named.country
    )
    order.payer = named.to_json()
    # The log holds no requisites: the documents do.
    record(db, actor=actor, verb="order.correct_payer", subject=f"order:{order.reference}", now=now)
    db.flush()
    return order
