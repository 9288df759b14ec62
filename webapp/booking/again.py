"""Taking a time again that was let go while somebody was typing, so that nobody types twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash

from billing import orders
from services import scheduling, sessions
from webapp.booking.access import holder, own_draft, remember_draft
from webapp.booking.refusals import gone, too_many
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
    """Begin a new draft of the same time with the answers of `form`; None when it can't be had.

    The reason is said on the page that comes next; the transaction is over then. Sent twice, it
    fills in the draft that the first time began. Raises InvalidError for an answer that services
    refuse.
    """
    payer = form.payer()
    fresh = _begun_already(order) or _begun_anew(order, country=payer.country)
    if fresh is None:
        return None
    orders.fill_in(db(), order=fresh, contact=form.contact(), payer=payer, trouble=form.trouble(), now=now())
    # Who was offered the time, and took it too late, has found one all the same.
    sessions.follow_offer(db(), before=order.session, after=fresh.session)
    remember_draft(fresh)
    flash(_("We had let your time go, but it was still free: it is kept for you again."), "ok")
    return fresh


def _begun_already(order: Order) -> Order | None:
    known = own_draft(order.service.slug)
    same = known is not None and known.session.starts_at == order.session.starts_at
    return known if same else None


def _begun_anew(order: Order, *, country: str) -> Order | None:
    try:
        return orders.start(
            db(),
            slug=order.service.slug,
            start_at=order.session.starts_at,
            holder=holder(),
            country=country,
            zone=order.zone,
            locale=current_locale(),
            now=now(),
        ).order(db())
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError) as refused:
        db().rollback()
        flash(gone(order, refused.nearest), "alarm")
    except sessions.AddressLimitError as limit:
        db().rollback()
        flash(too_many(limit), "alarm")
    except sessions.HoldLimitError:
        db().rollback()
        flash(_("You already keep another time. Finish that order, or let its time go."), "alarm")
    return None
