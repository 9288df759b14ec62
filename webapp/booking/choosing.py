"""Choosing a time: for a new order, or another one for a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect

from billing import orders, prices
from services import scheduling, sessions
from services.core.db import core_of
from services.core.errors import DomainError
from services.core.links import secret_path
from services.core.revisions import RULES, believed, revisions
from webapp.booking.access import holder, order_by_link, own_draft, remember_draft
from webapp.booking.blueprint import blueprint
from webapp.booking.forms import TimeForm
from webapp.booking.refusals import too_many
from webapp.booking.standing import elsewhere
from webapp.booking.time_page import Asking, Lost, time_page
from webapp.freshness import fresh_page
from webapp.i18n import current_locale
from webapp.i18n import gettext as _
from webapp.prices.payer import likely_country
from webapp.request import db, know_vendor, now, viewer_zone
from webapp.security import public, secret_link

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from billing.orders import Begun
    from billing.orders.models import Order
    from services.core.revisions import Topic


@blueprint.get("/book/<slug>")
@public
def times(slug: str) -> ResponseReturnValue:
    """The free times of a service; a browser that has this very page is told so at once."""
    seen = revisions(db())
    return fresh_page(" ".join(seen.values()), lambda: time_page(Asking(slug), seen=seen))


@blueprint.post("/book/<slug>")
@public
def choose(slug: str) -> ResponseReturnValue:
    """Take the chosen time: a draft begins, or the browser's own draft gets this time."""
    form = TimeForm()
    start = form.instant() if form.validate() else None
    if start is None:
        return time_page(Asking(slug, wrong=True)), 422
    try:
        order = _begin(slug, start)
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError) as error:
        return _gone(Asking(slug), start, error)
    except sessions.AddressLimitError as limit:
        return _too_many(Asking(slug), limit)
    except sessions.HoldLimitError as limit:
        return _unfinished(limit)
    remember_draft(order)
    return redirect(_step(order, "details"), 303)


@blueprint.get("/o/<reference>/<token>/time")
@secret_link
def other_times(reference: str, token: str) -> ResponseReturnValue:
    """Another time for a draft; what was filled in stays."""
    order = order_by_link(reference, token)
    if order.state != "draft":
        return elsewhere(order)
    return time_page(_for(order))


@blueprint.post("/o/<reference>/<token>/time")
@secret_link
def choose_other(reference: str, token: str) -> ResponseReturnValue:
    """Exchange the draft's time; the old one stays if the new one is gone."""
    order = order_by_link(reference, token, lock=True)
    if order.state != "draft":
        return elsewhere(order)
    form = TimeForm()
    start = form.instant() if form.validate() else None
    if start is None:
        return time_page(_for(order, wrong=True)), 422
    try:
        orders.change_time(db(), order=order, start_at=start, zone=viewer_zone(), now=now())
    except (scheduling.SlotTakenError, scheduling.SlotNotOfferedError) as error:
        return _gone(_for(order), start, error)
    return redirect(_step(order, "details"), 303)


def _begin(slug: str, start: datetime) -> Order | Begun:
    known = own_draft(slug)
    if known is not None:
        return orders.change_time(db(), order=known, start_at=start, zone=viewer_zone(), now=now())
    seen = believed(db())
    if seen is not None:
        try:
            return _start(slug, start, seen, unsure=True)
        except DomainError:
            # Nobody is refused for what was only believed.
            db().rollback()
            if revisions(db(), topics=RULES) == seen:
                raise
    return _start(slug, start, revisions(db(), topics=RULES))


def _start(slug: str, start: datetime, seen: Mapping[Topic, str], *, unsure: bool = False) -> Begun:
    know_vendor(prices.get_sale(db(), slug=slug, seen=seen, now=now()).vendor)
    return orders.start(
        db(),
        slug=slug,
        start_at=start,
        holder=holder(),
        country=likely_country(),
        zone=viewer_zone(),
        locale=current_locale(),
        bare=True,  # `_gone` rolls back and shows what is free
        seen=seen,
        unsure=unsure,
        now=now(),
    )


def _for(order: Order, *, wrong: bool = False) -> Asking:
    return Asking(order.service.slug, order=order, back=_step(order, "details"), wrong=wrong)


def _too_many(asking: Asking, limit: sessions.AddressLimitError) -> ResponseReturnValue:
    """Nobody has said who he is yet: what one network may keep from all others has a limit."""
    db().rollback()
    flash(too_many(limit), "alarm")
    return time_page(asking), 429


def _unfinished(limit: sessions.HoldLimitError) -> ResponseReturnValue:
    """Lead this browser back to the order that it keeps a time for: one at once."""
    db().rollback()
    kept = sessions.get_session(db(), reference=str(limit.facts["reference"]))
    order = orders.find_order_of(db(), session=kept)
    if order is None:
        raise limit
    flash(
        _("You already keep a time for this order. Finish it or let its time go, and then choose another."),
        "alarm",
    )
    return redirect(_step(order, "details"), 303)


def _step(order: Order | Begun, step: str) -> str:
    return f"{secret_path(core_of(db()), 'o', order.reference, order.link_version)}/{step}"


def _gone(asking: Asking, start: datetime, error: Exception) -> ResponseReturnValue:
    """Say so, show what is free around it now, and mark the nearest."""
    db().rollback()
    lost = Lost(start, taken=isinstance(error, scheduling.SlotTakenError))
    return time_page(asking, lost=lost), 409
