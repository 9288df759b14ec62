"""Taking a time again that was let go while somebody was typing, so that nobody types twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash

from billing import orders
from services import scheduling, sessions
from webapp.booking.access import begins_too_many, holder, own_draft, remember_draft
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.request import db, now

if TYPE_CHECKING:
    from billing.orders.models import Order
    from webapp.booking.forms import DetailsForm


def is_lapsed(order: Order) -> bool:
    """Whether this is a draft whose time is no longer kept."""
    drafted = order.submitted_at is None and order.state in {"draft", "expired"}
    return drafted and not sessions.is_held(order.session, now=now())


def take_again(order: Order, form: DetailsForm) -> Order | None:
    """Begin a new draft of the same time with the answers of `form`; None when the time is gone.

    Sent twice, it fills in the draft that the first time began. Raises InvalidError for an answer
    that services refuse.
    """
    payer = form.payer()
    fresh = _begun_already(order) or _begun_anew(order, country=payer.country)
    if fresh is None:
        return None
    orders.fill_in(db(), order=fresh, contact=form.contact(), payer=payer, trouble=form.trouble(), now=now())
    remember_draft(fresh)
    flash(_("We had let your time go, but it was still free: it is kept for you again."), "ok")
    return fresh


def _begun_already(order: Order) -> Order | None:
    known = own_draft(order.service)
    same = known is not None and known.session.starts_at == order.session.starts_at
    return known if same else None


def _begun_anew(order: Order, *, country: str) -> Order | None:
    if begins_too_many():
        return None
    try:
        return orders.start(
            db(),
            service=order.service,
            start_at=order.session.starts_at,
            holder=holder(),
            country=country,
            zone=order.zone,
            locale=current_locale(),
            now=now(),
        )
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError, sessions.HoldLimitError):
        return None
